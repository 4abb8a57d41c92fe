import { lstatSync } from 'node:fs';
import { systemPath } from '../../lib/path-bytes.ts';
import type { Origin, TreeFacts } from '../../model/index.ts';
import { records } from '../git/records.ts';
import { startGit, type GitContext } from '../git/run.ts';
import { storedOrigin } from './origins.ts';

/**
 * Which paths of history still exist, in the work tree or, in a bare repository, in HEAD; and a file that exists for
 * what has no path. Undefined when no origin needs it.
 */
export async function existingPaths(context: GitContext, origins: readonly Origin[]): Promise<TreeFacts | undefined> {
  const stored = origins.map(storedOrigin).filter(({ kind }) => kind === 'commit' || kind === 'message');
  if (stored.length === 0) return undefined;
  const paths = new Set(stored.flatMap((origin) => (origin.kind === 'commit' && origin.path !== '' ? [origin.path] : [])));
  const { workTree } = context.repository;
  const present = (path: string): boolean => workTree === undefined || isFile(workTree, path);
  const existing = new Set(workTree === undefined ? [] : [...paths].filter(present));
  let first: string | undefined;
  let readme: string | undefined;
  for await (const path of trackedPaths(context)) {
    if (workTree === undefined && paths.has(path)) existing.add(path);
    if (readme === undefined && /^readme(\.[a-z]+)?$/i.test(path) && present(path)) readme = path;
    if (first === undefined && present(path)) first = path;
  }
  const fallback = readme ?? first;
  return { existing, ...(fallback === undefined ? {} : { fallback }) };
}

async function* trackedPaths(context: GitContext): AsyncGenerator<string> {
  const isBare = context.repository.workTree === undefined;
  const process = startGit(context, isBare ? ['ls-tree', '-r', '-z', '--name-only', '--full-tree', 'HEAD'] : ['ls-files', '-z']);
  process.stdin.end();
  for await (const batch of records(process.stdout)) yield* batch;
  // An unborn HEAD has no files: that is an answer.
  await process.exit;
}

function isFile(root: string, path: string): boolean {
  try {
    return lstatSync(systemPath(root, path), { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}
