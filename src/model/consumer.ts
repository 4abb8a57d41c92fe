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
}

/** What a place holds now. `unreadable`: it takes secrets and never gives them back. */
export type Held =
  | { readonly status: 'holds'; readonly secret: Secret }
  | { readonly status: 'absent' }
  | { readonly status: 'unreadable'; readonly updatedAt?: Date }
  | { readonly status: 'unknown'; readonly detail: string };

export interface ConsumerAsk extends AdminAsk {
  readonly makeSecret: (value: string) => Secret;
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
  /** Replaces what the place holds. Not proof: `read` again. */
  readonly put: (ask: ConsumerAsk, at: Readonly<Record<string, string>>, secret: Secret) => Promise<Mutation>;
  /** `https://docs…` of what it was built from, or the server that a test talks to. */
  readonly proof: string;
}
