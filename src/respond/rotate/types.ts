import type { ConsumerPlace, RotationDoor, Secret, WriteRecord } from '../../model/index.ts';

/** One entry of `rotations:`. */
export interface RotationSpec {
  readonly name: string;
  /** Who issues it. */
  readonly store: string;
  readonly rule: string;
  readonly consumers: readonly ConsumerPlace[];
  /** Absent: those of the old one that policy allows. */
  readonly scopes?: readonly string[];
  /** Absent: what policy allows; where it says nothing, the issuer decides. */
  readonly lifetimeMs?: number;
  /** Limits that it may break, by `Doubt.about`, each with who says so and why. */
  readonly accept?: readonly { readonly limit: string; readonly reason: string; readonly owner: string }[];
  /** When it is due again after it was finished. Absent: when somebody says so. */
  readonly everyMs?: number;
  /** How long the old one must not have been used. */
  readonly quietMs: number;
  /** Between switching the old one off and deleting it. */
  readonly graceMs: number;
}

/** What a rotation may do in the world. */
export interface RotateDeps extends Omit<RotationDoor, 'check'> {
  readonly ledger: WriteRecord;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newId: () => string;
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
  /** A named person takes a replacement that breaks limits of policy, or of which nobody knows whether it does. */
  readonly confirmLimits: boolean;
  /** A named person lets what somebody else put at a consumer be overwritten. */
  readonly confirmOverwrite: boolean;
  /** The secret, where no consumer gives it back. */
  readonly given?: Secret;
  /** Only this one may be replaced: what a plan names. */
  readonly only?: Secret;
  /** Its other parts, where no consumer gives them back. */
  readonly givenParts?: Readonly<Record<string, Secret>>;
}

export type Rotated =
  | { readonly status: 'finished'; readonly detail: string }
  /** To be run again: later, or when a person did something. */
  | { readonly status: 'waiting'; readonly detail: string; readonly until?: Date }
  | { readonly status: 'refused'; readonly detail: string };
