import { SEVERITIES, isAtLeast } from '../../model/index.ts';
import type { CheckedVerdict, Confidence, Introspection, LastKnown, PolicyRecord, Severity } from '../../model/index.ts';
import { livenessOf } from '../facts/liveness.ts';
import { isViolating } from './judge-all.ts';

/**
 * The severity of a finding, as the contract has it ("Severity").
 * - Active: the worst of its violations, each as bad as the policy says; `leaked` is critical unless the policy says
 *   otherwise. An active token that breaks no policy (it lies only where it may, and keeps to its limits) is low.
 * - Inactive, revoked, or expired by its own bytes: low.
 * - Unknown or not attempted: what the confidence of the detection says, high, medium or low. Violations of place
 *   (`in-url`, `in-log`) do not raise it: nobody said that the token works.
 */
export function severityOf(record: PolicyRecord, verdicts: readonly CheckedVerdict[]): Severity {
  switch (livenessOf(record.introspection)) {
    case 'active':
      return worst(verdicts);
    case 'dead':
      return 'low';
    case 'unconfirmed':
      return record.credential.confidence;
  }
}

function worst(verdicts: readonly CheckedVerdict[]): Severity {
  const severities = verdicts.filter(({ verdict }) => verdict.status === 'violation').map(({ severity }) => severity ?? 'high');
  return SEVERITIES.find((severity) => severities.includes(severity)) ?? 'low';
}

export interface FailOptions {
  readonly failOn: Severity;
  readonly minConfidence: Confidence;
}

/**
 * Whether a finding fails the run, its waiver apart. A dead token never does. An active one does if a violation is at
 * or above `failOn`, however sure the detection was (its issuer has confirmed it); without a violation it never does. One of
 * which nobody knows does if its severity is at or above `failOn` and the detection sure enough.
 */
export function isFailing(record: PolicyRecord, verdicts: readonly CheckedVerdict[], options: FailOptions): boolean {
  const severity = severityOf(record, verdicts);
  switch (livenessOf(record.introspection)) {
    case 'active':
      return isViolating(verdicts) && isAtLeast(severity, options.failOn);
    case 'dead':
      return false;
    case 'unconfirmed':
      return isAtLeast(severity, options.failOn) && isAtLeast(record.credential.confidence, options.minConfidence);
  }
}

/**
 * SARIF rule id: `RULE/live` for an active token with a violation. While nobody says whether it lives, the last answer that
 * said so decides, so that an outage of the issuer neither closes an alert nor opens another.
 */
export function ruleIdOf(rule: string, introspection: Introspection, verdicts: readonly CheckedVerdict[], lastKnown?: LastKnown): string {
  const liveness = livenessOf(introspection);
  const live = liveness === 'active' ? isViolating(verdicts) : liveness === 'unconfirmed' && lastKnown?.status === 'active' && lastKnown.violating;
  return live ? `${rule}/live` : rule;
}
