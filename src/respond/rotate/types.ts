import type { ConsumerPlace, Credential, Held, Introspection, Mutation, Replacement, ReplacementWish, Secret, WriteRecord } from '../../model/index.ts';

/** One entry of `rotations:`. */
export interface RotationSpec {
  readonly name: string;
  /** Who issues it. */
  readonly store: string;
  readonly rule: string;
  readonly consumers: readonly ConsumerPlace[];
  /** Absent: those of the old one. */
  readonly scopes?: readonly string[];
  /** Absent: the issuer decides. */
  readonly lifetimeMs?: number;
  /** When it is due again after it was finished. Absent: when somebody says so. */
  readonly everyMs?: number;
  /** How long the old one must not have been used. */
  readonly quietMs: number;
  /** Between switching the old one off and deleting it. */
  readonly graceMs: number;
}

/** What a rotation may do in the world. */
export interface RotateDeps {
  readonly ledger: WriteRecord;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newId: () => string;
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
  /** Sealed, by a key that our own credentials at the store give; `keep` is on disk when it returns, and says false where there is no such key. */
  readonly vault: {
    readonly keep: (id: string, slot: Slot, secret: Secret) => boolean;
    readonly kept: (id: string, slot: Slot) => Secret | undefined;
    readonly forget: (id: string) => void;
  };
  readonly onStep: (text: string) => void;
}

/** `new-id` is the issuer's id of the new one, kept before the ledger has it. */
export type Slot = 'old' | 'new' | 'new-id';

export interface RotateOptions {
  /** Replace one whose last rotation is finished. */
  readonly again: boolean;
  /** A named person says that nothing uses the old one any more. */
  readonly confirmQuiet: boolean;
  /** A named person looked for what a lost answer may have left at the issuer, and removed it. */
  readonly confirmLost: boolean;
  /** The secret, where no consumer gives it back. */
  readonly given?: Secret;
}

export type Rotated =
  | { readonly status: 'finished'; readonly detail: string }
  /** To be run again: later, or when a person did something. */
  | { readonly status: 'waiting'; readonly detail: string; readonly until?: Date }
  | { readonly status: 'refused'; readonly detail: string };
