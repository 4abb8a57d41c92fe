import { lstatSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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
  return checked({ gitDir: realpathSync(gitDir), workTree: folder });
}

/** A folder that is itself a git directory: a bare repository, or the `.git` of a work tree. */
export function bareRepositoryAt(folder: string): Repository | undefined {
  return isGitFolder(folder) ? checked({ gitDir: folder }) : undefined;
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
