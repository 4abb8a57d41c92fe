import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { makeFolder } from '../lib/make-folder.ts';
import { cacheKey } from './key.ts';
import { ScanCache, type CacheContext } from './scan-cache.ts';

export interface CacheOptions extends Pick<CacheContext, 'engine' | 'rules' | 'maxBytes' | 'startedAt' | 'now' | 'onTrouble'> {
  /** The user's own folder of state. */
  readonly stateDir: string;
  /** The user's number, where the system has such. */
  readonly owner?: number;
  /** The roots of what is scanned. */
  readonly roots: readonly string[];
}

/**
 * The cache of this user; undefined where it may not be believed (its key is not private) or where it lies inside of what is
 * scanned: a target could bring a cache along, or read its key. Throws the system's error.
 */
export function openScanCache({ stateDir, owner, roots, ...context }: CacheOptions): ScanCache | undefined {
  const folder = join(stateDir, 'cache');
  makeFolder(folder);
  const real = realpathSync(stateDir);
  if (roots.some((root) => isInside(real, realpathSync(root)))) return undefined;
  const key = cacheKey(join(stateDir, 'cache.key'), owner);
  return key === undefined ? undefined : new ScanCache({ ...context, folder, key });
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
