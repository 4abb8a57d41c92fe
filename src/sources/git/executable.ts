import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import { WardenError } from '../../model/index.ts';
import type { Environment } from './environment.ts';

const USUAL_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/homebrew/bin'].join(delimiter);
const NAMES = sep === '\\' ? ['git.exe'] : ['git'];

const found = new Map<string, string>();

/**
 * Absolute path of git, from `PATH`. Relative and empty entries of `PATH` and whatever lies inside the scanned tree are
 * passed over, so that a repository cannot bring its own git. Throws `GIT_NOT_FOUND`.
 */
export function findGit(environment: Environment, scannedRoot: string): string {
  const path = environment['PATH'] ?? environment['Path'] ?? USUAL_FOLDERS;
  const key = `${scannedRoot}\0${path}`;
  const known = found.get(key) ?? search(path, scannedRoot);
  found.set(key, known);
  return known;
}

function search(path: string, scannedRoot: string): string {
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    for (const name of NAMES) {
      const candidate = join(folder, name);
      if (isProgramOutside(candidate, scannedRoot)) return candidate;
    }
  }
  throw new WardenError('GIT_NOT_FOUND', 'git was not found on PATH, and the target is a git repository', {
    hint: 'Install git 2.31 or later, or put its folder on PATH. A git inside the scanned tree is never used.',
  });
}

function isProgramOutside(candidate: string, scannedRoot: string): boolean {
  try {
    accessSync(candidate, constants.X_OK);
    if (!statSync(candidate).isFile()) return false;
    const inside = (path: string): boolean => path === scannedRoot || path.startsWith(scannedRoot.endsWith(sep) ? scannedRoot : scannedRoot + sep);
    // Both what it is and where it was named: a link out of the tree is still the tree's choice.
    return !inside(realpathSync(candidate)) && !inside(realpathSync(dirname(candidate)));
  } catch {
    return false;
  }
}
