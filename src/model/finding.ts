import type { Credential } from './credential.ts';
import type { Introspection } from './introspection.ts';
import type { CheckedVerdict, Severity } from './verdict.ts';

/** The last answer that was `active` or `inactive`, remembered by the inventory while the issuer is silent. */
export interface LastKnown {
  readonly status: 'active' | 'inactive';
  readonly violating: boolean;
  readonly at: Date;
}

export interface Waiver {
  readonly owner: string;
  readonly reason: string;
  /** RFC 3339 date. */
  readonly expires: string;
}

export interface Finding {
  /** 20 hex digits from rule and fingerprint: no line number, no redaction, no order in it. */
  readonly id: string;
  readonly credential: Credential;
  readonly introspection: Introspection;
  readonly verdicts: readonly CheckedVerdict[];
  readonly severity: Severity;
  /** `RULE/live` when active and violating (or last known so, while unknown), else `RULE`. */
  readonly ruleId: string;
  readonly lastKnown?: LastKnown;
  readonly waiver?: Waiver;
  /** Fails the run: at or above `--fail-on`, not waived, not inactive, medium confidence and up. */
  readonly failing: boolean;
}
