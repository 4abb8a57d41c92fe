import type { AuditResult, Finding, Introspection, LastKnown, RememberedToken } from '../model/index.ts';
import type { WarningHost } from '../lib/sqlite.ts';
import type { OrganizationState } from './organization/state.ts';
import type { PendingRun } from './pending-runs.ts';

export interface InventoryOptions {
  readonly now: () => Date;
  /** The shell's `process`, so that Node 22 does not warn of SQLite. */
  readonly warnings?: WarningHost;
  /** How long a database that is away is waited for, for each piece of work. Default 90 s. */
  readonly patienceMs?: number;
}

/** What the inventory knows of one finding. */
export interface FindingMemory {
  readonly id: string;
  readonly rule: string;
  readonly fingerprint: string;
  readonly masked: string;
  readonly severity: string;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  readonly firstRun: string;
  readonly lastRun: string;
  /** Of the last introspection, whatever it was. */
  readonly lastStatus: string;
  readonly lastKnown?: LastKnown;
  /** What the issuer said when it last called the token active, as JSON has it: `sub`, `scopes`, `iat`, `exp`, … */
  readonly knownFacts?: Readonly<Record<string, unknown>>;
}

export interface RunMemory {
  readonly id: string;
  readonly command: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly targets: readonly string[];
  readonly policyDigest: string;
  readonly findings: number;
  readonly failing: number;
  readonly complete: boolean;
  /** The redacted JSON report, as it was given to `remember`. */
  readonly report?: string;
}

/** A person's word on a finding. Holds no secret. */
export interface Feedback {
  readonly id: string;
  readonly rule: string;
  readonly fingerprint: string;
  readonly kind: 'false-positive';
  readonly shape?: string;
  readonly reason?: string;
  readonly actor: string;
}

/** An owner's word that a token is needed, for what, and what it may do. Holds no secret. */
export interface AttestationWord {
  readonly id: string;
  readonly rule: string;
  readonly fingerprint: string;
  readonly owner: string;
  readonly purpose: string;
  readonly scopes?: readonly string[];
  readonly actor: string;
  /** The word is that it was revoked by hand, and not that it is needed. */
  readonly revoked?: true;
}

/** What is known of the findings of one rule, over all runs that are remembered. */
export interface RuleRecord {
  readonly rule: string;
  /** Credentials, each once. */
  readonly seen: number;
  /** Whose issuer last said so. */
  readonly active: number;
  readonly inactive: number;
  /** Which people called false positives. */
  readonly falsePositives: number;
  /** Shapes of these, sorted. */
  readonly shapes: readonly string[];
}

/**
 * What earlier runs saw, by finding id: the same token under the same key has the same id in every target. Holds fingerprints and
 * masks, never a secret. Every method throws `WardenError` `INVENTORY_DAMAGED` or `INVENTORY_BUSY` for trouble with the file.
 */
export interface Inventory {
  /** Of the file, or host and name of the database: for people. */
  readonly path: string;
  /** What people should be told about opening it. */
  readonly notices: readonly string[];
  /** The last answers that were active or inactive. Ids that were never answered are absent. */
  readonly lastKnown: (ids: readonly string[]) => Promise<ReadonlyMap<string, LastKnown>>;
  /** The same for all findings that are known, where it is not known in advance which will be asked for. */
  readonly allLastKnown: () => Promise<ReadonlyMap<string, LastKnown>>;
  /** What is remembered of findings for judging them, by id. Ids that were never seen are absent. */
  readonly remembered: (ids: readonly string[]) => Promise<ReadonlyMap<string, RememberedToken>>;
  /** Remembers an owner's word; it replaces the one before, and what it names is the record that scopes are compared with. */
  readonly recordAttestation: (word: AttestationWord) => Promise<void>;
  /** Remembers a run with its redacted JSON report (as it is, or packed by `packText`), all or nothing; `quiet` are findings that the report does not name. The reports of earlier runs are forgotten. */
  readonly remember: (result: AuditResult, report: string, quiet?: readonly Finding[]) => Promise<void>;
  /** Remembers a run that found nothing and waited for it (see `leaveRun`). */
  readonly rememberRun: (run: PendingRun) => Promise<void>;
  readonly lastRun: () => Promise<RunMemory | undefined>;
  /** Findings whose id begins so, at most ten, sorted by id. What is not hexadecimal matches nothing. */
  readonly finding: (idPrefix: string) => Promise<readonly FindingMemory[]>;
  /** Answers of issuers given after `since`, by the id they were kept under; older ones are forgotten. */
  readonly answers: (since: Date) => Promise<ReadonlyMap<string, Introspection>>;
  /** Keeps answers for other runs. Only `active` and `inactive` ones: what is unknown is asked again. */
  readonly keepAnswers: (answers: ReadonlyMap<string, Introspection>) => Promise<void>;
  /** After something was changed at an issuer. */
  readonly forgetAnswers: () => Promise<void>;
  /** Remembers a word on a finding; a later one on the same finding replaces it. */
  readonly recordFeedback: (feedback: Feedback) => Promise<void>;
  /** The record of every rule that has one, sorted by rule. */
  readonly ruleRecords: () => Promise<readonly RuleRecord[]>;
  /** Runs over organisations. */
  readonly organization: OrganizationState;
  readonly close: () => Promise<void>;
}
