import { join } from 'node:path';
import { WardenError, type Note, type Repository } from '../../model/index.ts';
import { repositoryAt } from '../git/discover.ts';
import { gitFailed, startGit, type GitContext, type GitExit } from '../git/run.ts';
import { records } from '../git/records.ts';
import type { FileEntry } from './batch.ts';
import { walkDirectory } from './directory.ts';
import { createParentCheck, isEmptyFolder, kindOf, statEntry } from './entry.ts';
import { isInScope } from './locate.ts';
import { watchForPipes } from './pipe-watch.ts';

export interface WorkTree {
  readonly context: GitContext;
  /** Top of the outermost work tree: paths are relative to it. */
  readonly root: string;
  /** Where this work tree lies under the root; empty for the outermost. */
  readonly prefix: string;
  /** What is wanted of this work tree, relative to its own top; empty: all. */
  readonly scope: string;
  readonly includeIgnored: boolean;
  readonly note: Note;
}

/**
 * Files of a work tree: tracked ones in index order, then untracked ones. Files that are tracked and deleted are not
 * there and not missed. Nested work trees (populated submodules, clones) are scanned as what they are, under their
 * path. Ignored files are counted while the rest is scanned.
 */
export async function* workTreeFiles(tree: WorkTree): AsyncGenerator<readonly FileEntry[]> {
  const ignored = tree.includeIgnored ? Promise.resolve() : countIgnored(tree);
  // An error of it must not go unheard, nor fell the process before it is awaited.
  ignored.catch(() => undefined);
  const parentsAreReal = createParentCheck(join(tree.root, tree.prefix), tree.note);
  for await (const batch of indexEntries(tree)) {
    const files: FileEntry[] = [];
    for (const { path, mode } of batch) {
      if (!isUsable(tree, path)) continue;
      if (mode === '160000' && parentsAreReal(path)) yield* nested(tree, path, true);
      else if (mode === '160000') noteUnpopulated(tree, path);
      else if (parentsAreReal(path)) push(files, statEntry(tree.root, prefixed(tree, path), tree.note));
    }
    if (files.length > 0) yield files;
  }
  for await (const batch of otherEntries(tree)) {
    const files: FileEntry[] = [];
    for (const path of batch) {
      if (!isUsable(tree, path)) continue;
      if (path.endsWith('/')) yield* nested(tree, path.slice(0, -1), false);
      else push(files, statEntry(tree.root, prefixed(tree, path), tree.note));
    }
    if (files.length > 0) yield files;
  }
  await ignored;
}

interface IndexEntry {
  readonly path: string;
  readonly mode: string;
}

async function* indexEntries(tree: WorkTree): AsyncGenerator<readonly IndexEntry[]> {
  const args = ['ls-files', '-z', '--stage', ...pathspec(tree)];
  const process = startGit(tree.context, args);
  process.stdin.end();
  let last = '';
  for await (const batch of records(process.stdout)) {
    const entries: IndexEntry[] = [];
    for (const record of batch) {
      const path = record.slice(record.indexOf('\t') + 1);
      // An unmerged path has up to three entries, one after the other.
      if (path !== last) entries.push({ path, mode: record.slice(0, 6) });
      last = path;
    }
    yield entries;
  }
  mustSucceed(tree, args, await process.exit);
}

async function* otherEntries(tree: WorkTree): AsyncGenerator<readonly string[]> {
  const args = ['ls-files', '-z', '--others', ...(tree.includeIgnored ? [] : ['--exclude-standard']), ...pathspec(tree)];
  const process = startGit(tree.context, args);
  process.stdin.end();
  const watch = watchForPipes(join(tree.root, tree.prefix), process);
  yield* records(process.stdout);
  const exit = await process.exit;
  watch.stop();
  mustSucceed(tree, args, exit);
  noteClosedFolders(tree, exit);
}

async function countIgnored(tree: WorkTree): Promise<void> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', ...pathspec(tree)];
  const process = startGit(tree.context, args);
  process.stdin.end();
  const watch = watchForPipes(join(tree.root, tree.prefix), process);
  let count = 0;
  for await (const batch of records(process.stdout)) count += batch.length;
  const exit = await process.exit;
  watch.stop();
  mustSucceed(tree, args, exit);
  if (count > 0) tree.note({ type: 'skipped', skip: { what: tree.prefix === '' ? '.' : tree.prefix, reason: 'ignored', count, detail: 'files that git ignores; --include-ignored scans them' } });
}

/** A submodule or another repository's work tree inside this one. Trouble in it is a gap of its own and does not end the run. */
async function* nested(tree: WorkTree, path: string, isSubmodule: boolean): AsyncGenerator<readonly FileEntry[]> {
  const full = prefixed(tree, path);
  if (kindOf(tree.root, full, tree.note)?.isDirectory() !== true || isEmptyFolder(tree.root, full)) {
    if (isSubmodule) noteUnpopulated(tree, path);
    return;
  }
  try {
    const repository = nestedRepository(tree, full);
    if (repository === undefined) yield* walkDirectory(tree.root, full, tree.note);
    else yield* workTreeFiles({ ...tree, context: { ...tree.context, repository }, prefix: full, scope: '' });
  } catch (error) {
    if (!(error instanceof WardenError)) throw error;
    tree.note({ type: 'skipped', skip: { what: full, reason: 'unreadable', detail: error.message } });
  }
}

function noteUnpopulated(tree: WorkTree, path: string): void {
  tree.note({ type: 'skipped', skip: { what: prefixed(tree, path), reason: 'submodule', detail: 'not populated' } });
}

function nestedRepository(tree: WorkTree, full: string): Repository | undefined {
  // A name that is not UTF-8 cannot be given to git as a folder: its files are walked instead.
  return full.includes('\uFFFD') ? undefined : repositoryAt(join(tree.root, full));
}

/** A hostile index may hold names that lead out of the tree or into `.git`. */
function isUsable(tree: WorkTree, path: string): boolean {
  if (!isInScope(path.replace(/\/$/, ''), tree.scope)) return false;
  const isHostile = path === '' || path.startsWith('/') || /(^|\/)(\.\.?|\.git)(\/|$)/i.test(path.replace(/\/$/, ''));
  if (isHostile) tree.note({ type: 'skipped', skip: { what: prefixed(tree, path), reason: 'unreadable', detail: 'the index names a path outside the work tree or inside .git' } });
  return !isHostile;
}

function noteClosedFolders(tree: WorkTree, { stderr }: GitExit): void {
  for (const [, folder = '', why] of stderr.matchAll(/^warning: could not open directory '(.*?)\/?': (.*)$/gm)) {
    tree.note({ type: 'skipped', skip: { what: prefixed(tree, folder), reason: 'unreadable', detail: `folder: ${why ?? ''}` } });
  }
}

function mustSucceed(tree: WorkTree, args: readonly string[], exit: GitExit): void {
  if (exit.code !== 0) throw gitFailed(tree.context, args, exit);
}

/** The scope as git can be told it; results are filtered again, as arguments hold only valid UTF-8. */
function pathspec({ scope }: WorkTree): readonly string[] {
  return scope === '' || scope.includes('\uFFFD') ? [] : ['--', scope];
}

function prefixed({ prefix }: WorkTree, path: string): string {
  return prefix === '' ? path : `${prefix}/${path}`;
}

function push(files: FileEntry[], file: FileEntry | undefined): void {
  if (file !== undefined) files.push(file);
}
