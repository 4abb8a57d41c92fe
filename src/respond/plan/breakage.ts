import type { ActiveFacts } from '../../model/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { formatInstant, isInstant } from '../../lib/instant.ts';
import type { WantedLimit } from './limits.ts';
import type { Circumstances, Revocable } from './make.ts';

/** What was used so lately is in use. */
const LATELY_MS = 30 * 86_400_000;

/** What is expected to stop working, one sentence each. What nobody knows is said to be unknown. */
export function breakageOf(facts: ActiveFacts, around: Circumstances | undefined, how: Pick<Revocable, 'sideEffects'>, now: Date, limit?: WantedLimit): readonly string[] {
  const { lastUsedAt, uses } = facts;
  const environments = (around?.environments ?? []).filter((name) => name !== 'none');
  return [
    ...(limit === undefined ? [] : [limit.kind === 'shorten' ? `It goes on working until ${formatInstant(limit.until)}; what uses it stops then.` : `It goes on working, without ${limit.drop.join(', ')}: what needs that fails.`]),
    ...(how.sideEffects === '' ? [] : [how.sideEffects]),
    ...(environments.length === 0 ? [] : [`It lies in ${environments.join(', ')}: what runs there with it ${limit === undefined ? 'stops' : 'is concerned'}.`]),
    ...useOf(lastUsedAt, now),
    ...(uses === undefined || uses.length === 0 ? [] : [`Its issuer's audit log holds ${uses.length} uses since it could be read${callers(uses)}; whoever of them is yours stops working.`]),
  ];
}

function useOf(lastUsedAt: ActiveFacts['lastUsedAt'], now: Date): readonly string[] {
  if (lastUsedAt === 'never') return ['Its issuer says that it was never used: nothing should break.'];
  if (!isInstant(lastUsedAt)) return ['Its issuer does not say when it was last used: whether something breaks is not known.'];
  const age = now.getTime() - lastUsedAt.getTime();
  return age < LATELY_MS ? [`It was used ${formatDuration(Math.max(0, age))} ago (${formatInstant(lastUsedAt)}; our own question may count as a use): something may depend on it.`] : [`It was last used ${formatInstant(lastUsedAt)}: little should break.`];
}

function callers(uses: NonNullable<ActiveFacts['uses']>): string {
  const addresses = [...new Set(uses.flatMap(({ address }) => (address === undefined ? [] : [address])))];
  return addresses.length === 0 ? '' : ` from ${addresses.slice(0, 5).join(', ')}${addresses.length > 5 ? ` and ${addresses.length - 5} more addresses` : ''}`;
}
