import { statSync } from 'node:fs';
import { sep } from 'node:path';
import type { Repository } from '../model/index.ts';
import type { Environment } from './git/environment.ts';
import { readHead } from './git/repository-facts.ts';
import { runGit, type GitContext } from './git/run.ts';
import { locate } from './plan/locate.ts';
import { headCommit, resolveCommit } from './plan/revision.ts';

/** Where a folder belongs: its repository if it lies in one, else itself. */
export interface Home {
  /** Top of the work tree, the bare repository, or the folder. */
  readonly root: string;
  /** The folder below the root, `/`-separated, no slash at either end. */
  readonly path: string;
  readonly repository?: Repository;
}

/** The home of the working directory: what lies in it is the user's own, as far as anything scanned is. Throws `TARGET_*`. */
export function homeOf(folder: string): Home {
  const { root, scope, repository } = locate(folder);
  return { root, path: scope, ...(repository === undefined ? {} : { repository }) };
}

/** Whether a target's root (see `Planned.root`) belongs there: the same work tree; without one, a folder in it that is no other's. */
export function isAtHome(home: Home, root: string): boolean {
  if (root === home.root) return true;
  const folder = statSync(root, { throwIfNoEntry: false })?.isDirectory() === true ? root : undefined;
  if (home.repository !== undefined || folder === undefined) return false;
  return root.startsWith(home.root.endsWith(sep) ? home.root : home.root + sep) && locate(root).repository === undefined;
}

/** The commit of a revision, as its full name. Undefined if only its name is known here (a shallow clone). Throws `REVISION_UNKNOWN`. */
export async function commitAt(repository: Repository, revision: string, environment: Environment = {}): Promise<string | undefined> {
  const { oid, isPresent } = await resolveCommit({ repository, environment }, revision);
  return isPresent ? oid : undefined;
}

/** The commit HEAD stands on; undefined on a branch without commits. */
export async function headAt(repository: Repository, environment: Environment = {}): Promise<string | undefined> {
  return (readHead(repository) ?? { commit: await headCommit({ repository, environment }) }).commit;
}

/** The bytes of a file as a commit has it; undefined if it has none there, or something other than a file of at most `maxBytes`. */
export async function fileAt(repository: Repository, commit: string, path: string, maxBytes: number, environment: Environment = {}): Promise<Uint8Array | undefined> {
  // Arguments are UTF-8: a name that is not cannot be asked for.
  if (path.includes('\uFFFD')) return undefined;
  const context: GitContext = { repository, environment };
  const listed = await runGit(context, ['ls-tree', '-z', '--full-tree', '-l', '--', commit, path]);
  const [, mode, oid, size] = /^(\d{6}) blob ([0-9a-f]+) +(\d+)\t/.exec(listed.stdout.toString('latin1')) ?? [];
  if (listed.code !== 0 || oid === undefined || mode === '120000' || Number(size) > maxBytes) return undefined;
  const blob = await runGit(context, ['cat-file', 'blob', oid], '', maxBytes);
  return blob.code === 0 ? blob.stdout : undefined;
}

/** Whether a commit's tree has anything at a path. */
export async function existsAt(repository: Repository, commit: string, path: string, environment: Environment = {}): Promise<boolean> {
  if (path.includes('\uFFFD')) return true;
  const listed = await runGit({ repository, environment }, ['ls-tree', '-z', '--full-tree', '--', commit, path]);
  return listed.code !== 0 || listed.stdout.length > 0;
}

/** Whether one commit is the other, or comes before it; undefined where that cannot be told here. */
export async function isAncestor(repository: Repository, before: string, after: string, environment: Environment = {}): Promise<boolean | undefined> {
  const { code } = await runGit({ repository, environment }, ['merge-base', '--is-ancestor', before, after]);
  return code === 0 ? true : code === 1 ? false : undefined;
}

/** Paths below a folder that `from...to` changes, sorted; empty where it cannot be told. */
export async function changedBelow(repository: Repository, { from, to, folder }: { readonly from: string; readonly to: string; readonly folder: string }, environment: Environment = {}): Promise<readonly string[]> {
  const listed = await runGit({ repository, environment }, ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--merge-base', from, to, '--', folder]);
  return listed.code === 0 ? listed.stdout.toString('utf8').split('\0').filter((path) => path !== '').sort() : [];
}

const PATHS_AT_ONCE = 200;

/** Names of the blobs that a commit's tree has at some paths; a path without one is not in the map. */
export async function blobsAt(repository: Repository, commit: string, paths: readonly string[], environment: Environment = {}): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  const askable = paths.filter((path) => path !== '' && !path.includes('\uFFFD'));
  for (let from = 0; from < askable.length; from += PATHS_AT_ONCE) {
    const listed = await runGit({ repository, environment }, ['ls-tree', '-z', '--full-tree', '--', commit, ...askable.slice(from, from + PATHS_AT_ONCE)]);
    for (const [, oid = '', path = ''] of listed.stdout.toString('utf8').matchAll(/\d{6} blob ([0-9a-f]+)\t([^\0]+)\0/g)) known.set(path, oid);
  }
  return known;
}
