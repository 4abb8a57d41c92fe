import type { Ground, PolicyRecord } from '../../model/index.ts';
import { formatInstant, isInstant } from '../../lib/instant.ts';

/** Clocks may differ by this much. */
export const SKEW_MS = 5 * 60_000;

/** Since when at the latest somebody could read the token, and who says so. */
export interface Since {
  readonly at: Date;
  /** `was committed 2026-01-02T10:00:00Z`. */
  readonly words: string;
  readonly ground: Ground;
}

/** The first public version of git is no older; a committer's clock that says otherwise was not set. */
const FIRST_COMMIT = Date.UTC(2005, 3, 7);

/** The earliest of: the commits that brought it in, and the run that first saw it. A commit of the future proves nothing. Undefined: nobody knows. */
export function exposedSince({ credential, surroundings }: PolicyRecord, now: Date): Since | undefined {
  const known: Since[] = [];
  const { firstSeenAt } = surroundings ?? {};
  if (isInstant(firstSeenAt)) known.push({ at: firstSeenAt, words: `was first seen ${formatInstant(firstSeenAt)} by an earlier run`, ground: { fact: 'first seen', value: formatInstant(firstSeenAt), by: 'inventory', source: 'the inventory' } });
  for (const { origin } of credential.occurrences) {
    if (origin.kind !== 'commit' || origin.committedAt === undefined) continue;
    const at = new Date(origin.committedAt);
    if (!isInstant(at) || at.getTime() < FIRST_COMMIT || at.getTime() > now.getTime()) continue;
    known.push({ at, words: `was committed ${formatInstant(at)}`, ground: { fact: 'committed', value: formatInstant(at), by: 'repository', source: origin.commit === undefined ? 'the repository' : `commit ${origin.commit.slice(0, 12)}` } });
  }
  return known.reduce<Since | undefined>((first, one) => (first === undefined || one.at < first.at ? one : first), undefined);
}
