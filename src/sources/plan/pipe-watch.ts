import { join } from 'node:path';
import { lstatSync, readdirSync } from 'node:fs';
import { WardenError } from '../../model/index.ts';
import type { GitProcess } from '../git/run.ts';

/** After so long without an end, git may be waiting for something that never comes. */
const PATIENCE_MS = 3000;

/**
 * Git opens every `.gitignore` it meets, and waits for ever if one is a pipe. Looking for those first would walk the
 * tree twice each time, so it is done only when a listing takes long. `stop` throws `REPOSITORY_HOSTILE` if one was found.
 */
export function watchForPipes(root: string, process: GitProcess): { readonly stop: () => void } {
  let found: string | undefined;
  const timer = setTimeout(() => {
    found = findPipe(root);
    if (found !== undefined) process.kill();
  }, PATIENCE_MS);
  timer.unref();
  return {
    stop: () => {
      clearTimeout(timer);
      if (found !== undefined) throw hostile(found);
    },
  };
}

/** The same for the few folders above one path, beforehand. */
export function refusePipesAbove(root: string, path: string): void {
  const names = path.split('/');
  for (let depth = 0; depth < names.length; depth += 1) {
    const file = join(root, ...names.slice(0, depth), '.gitignore');
    if (isPipe(file)) throw hostile(file);
  }
}

function findPipe(root: string): string | undefined {
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() && entry.name !== '.git') pending.push(path);
        else if (entry.name === '.gitignore' && isPipe(path)) return path;
      }
    } catch {
      // A folder that cannot be listed: git cannot open anything in it either.
    }
  }
  return undefined;
}

function isPipe(path: string): boolean {
  try {
    const kind = lstatSync(path, { throwIfNoEntry: false });
    return kind !== undefined && !kind.isFile() && !kind.isSymbolicLink() && !kind.isDirectory();
  } catch {
    return false;
  }
}

function hostile(path: string): WardenError {
  return new WardenError('REPOSITORY_HOSTILE', `${path} is not a regular file, and git waits for ever to read it`, { hint: 'Remove it, or copy the files without .git to scan them.' });
}
