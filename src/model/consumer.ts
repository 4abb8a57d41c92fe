import type { AdminAsk, Mutation } from './issuer.ts';
import type { Secret } from './secret.ts';

/** One place that holds a credential for who uses it. */
export interface ConsumerPlace {
  /** Id of the module of `src/consumers`. */
  readonly type: string;
  /** Store of the configuration that is told; absent for a file. */
  readonly store?: string;
  /** Where there, by the module's parameters (`path`, `key`). Never secret. */
  readonly at: Readonly<Record<string, string>>;
  /** What it holds: the secret itself, or another part by its name (`key-id`), which is the issuer's id of the credential. */
  readonly part: string;
  /** The whole value where it is more than one part: `postgresql://{user|url}:{secret|url}@db/shop`. Then `part` says nothing. */
  readonly template?: string;
}

/** One value among those that a place takes at once. */
export interface ConsumerWrite {
  readonly at: Readonly<Record<string, string>>;
  readonly secret: Secret;
  /** What it holds now, where that can be read: anything else there is somebody else's change, and nothing is written. */
  readonly before?: Secret;
  /** Where it cannot be read: when it was changed last. A later change is somebody else's, and nothing is written. */
  readonly unchangedSince?: Date;
}

/** What a place holds now. `unreadable`: it takes secrets and never gives them back. */
export type Held =
  | { readonly status: 'holds'; readonly secret: Secret }
  | { readonly status: 'absent' }
  | { readonly status: 'unreadable'; readonly updatedAt?: Date }
  | { readonly status: 'unknown'; readonly detail: string };

export interface ConsumerAsk extends AdminAsk {
  readonly makeSecret: (value: string) => Secret;
  /** Keeps other processes of ours from writing at a place of this name until it is released; undefined where one does for longer than we wait. */
  readonly hold: (name: string) => Promise<(() => void) | undefined>;
}

/** One file of `src/consumers/`. */
export interface Consumer {
  readonly id: string;
  readonly name: string;
  /** For ledgers and people. */
  readonly method: string;
  /** By name, one line each; those that begin with "optional" need not be given. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Types of stores that it may be; empty: it needs none. */
  readonly storeTypes: readonly string[];
  /** What is wrong with the parameters, beside one that is missing. */
  readonly problem?: (at: Readonly<Record<string, string>>) => string | undefined;
  readonly read: (ask: ConsumerAsk, at: Readonly<Record<string, string>>) => Promise<Held>;
  /** Replaces what is held, all of `writes` at once: they differ in `together` alone. Not proof: `read` again. */
  readonly put: (ask: ConsumerAsk, writes: readonly ConsumerWrite[]) => Promise<Mutation>;
  /** The parameter in which values differ that are replaced at once; absent or undefined: one value at a time. */
  readonly together?: (at: Readonly<Record<string, string>>) => string | undefined;
  /** How a change that comes in between is kept: the service compares and sets, or we look right before we write. */
  readonly guard: 'compare-and-set' | 'look-before';
  /** `https://docs…` of what it was built from, or the server that a test talks to. */
  readonly proof: string;
}
