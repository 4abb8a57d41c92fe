import type { Severity } from './verdict.ts';

/** `respond:` of the configuration, complete with defaults. Patterns are not compiled yet. */
export interface RespondPolicy {
  /** Signed approvals that `apply` wants, other than the requester's. 0: none. */
  readonly required: number;
  /** Two different people must have signed: the requester and somebody else, or two others. */
  readonly fourEyes: boolean;
  /** How long a signature counts at most. */
  readonly validForMs: number;
  readonly people: readonly Person[];
  /** What may be done without a person; the first that fits decides. */
  readonly rules: readonly RespondRule[];
  /** Stores and issuers at which something may be done without a person; empty: nowhere. */
  readonly issuers: readonly string[];
  /** The circuit breaker: at most so many automatic actions in so long. */
  readonly limit: { readonly actions: number; readonly withinMs: number };
  readonly protect: readonly ProtectEntry[];
  readonly freeze: readonly Freeze[];
  /** Environments in which nothing is done without a person. */
  readonly production: readonly string[];
  /** Whether what can be undone is done where an issuer offers both. */
  readonly prefer: 'reversible' | 'revoke';
  /** Repositories that the world can read, `host/owner/name`; `*` stands for any run of characters. */
  readonly public: readonly string[];
  readonly page: { /** Name of the environment variable that holds the URL of a webhook. */ readonly webhookEnv?: string; /** Who is told where nobody owns the token. */ readonly fallback?: string };
  /** SHA-256 hex of the section as it was read. */
  readonly digest: string;
}

export interface Person {
  readonly name: string;
  /** Ed25519 public key: SPKI DER, base64. */
  readonly key: string;
  /** What else the person is called: logins at forges and machines. */
  readonly logins: readonly string[];
  /** May break the glass. */
  readonly responder: boolean;
}

/** All given parts must hold. What nobody knows holds for neither true nor false. */
export interface RespondCondition {
  readonly leaked?: boolean;
  readonly active?: boolean;
  readonly public?: boolean;
  readonly rule?: string;
  readonly issuer?: string;
  readonly environment?: string;
  readonly severity?: Severity;
}

export interface RespondRule {
  readonly name: string;
  readonly when: RespondCondition;
  readonly then: 'revoke' | 'deactivate' | 'shorten' | 'narrow';
}

/** A credential that no rule may touch. All given parts must hold; `*` stands for any run of characters. */
export interface ProtectEntry {
  readonly rule?: string;
  readonly issuer?: string;
  readonly identity?: string;
  readonly path?: string;
  readonly environment?: string;
  readonly owner?: string;
  readonly fingerprint?: string;
  readonly reason?: string;
}

/** From the first day's beginning to the last day's end, UTC. */
export interface Freeze {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** `sla:` of the configuration: within how long a finding must be told and dead, in milliseconds. Absent: no promise. */
export interface Sla {
  readonly toldMs?: number;
  readonly deadMs: Readonly<Partial<Record<Severity, number>>>;
}

/** A place outside the ledger's folder that keeps its heads. */
export type AnchorPlace = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'git'; readonly repository: string; readonly ref: string } | { readonly kind: 'postgresql'; /** Name of the environment variable that holds the database's URL. */ readonly urlEnv: string; /** Which ledger, as several may share a table. */ readonly ledger: string };
