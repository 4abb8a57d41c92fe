import type { CheckedVerdict, PolicyRecord, Verdict } from '../../model/index.ts';
import type { Policy } from './policy.ts';

/**
 * What every check that is on says of one credential, in registry order. Pure. Each verdict carries the severity that the
 * policy gives to a violation. Equal verdicts without grounds are one object: two dozen of them on each of a hundred thousand
 * findings would be most of a run's memory.
 */
export function judgeAll(record: PolicyRecord, policy: Policy, now: Date): readonly CheckedVerdict[] {
  const known = KNOWN.get(policy) ?? new Map<string, CheckedVerdict>();
  KNOWN.set(policy, known);
  return policy.entries.map(({ check, params, severity }) => {
    const verdict = check.judge(record, params, now);
    const key = keyOf(check.id, verdict);
    const before = key === undefined ? undefined : known.get(key);
    if (before !== undefined) return before;
    const checked: CheckedVerdict = { check: check.id, severity, verdict };
    if (key !== undefined && known.size < MOST_KNOWN) known.set(key, checked);
    return checked;
  });
}

const KNOWN = new WeakMap<Policy, Map<string, CheckedVerdict>>();
/** Sentences that name a date or a host are as many as there are findings. */
const MOST_KNOWN = 2000;

/** All that a verdict says, as a text; undefined if it rests on grounds. */
function keyOf(check: string, verdict: Verdict): string | undefined {
  switch (verdict.status) {
    case 'notApplicable':
      return `${check}\n${verdict.status}\n${verdict.why}`;
    case 'undetermined':
      return verdict.grounds === undefined ? `${check}\n${verdict.status}\n${verdict.why}\n${verdict.threshold ?? ''}` : undefined;
    case 'pass':
      return verdict.grounds === undefined ? `${check}\n${verdict.status}\n${verdict.evidence}\n${verdict.threshold ?? ''}` : undefined;
    case 'violation':
      return verdict.grounds === undefined ? `${check}\n${verdict.status}\n${verdict.evidence}\n${verdict.remedy}\n${verdict.threshold ?? ''}` : undefined;
  }
}

/** Whether any check found a violation. Undetermined is none. */
export function isViolating(verdicts: readonly CheckedVerdict[]): boolean {
  return verdicts.some(({ verdict }) => verdict.status === 'violation');
}
