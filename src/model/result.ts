import type { Coverage } from './coverage.ts';
import type { Finding } from './finding.ts';
import type { Rule } from './rule.ts';

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
}
