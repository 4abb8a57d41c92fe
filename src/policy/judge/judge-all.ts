import type { CheckedVerdict, PolicyRecord, Verdict } from '../../model/index.ts';
import type { Policy } from './policy.ts';

/**
 * What every check that is on says of one credential, in registry order. Pure. Each verdict carries the severity that the
 * policy gives to a violation. Equal verdicts without grounds are one object: two dozen of them on each of a hundred thousand
 * findings would be most of a run's memory.
 */
export function judgeAll(record: PolicyRecord, policy: Policy, now: Date): readonly CheckedVerdict[] {
  const known = KNOWN.get(policy) ?? policy.entries.map(() => new Map<string, CheckedVerdict>());
  KNOWN.set(policy, known);
  return policy.entries.map(({ check, params, severity }, index) => {
    const verdict = check.judge(record, params, now);
    const said = known[index];
    if (said === undefined || restsOnGrounds(verdict)) return { check: check.id, severity, verdict };
    const words = wordsOf(verdict);
    const before = said.get(words);
    if (before !== undefined && isSame(before.verdict, verdict)) return before;
    const checked: CheckedVerdict = { check: check.id, severity, verdict };
    if (said.size < MOST_KNOWN) said.set(words, checked);
    return checked;
  });
}

/** For each check, by the words of its verdicts. */
const KNOWN = new WeakMap<Policy, readonly Map<string, CheckedVerdict>[]>();
/** Sentences that name a date or a host are as many as there are findings. */
const MOST_KNOWN = 200;

function restsOnGrounds(verdict: Verdict): boolean {
  return verdict.status !== 'notApplicable' && verdict.grounds !== undefined;
}

function wordsOf(verdict: Verdict): string {
  return verdict.status === 'pass' || verdict.status === 'violation' ? verdict.evidence : verdict.why;
}

function isSame(one: Verdict, other: Verdict): boolean {
  if (one.status !== other.status) return false;
  if (one.status === 'notApplicable' || other.status === 'notApplicable') return true;
  return one.threshold === other.threshold && (one.status === 'violation' ? one.remedy : '') === (other.status === 'violation' ? other.remedy : '');
}

/** Whether any check found a violation. Undetermined is none. */
export function isViolating(verdicts: readonly CheckedVerdict[]): boolean {
  return verdicts.some(({ verdict }) => verdict.status === 'violation');
}
