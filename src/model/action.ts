import type { Introspection } from './introspection.ts';
import type { Origin } from './location.ts';

export type ActionKind = 'revoke' | 'rotate' | 'issue';

/** Where `apply` can read the secret again; the secret itself is never in a plan. */
export interface Occurrence {
  /** Absolute path of the target that was scanned. */
  readonly target: string;
  readonly origin: Origin;
  readonly startLine: number;
}

/** One line of a plan. */
export interface Action {
  readonly id: string;
  readonly kind: ActionKind;
  readonly findingId: string;
  readonly fingerprint: string;
  readonly rule: string;
  readonly store: string;
  readonly host: string;
  readonly method: string;
  readonly why: readonly string[];
  readonly reversible: boolean;
  readonly sideEffects: string;
  /** Who the token acts as, if the issuer said. */
  readonly identity?: string;
  readonly scopes?: readonly string[];
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly readAgain: readonly Occurrence[];
  /** Issuer-side id with which the store can be told without the secret. */
  readonly tokenId?: string;
}

/** A credential that policy wants answered but no machine may: what a person does. */
export interface ManualStep {
  readonly findingId: string;
  readonly rule: string;
  readonly why: string;
  readonly steps: string;
}

export interface Plan {
  readonly schemaVersion: 1;
  /** SHA-256 over the canonical JSON of everything else. */
  readonly digest: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly tool: string;
  readonly actions: readonly Action[];
  readonly manual: readonly ManualStep[];
}

export type ActionResult =
  | { readonly status: 'done'; readonly action: Action; readonly confirmedBy: Introspection }
  /** It was inactive before anything was sent: a second apply is harmless. */
  | { readonly status: 'already-inactive'; readonly action: Action; readonly confirmedBy: Introspection }
  /** Sent, but not (yet) proven. */
  | { readonly status: 'requested'; readonly action: Action; readonly detail: string }
  | { readonly status: 'would'; readonly action: Action; readonly detail: string }
  | { readonly status: 'unable'; readonly action: Action; readonly detail: string }
  | { readonly status: 'refused'; readonly action: Action; readonly detail: string };

/** One line of the append-only, hash-chained ledger. Never holds a secret. */
export interface AuditRecord {
  readonly seq: number;
  /** SHA-256 of the previous line's bytes, hex; 64 zeros for the first. */
  readonly prev: string;
  readonly at: string;
  readonly run: string;
  readonly actor: string;
  readonly event: string;
  readonly fingerprint?: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What stage rooms are given to write with. Returns once the line is on disk. */
export type WriteRecord = (event: string, detail: Readonly<Record<string, unknown>>, fingerprint?: string) => void;
