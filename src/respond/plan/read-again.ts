import { pathOf } from '../../model/index.ts';
import type { Location, Occurrence, Origin } from '../../model/index.ts';

/** More places than these help nobody to read one secret again. */
const MAX_PLACES = 20;

/** Where a secret can be read again, the places that are there longest and read easiest first; one for each path. */
export function readableOnes(occurrences: readonly Location[], readAgain: (origin: Origin) => Occurrence | undefined): readonly Occurrence[] {
  const ranked = occurrences
    .map((location, index) => ({ location, index, rank: rankOf(location.origin) }))
    .filter(({ rank }) => Number.isFinite(rank))
    .sort((a, b) => a.rank - b.rank || a.index - b.index);
  const seen = new Set<string>();
  const found: Occurrence[] = [];
  for (const { location } of ranked) {
    const key = `${location.origin.kind} ${pathOf(location.origin)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const occurrence = readAgain(location.origin);
    if (occurrence !== undefined) found.push(occurrence);
    if (found.length === MAX_PLACES) break;
  }
  return found;
}

/** History does not go away, the work tree does; but a file is read in no time. Streams and URLs cannot be read again. */
function rankOf(origin: Origin): number {
  switch (origin.kind) {
    case 'file':
      return 0;
    case 'staged':
      return 1;
    case 'commit':
      return 2;
    case 'message':
      return 3;
    case 'log':
      return origin.url === undefined ? 4 : Infinity;
    case 'member':
      return rankOf(origin.archive) + 0.5;
    case 'stdin':
    case 'url':
    case 'issuer':
      return Infinity;
  }
}
