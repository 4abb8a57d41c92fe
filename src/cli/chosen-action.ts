import { parseDuration } from '../lib/duration.ts';
import { nearest } from '../lib/nearest.ts';
import { WardenError, type Finding } from '../model/index.ts';
import type { Choice, PlanInput } from '../respond/plan/index.ts';
import type { Settings } from '../settings/index.ts';

const KINDS = ['revoke', 'deactivate', 'rotate', 'shorten', 'narrow'] as const;
const SHORTEST_ID = 6;

/**
 * What a person chose with `--action`: for the findings that `--finding` names, leaked or not; without it for those that violate policy
 * and are not lost, as a flag for all must not let a leaked token live. Throws `USAGE_*` for a choice that says too little or too much.
 */
export function chosenAction({ values }: Pick<Settings, 'values'>, isEveryoneNamed = false): PlanInput['choose'] | undefined {
  const { planAction, planUntil, planKeep, planFindings } = values;
  if (planAction === undefined) {
    if (planUntil !== undefined || planKeep.length > 0 || planFindings.length > 0) throw new WardenError('USAGE_MISSING_OPTION', '--until, --keep-scope and --finding say something of --action, which is missing');
    return undefined;
  }
  const choice = choiceOf(planAction, planUntil, planKeep);
  for (const id of planFindings) if (!/^[0-9a-f]+$/.test(id) || id.length < SHORTEST_ID) throw new WardenError('USAGE_WRONG_VALUE', `--finding takes the id of a finding, or its first ${SHORTEST_ID} characters or more`);
  return (finding) => {
    const isNamed = isEveryoneNamed || planFindings.some((id) => finding.id.startsWith(id));
    if (isNamed) return choice;
    return planFindings.length === 0 && isBroken(finding) && (!livesOn(choice) || !isLost(finding)) ? choice : undefined;
  };
}

function choiceOf(action: string, until: string | undefined, keep: readonly string[]): Choice {
  const kind = KINDS.find((one) => one === action);
  if (kind === undefined) {
    const meant = nearest(action, KINDS);
    throw new WardenError('USAGE_WRONG_VALUE', `--action takes ${KINDS.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
  }
  if (kind !== 'shorten' && until !== undefined) throw new WardenError('USAGE_WRONG_VALUE', '--until belongs to --action shorten');
  if (kind !== 'narrow' && keep.length > 0) throw new WardenError('USAGE_WRONG_VALUE', '--keep-scope belongs to --action narrow');
  if (kind === 'narrow') {
    if (keep.length === 0) throw new WardenError('USAGE_MISSING_OPTION', '--action narrow needs --keep-scope SCOPE for each scope that stays', { hint: 'a token that may do nothing is better revoked' });
    return { kind, keep };
  }
  if (kind !== 'shorten') return { kind };
  if (until === undefined) throw new WardenError('USAGE_MISSING_OPTION', '--action shorten needs --until WHEN', { hint: 'an instant such as 2026-12-01T00:00:00Z, or how long it may still live, such as 7d' });
  return { kind, ...endOf(until) };
}

function endOf(text: string): { readonly until: Date } | { readonly afterMs: number } {
  if (/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z)?$/.test(text) && !Number.isNaN(Date.parse(text))) return { until: new Date(text) };
  try {
    const afterMs = parseDuration(text);
    if (afterMs > 0) return { afterMs };
  } catch {
    // Told below.
  }
  throw new WardenError('USAGE_WRONG_VALUE', '--until takes an instant such as 2026-12-01T00:00:00Z, a day, or a duration from now such as 7d');
}

function livesOn({ kind }: Choice): boolean {
  return kind === 'shorten' || kind === 'narrow';
}

function isBroken({ verdicts }: Finding): boolean {
  return verdicts.some(({ verdict }) => verdict.status === 'violation');
}

function isLost({ verdicts }: Finding): boolean {
  return verdicts.some(({ check, verdict }) => check === 'leaked' && verdict.status === 'violation');
}
