import { createHash } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stampOf, type Repository } from '../../model/index.ts';
import { commonFolder } from './discover.ts';

/** A repository with more files than this is walked by git every time. */
const MOST_FILES = 50_000;

/**
 * A digest of all that git would look at in a repository: names and stamps of every file of its git folders, objects, refs, reflogs
 * and index among them. Equal digests mean that git answers the same. Undefined where that cannot be said: something
 * lies elsewhere (links, alternates), changed too shortly before to be sure (`isSettled`), or there is too much of it.
 */
export function repositoryState({ gitDir }: Repository, isSettled: (stamp: readonly number[]) => boolean): string | undefined {
  const hash = createHash('sha256');
  let left = MOST_FILES;
  const add = (folder: string, prefix: string): boolean => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = `${prefix}/${entry.name}`;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!add(path, name)) return false;
        continue;
      }
      left -= 1;
      const stat = lstatSync(path);
      const stamp = stampOf(stat);
      if (left < 0 || !stat.isFile() || !isSettled(stamp) || stamp.some(Number.isNaN) || (name.endsWith('/objects/info/alternates') && stat.size > 0)) return false;
      hash.update(`${name}\0${stamp.join(' ')}\0`);
    }
    return true;
  };
  try {
    const common = commonFolder(gitDir);
    return add(common, '') && (common === gitDir || add(gitDir, 'own')) ? hash.digest('hex') : undefined;
  } catch {
    // It changes while we look.
    return undefined;
  }
}
