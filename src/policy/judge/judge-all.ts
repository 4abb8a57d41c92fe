import type { CheckedVerdict, PolicyRecord } from '../../model/index.ts';
import type { Policy } from './policy.ts';

/**
 * What every check that is on says of one credential, in registry order. Pure. Each verdict carries the severity that the
 * policy gives to a violation.
 */
export function judgeAll(record: PolicyRecord, policy: Policy, now: Date): readonly CheckedVerdict[] {
  return policy.entries.map(({ check, params, severity }) => ({ check: check.id, severity, verdict: check.judge(record, params, now) }));
}

/** Whether any check found a violation. Undetermined is none. */
export function isViolating(verdicts: readonly CheckedVerdict[]): boolean {
  return verdicts.some(({ verdict }) => verdict.status === 'violation');
}
