import { sep } from 'node:path';
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
    case 'issuer':
      return origin;
  }
}

/**
 * What to put before the paths of each root, so that those of several trees stay apart: its path below the folder that
 * all of them lie in. Targets within one tree have one root, and need nothing.
 */
export function prefixesOf(roots: readonly string[]): ReadonlyMap<string, string> {
  const unique = [...new Set(roots)];
  if (unique.length < 2) return new Map(unique.map((root) => [root, '']));
  const parts = unique.map((root) => root.split(sep).filter((part) => part !== ''));
  let common = 0;
  while (parts.every((one) => common < one.length && one[common] === parts[0]?.[common])) common += 1;
  return new Map(unique.map((root, index) => [root, (parts[index] ?? []).slice(common).join('/')]));
}
