import type { CheckedVerdict, Ground, PolicyRecord, Verdict } from '../../model/index.ts';
import type { Policy } from './policy.ts';

/**
 * What every check that is on says of one credential, in registry order. Pure. Each verdict carries the severity that the
 * policy gives to a violation. Equal verdicts are one object, and equal lists of them one list: two dozen of them on each of a
 * hundred thousand findings would be most of a run's memory.
 */
export function judgeAll(record: PolicyRecord, policy: Policy, now: Date): readonly CheckedVerdict[] {
  const known = KNOWN.get(policy) ?? { verdicts: policy.entries.map(() => new Map<string, CheckedVerdict>()), last: [] };
  KNOWN.set(policy, known);
  const verdicts = policy.entries.map(({ check, params, severity }, index) => {
    const verdict = check.judge(record, params, now);
    const said = known.verdicts[index];
    if (said === undefined) return { check: check.id, severity, verdict };
    const words = wordsOf(verdict);
    const before = said.get(words);
    if (before !== undefined && isSame(before.verdict, verdict)) return before;
    const checked: CheckedVerdict = { check: check.id, severity, verdict };
    if (said.size < MOST_KNOWN) said.set(words, checked);
    return checked;
  });
  if (known.last.length === verdicts.length && verdicts.every((verdict, index) => verdict === known.last[index])) return known.last;
  known.last = verdicts;
  return verdicts;
}

interface Known {
  /** For each check, by the words of its verdicts. */
  readonly verdicts: readonly Map<string, CheckedVerdict>[];
  last: readonly CheckedVerdict[];
}

const KNOWN = new WeakMap<Policy, Known>();
/** Sentences that name a date, a path or a host are as many as there are findings. */
const MOST_KNOWN = 500;

function wordsOf(verdict: Verdict): string {
  return verdict.status === 'pass' || verdict.status === 'violation' ? verdict.evidence : verdict.why;
}

function isSame(one: Verdict, other: Verdict): boolean {
  if (one.status !== other.status) return false;
  if (one.status === 'notApplicable' || other.status === 'notApplicable') return true;
  return one.threshold === other.threshold && (one.status === 'violation' ? one.remedy : '') === (other.status === 'violation' ? other.remedy : '') && areSame(one.grounds, other.grounds);
}

function areSame(some: readonly Ground[] | undefined, others: readonly Ground[] | undefined): boolean {
  if (some === undefined || others === undefined) return some === others;
  return some.length === others.length && some.every(({ fact, value, by, source }, index) => {
    const other = others[index];
    return fact === other?.fact && value === other.value && by === other.by && source === other.source;
  });
}

/** Whether any check found a violation. Undetermined is none. */
export function isViolating(verdicts: readonly CheckedVerdict[]): boolean {
  return verdicts.some(({ verdict }) => verdict.status === 'violation');
}
