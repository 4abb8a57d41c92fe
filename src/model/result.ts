import type { Coverage } from './coverage.ts';
import type { Finding } from './finding.ts';
import type { Rule } from './rule.ts';
import type { Severity } from './verdict.ts';

export interface Verification {
  /** Credentials by outcome. */
  readonly active: number;
  readonly inactive: number;
  readonly unknown: number;
  readonly notAttempted: number;
  /** Requests sent, by host. */
  readonly requests: Readonly<Record<string, number>>;
  /** Hosts that did not answer and why; each a reason for `unknown`. */
  readonly outages: readonly { readonly host: string; readonly why: string; readonly credentials: number }[];
}

/** What `audit --egress` prints before the first request. */
export interface EgressLine {
  readonly host: string;
  readonly rule: string;
  readonly store: string;
  readonly credentials: number;
}

export interface RunInfo {
  readonly id: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly command: 'scan' | 'audit';
  /** As given; for people. */
  readonly targets: readonly string[];
  readonly policyDigest: string;
  /** Where the scanned tree comes from, if known; never with credentials in it. */
  readonly repository?: RepositoryFacts;
}

/** For SARIF's version control provenance. Fields that are not known are absent. */
export interface RepositoryFacts {
  /** Remote URL without user information. */
  readonly url?: string;
  /** Full object name of HEAD. */
  readonly revision?: string;
  readonly branch?: string;
}

/** What the reporters know of the tree that people look at, so that findings of history can be anchored to files that exist. */
export interface TreeFacts {
  /** Those paths of occurrences that exist in the tree, relative to its root; see `anchorCandidates` of `src/report`. */
  readonly existing: ReadonlySet<string>;
  /** A file that exists, for findings with no path of their own (commit messages): README or the first tracked file. */
  readonly fallback?: string;
}

/** What every reporter renders. Deterministic apart from `run`. */
export interface AuditResult {
  readonly tool: { readonly name: 'tokenwarden'; readonly version: string; readonly catalogueDigest: string };
  readonly run: RunInfo;
  readonly coverage: Coverage;
  readonly verification: Verification;
  /** Sorted: severity, rule, id. */
  readonly findings: readonly Finding[];
  /** Rules that the findings name, sorted by id. */
  readonly rules: readonly Rule[];
  /** Confidence at which a finding is shown and counted by default. */
  readonly minConfidence: 'high' | 'medium' | 'low';
  /** `--fail-on`; absent where no floor was set. */
  readonly failOn?: Severity;
  /** Waiver comments that are wrong, as `FILE:LINE:COLUMN: message`, sorted: a configuration error, exit code 2. Absent: none. */
  readonly waiverProblems?: readonly string[];
  /** Absent when nobody looked: history findings then keep the path they had. */
  readonly tree?: TreeFacts;
}
