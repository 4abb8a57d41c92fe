import type { Origin } from '../model/index.ts';

/** The origin with its path under `prefix/`; what has no path stays. */
export function prefixed(origin: Origin, prefix: string): Origin {
  if (prefix === '') return origin;
  switch (origin.kind) {
    case 'file':
    case 'commit':
    case 'staged':
      return { ...origin, path: `${prefix}/${origin.path}` };
    case 'member':
      return { ...origin, archive: prefixed(origin.archive, prefix) };
    case 'message':
    case 'log':
    case 'stdin':
    case 'url':
      return origin;
  }
}
