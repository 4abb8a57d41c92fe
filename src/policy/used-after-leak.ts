import type { Check, TokenUse } from '../model/index.ts';
import { formatInstant, isInstant } from '../lib/instant.ts';
import { clip } from '../lib/columns.ts';
import { exposedSince } from './facts/exposed-since.ts';
import type { Since } from './facts/exposed-since.ts';
import { whereActive } from './facts/liveness.ts';
import { describePlaces, foundPlaces, name } from './facts/places.ts';
import { ground, lastUseOf, listed, saidByIssuer, unsaidUse } from './facts/sourced.ts';

export interface UsedAfterLeak {
  readonly expected: readonly string[];
}

/**
 * The issuer's audit log decides: any use, or refused try, after the token could first be read, from an address that policy does not
 * expect. Without a log, a last use that lies before the leak clears it; a later one proves nothing, as its owner uses it too.
 */
export const check: Check<UsedAfterLeak> = {
  id: 'used-after-leak',
  title: 'The token was used after it leaked',
  rationale: 'A leak that somebody used is a break-in, with data to look after and people to tell; a leak that nobody used is not.',
  references: ['https://csrc.nist.gov/pubs/sp/800/61/r3/final', 'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'],
  schema: {
    type: 'object',
    properties: { expected: { type: 'array', items: { type: 'string', minLength: 1 }, description: 'a list of addresses from which its owner uses it; * stands for any run of characters' } },
    additionalProperties: false,
  },
  defaults: { expected: [] },
  tighter: { expected: 'fewer' },
  severity: 'critical',
  judge(record, params, now) {
    return whereActive(record, (facts) => {
      if (foundPlaces(record.credential).length === 0) return { status: 'notApplicable', why: 'as far as is known it did not leak' };
      const since = exposedSince(record, now);
      const threshold = 'no use after the leak';
      const known = since === undefined ? [] : [since.ground];
      const { uses } = facts;
      if (uses !== undefined) return judgeUses(uses, since, params, record, facts.usesPartial);

      const lastUse = lastUseOf(record, facts);
      if (lastUse === undefined) return { status: 'undetermined', why: unsaidUse(facts, 'when the token was used'), grounds: known, threshold };
      const grounds = [...known, ground('last used', lastUse)];
      if (lastUse.value === 'never') return { status: 'pass', evidence: `The token was never used, ${lastUse.source}.`, grounds, threshold };
      const used = `was last used ${formatInstant(lastUse.value)}, ${lastUse.source}`;
      if (since === undefined) return { status: 'undetermined', why: `the token ${used}, but nobody knows since when it could be read`, grounds, threshold };
      return lastUse.value.getTime() < since.at.getTime()
        ? { status: 'pass', evidence: `The token ${used}, and ${since.words} only after that.`, grounds, threshold }
        : { status: 'undetermined', why: `the token ${since.words}, and ${used}: after that, but nobody said by whom`, grounds, threshold };
    });
  },
};

function judgeUses(uses: readonly TokenUse[], since: Since | undefined, { expected }: UsedAfterLeak, record: Parameters<typeof saidByIssuer>[0], partial: string | undefined): ReturnType<typeof check.judge> {
  const { who } = saidByIssuer(record, undefined);
  const after = uses.filter(({ at }) => isInstant(at) && (since === undefined || at.getTime() >= since.at.getTime())).toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const isExpected = ({ address }: TokenUse): boolean => address !== undefined && expected.some((pattern) => name(pattern)(address));
  const strange = after.filter((use) => !isExpected(use) && (use.address !== undefined || expected.length === 0));
  const unplaced = after.filter(({ address }) => address === undefined);
  const threshold = expected.length === 0 ? 'no use after the leak' : `no use after the leak but from ${listed(expected)}`;
  const grounds = [...(since === undefined ? [] : [since.ground]), ...after.slice(0, 10).map((use) => ({ fact: 'use', value: describeUse(use), by: 'issuer' as const, source: who }))];
  const leaked = since === undefined ? 'since it leaked' : `since it ${since.words}`;
  if (strange.length > 0) {
    const shown = strange.slice(0, 3).map(describeUse).join('; ');
    return {
      status: 'violation',
      evidence: `${strange.length} ${strange.length === 1 ? 'use' : 'uses'} ${leaked}, according to ${who}: ${shown}${strange.length > 3 ? ` and ${strange.length - 3} more` : ''}; the token lies at ${describePlaces(record.credential.occurrences)}.`,
      remedy: 'Revoke it at once, find out which of these uses are yours, and treat the others as a break-in: what could the token read and change?',
      grounds,
      threshold,
    };
  }
  if (unplaced.length > 0) return { status: 'undetermined', why: `${unplaced.length} ${unplaced.length === 1 ? 'use' : 'uses'} ${leaked} without an address in the log of ${who}`, grounds, threshold };
  if (partial !== undefined) return { status: 'undetermined', why: `nothing strange ${leaked} in what was read of the log of ${who}, which is not all of it: ${clip(partial, 120)}`, grounds, threshold };
  return { status: 'pass', evidence: after.length === 0 ? `The log of ${who} holds no use ${leaked}.` : `The log of ${who} holds ${after.length} ${after.length === 1 ? 'use' : 'uses'} ${leaked}, all from addresses that policy expects.`, grounds, threshold };
}

function describeUse({ at, address, action, result }: TokenUse): string {
  return [formatInstant(at), address === undefined ? undefined : `from ${clip(address, 60)}`, action === undefined ? undefined : clip(action, 60), result].filter((part) => part !== undefined).join(' ');
}
