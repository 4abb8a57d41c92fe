import { lstatSync, readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { WardenError, type Repository } from '../../model/index.ts';

/** Files that git opens without looking at their kind first: a pipe in their place would make it wait for ever. */
const MUST_BE_FILES = ['HEAD', 'config', 'config.worktree', 'index', 'packed-refs', 'shallow', 'info/exclude', 'info/attributes', 'info/sparse-checkout', 'objects/info/alternates', 'commondir', 'gitdir'];
const MAX_POINTER_BYTES = 64 << 10;
const MAX_SHALLOW_BYTES = 64 << 20;

/**
 * The repository that a folder belongs to, found by looking for `.git` in it and above it; git itself is not asked,
 * as its own search would let the environment and `core.worktree` decide. A `.git` that is no repository is passed over.
 */
export function discoverRepository(folder: string): Repository | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = repositoryAt(at);
    if (found !== undefined) return found;
    if (at === dirname(at)) return undefined;
  }
}

/** The work tree whose top is this folder, or undefined. */
export function repositoryAt(folder: string): Repository | undefined {
  const dotGit = join(folder, '.git');
  const kind = statOf(dotGit);
  const gitDir = kind?.isDirectory() === true ? dotGit : kind?.isFile() === true ? readPointer(dotGit, folder) : undefined;
  if (gitDir === undefined || !isGitFolder(gitDir)) return undefined;
  const repository = { gitDir: realpathSync(gitDir), workTree: folder };
  refuseOthers(repository);
  return checked(repository);
}

/** A folder that is itself a git directory: a bare repository, or the `.git` of a work tree. */
export function bareRepositoryAt(folder: string): Repository | undefined {
  if (!isGitFolder(folder)) return undefined;
  refuseOthers({ gitDir: realpathSync(folder), workTree: folder });
  return checked({ gitDir: folder });
}

/** `code` of the error for a `.git` that leads to a repository that knows nothing of it. */
export const ELSEWHERE = 'REPOSITORY_ELSEWHERE';

/**
 * A `.git` is as foreign as the files beside it, and may be a link to, or name, any repository of this machine, whose secrets
 * would then be told as this one's. What leads out of the folder is believed in two cases, in which the other side agrees:
 * a linked work tree, whose `gitdir` file leads back here, and a submodule, which lies in the repository around it.
 */
function refuseOthers({ gitDir, workTree }: Required<Repository>): void {
  const here = realpathSync(workTree);
  const common = realpathSync(commonFolder(gitDir));
  const isLinked = common === dirname(dirname(gitDir)) && basename(dirname(gitDir)) === 'worktrees';
  const refuse = (to: string): never => {
    throw new WardenError(ELSEWHERE, `${join(workTree, '.git')} leads to ${to}, a repository elsewhere that knows nothing of this folder`, {
      hint: 'Scan that repository itself, or, if the folder was moved, run "git worktree repair" there.',
    });
  };
  if (common !== gitDir && !isLinked) refuse(common);
  const stores = [join(common, 'refs'), join(common, 'objects'), ...linksIn(join(common, 'objects'))];
  for (const store of stores) if (!isInside(common, realOf(store) ?? store)) refuse(realOf(store) ?? store);
  if (isInside(here, common)) return;
  const back = isLinked ? smallFile(join(gitDir, 'gitdir'))?.trim() : undefined;
  const leadsBack = back !== undefined && realOf(resolve(gitDir, back)) === realOf(join(here, '.git'));
  // The git folder of a linked work tree may be named as a target itself.
  if (!leadsBack && !isInside(here, gitDir) && !isSubmodule(gitDir, here)) refuse(gitDir);
}

function isSubmodule(gitDir: string, folder: string): boolean {
  for (let at = dirname(folder); ; at = dirname(at)) {
    const above = repositoryAt(at)?.gitDir;
    if (above !== undefined && gitDir.startsWith(join(above, 'modules') + sep)) return true;
    if (at === dirname(at)) return false;
  }
}

function linksIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isSymbolicLink() ? [join(folder, entry.name)] : []));
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** As git judges: a HEAD that reads like one, `objects` and `refs`, the latter two perhaps in the common folder of a linked work tree. */
export function isGitFolder(folder: string): boolean {
  const head = smallFile(join(folder, 'HEAD')) ?? linkText(join(folder, 'HEAD'));
  if (head === undefined || !/^(ref:\s*refs\/|refs\/|[0-9a-f]{40}([0-9a-f]{24})?\b)/.test(head)) return false;
  const common = commonFolder(folder);
  return statOf(join(common, 'objects'))?.isDirectory() === true && statOf(join(common, 'refs'))?.isDirectory() === true;
}

/** Where refs, objects and the list of shallow commits lie. */
export function commonFolder(gitDir: string): string {
  const pointer = smallFile(join(gitDir, 'commondir'))?.trim();
  return pointer === undefined || pointer === '' ? gitDir : resolve(gitDir, pointer);
}

/** Names of the commits whose parents a shallow clone leaves out. */
export function shallowCommits(repository: Repository): ReadonlySet<string> {
  const path = join(commonFolder(repository.gitDir), 'shallow');
  const kind = statOf(path);
  if (kind?.isFile() !== true) return new Set();
  if (kind.size > MAX_SHALLOW_BYTES) throw new WardenError('REPOSITORY_HOSTILE', `${path} is larger than any list of shallow commits`, { hint: 'Copy the files without .git to scan them.' });
  return new Set(readFileSync(path, 'latin1').split('\n').filter((line) => /^[0-9a-f]{40,64}$/.test(line)));
}

function readPointer(file: string, folder: string): string | undefined {
  const target = /^gitdir:\s*(.+?)[\r\n]*$/.exec(smallFile(file) ?? '')?.[1];
  return target === undefined ? undefined : resolve(folder, target);
}

function checked(repository: Repository): Repository {
  for (const folder of new Set([repository.gitDir, commonFolder(repository.gitDir)])) {
    for (const name of MUST_BE_FILES) {
      const kind = statOf(join(folder, name));
      if (kind === undefined || kind.isFile()) continue;
      throw new WardenError('REPOSITORY_HOSTILE', `${join(folder, name)} is not a regular file, so git cannot be run there safely`, {
        hint: 'No git program writes such a repository. Copy the files without .git to scan them.',
      });
    }
  }
  return repository;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function smallFile(path: string): string | undefined {
  const kind = statOf(path);
  if (kind === undefined || !kind.isFile() || kind.size > MAX_POINTER_BYTES) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** HEAD may be a symbolic link to a branch that does not exist yet. */
function linkText(path: string): string | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? 'refs/' : undefined;
  } catch {
    return undefined;
  }
}
