import type { ConsumerPlace, Held } from './consumer.ts';
import type { Credential } from './credential.ts';
import type { Introspection } from './introspection.ts';
import type { Mutation, Replacement, ReplacementWish } from './issuer.ts';
import type { Secret } from './secret.ts';

/** What of a rotation talks to issuer and consumers: `assemble` joins it, `respond` uses it. */
export interface RotationDoor {
  /** A credential of the rule from its secret and its other parts by name. */
  readonly credential: (secret: Secret, parts: Readonly<Record<string, Secret>>) => Credential;
  readonly makeSecret: (value: string) => Secret;
  readonly issuer: {
    /** Why no replacement can be made that leaves the old one alive; sends nothing. */
    readonly cannotRotate: (credential: Credential) => string | undefined;
    readonly ask: (credential: Credential) => Promise<Introspection>;
    readonly rotate: (credential: Credential, wish: ReplacementWish) => Promise<Replacement>;
    readonly canDeactivate: (credential: Credential) => boolean;
    readonly deactivate: (credential: Credential) => Promise<Mutation>;
    readonly revoke: (credential: Credential) => Promise<Mutation>;
    readonly revokeById: (tokenId: string) => Promise<Mutation>;
    /** Ids of the tokens that bear the name; undefined where the issuer keeps none or its list broke off. */
    readonly named: (name: string) => Promise<readonly string[] | undefined>;
    /** Whether the issuer lists the token; undefined where it cannot be said. */
    readonly isListed: (tokenId: string) => Promise<boolean | undefined>;
  };
  readonly consumers: {
    readonly read: (place: ConsumerPlace) => Promise<Held>;
    readonly put: (place: ConsumerPlace, secret: Secret) => Promise<Mutation>;
  };
  /** Throws `CONSUMER_*` for a place that no module knows, or that lacks something. */
  readonly check: (places: readonly ConsumerPlace[]) => void;
}
