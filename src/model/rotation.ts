import type { Consumer, ConsumerPlace, ConsumerWrite, Held } from './consumer.ts';
import type { Credential } from './credential.ts';
import type { Introspection } from './introspection.ts';
import type { Mutation, Replacement, ReplacementWish } from './issuer.ts';
import type { Secret } from './secret.ts';

export interface PlacedWrite extends Omit<ConsumerWrite, 'at'> {
  readonly place: ConsumerPlace;
}

/** Why a replacement may be more than it should be. */
export interface Doubt {
  /** `scopes`, `expiry`, or the id of a check of policy: what a person accepts. */
  readonly about: string;
  readonly detail: string;
}

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
    /** All of them are of one holder. */
    readonly put: (writes: readonly PlacedWrite[]) => Promise<Mutation>;
    /** Places with the same answer are written at once. */
    readonly holder: (place: ConsumerPlace) => string;
    readonly guard: (place: ConsumerPlace) => Consumer['guard'];
  };
  readonly policy: {
    /** Of the scopes of a credential those that policy allows at the places that hold it. */
    readonly allowed: (scopes: readonly string[], credential: Credential, places: readonly ConsumerPlace[]) => readonly string[];
    /** How long a credential of this kind may live; absent: as long as its issuer lets it. Milliseconds. */
    readonly maxLifetimeMs?: number;
    /** Limits of policy that a replacement breaks, or of which nobody knows whether it does. */
    readonly doubts: (credential: Credential, answer: Introspection, places: readonly ConsumerPlace[]) => readonly Doubt[];
  };
  /** Throws `CONSUMER_*` for a place that no module knows, or that lacks something. */
  readonly check: (places: readonly ConsumerPlace[]) => void;
}
