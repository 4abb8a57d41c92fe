import { pathOf, reporterOf } from '../../model/index.ts';
import type { Location, Origin } from '../../model/index.ts';

/** Lower comes first: what people can open now, before what only history or a log still holds. */
const RANK: Readonly<Record<Origin['kind'], number>> = { file: 0, staged: 1, member: 2, commit: 3, log: 4, url: 5, message: 6, stdin: 7, issuer: 8 };

/** Occurrences with the one to look at first in front; otherwise in their given order. */
export function primaryFirst(occurrences: readonly Location[]): readonly Location[] {
  let best = 0;
  for (const [index, { origin }] of occurrences.entries()) {
    if (RANK[origin.kind] < RANK[occurrences[best]?.origin.kind ?? 'issuer']) best = index;
  }
  const first = occurrences[best];
  return first === undefined || best === 0 ? occurrences : [first, ...occurrences.slice(0, best), ...occurrences.slice(best + 1)];
}

/** `path:line:column`, not yet made printable. */
export function placeOf({ origin, region }: Location): string {
  if (origin.kind === 'issuer') return pathOf(origin);
  return `${pathOf(origin)}:${region.startLine}:${region.startColumn}`;
}

/** What must be said beside the path so that the place can be found: the commit, the log's job, unreachability. */
export function contextOf(origin: Origin): string | undefined {
  const reporter = reporterOf(origin);
  const context = ownContext(origin);
  return reporter === undefined ? context : `${context === undefined ? '' : `${context}, `}reported by ${reporter} and not seen by this tool`;
}

function ownContext(origin: Origin): string | undefined {
  switch (origin.kind) {
    case 'file':
    case 'url':
      return undefined;
    case 'staged':
      return 'in the index';
    case 'commit': {
      const by = origin.author === undefined ? '' : ` by ${origin.author}`;
      const when = origin.committedAt === undefined ? '' : ` on ${origin.committedAt.slice(0, 10)}`;
      const blob = origin.blob === '' ? 'of no known blob' : `blob ${origin.blob.slice(0, 12)}`;
      if (origin.commit === undefined) return `in history, ${blob}, ${origin.reachable ? 'no commit adds it' : 'unreachable'}`;
      return `in history since commit ${origin.commit.slice(0, 12)}${by}${when}${origin.reachable ? '' : ', unreachable'}`;
    }
    case 'message':
      return `in the text of a ${origin.objectType}`;
    case 'log': {
      const parts = [origin.job, origin.step].filter((part) => part !== undefined);
      return `in a log${parts.length === 0 ? '' : `, ${parts.join(' / ')}`}${origin.url === undefined ? '' : `, ${origin.url}`}`;
    }
    case 'member':
      return `inside an archive${suffix(contextOf(origin.archive))}`;
    case 'stdin':
      return 'read from standard input';
    case 'issuer':
      return 'in the list of its issuer';
  }
}

function suffix(context: string | undefined): string {
  return context === undefined ? '' : `, ${context}`;
}
