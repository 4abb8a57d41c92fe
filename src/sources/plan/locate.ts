import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { pathFromBytes } from '../../lib/path-bytes.ts';
import { WardenError, type Repository } from '../../model/index.ts';
import { bareRepositoryAt, discoverRepository, ELSEWHERE, repositoryAt } from '../git/discover.ts';

/** Where a target lies. */
export interface Located {
  /** Top of the work tree, the bare repository, the folder, or the folder of a lone file. */
  readonly root: string;
  readonly repository?: Repository;
  /** What of the root is wanted, `/`-separated, no slash at either end; empty: all. */
  readonly scope: string;
  readonly isFile: boolean;
  /** Set where a `.git` was found and refused: its files can be read as those of a plain folder. */
  readonly refused?: WardenError;
}

/** Finds a target and the repository it belongs to. Throws `TARGET_NOT_FOUND`, `TARGET_UNREADABLE` or `TARGET_NOT_A_FILE`. */
export function locate(path: string): Located {
  const absolute = resolve(path);
  const kind = statTarget(absolute, path);
  if (!kind.isDirectory() && !kind.isFile()) {
    throw new WardenError('TARGET_NOT_A_FILE', `${path} is neither a file nor a folder`, { hint: 'To scan what a pipe gives, use "-" and send it to standard input.' });
  }
  const real = realpathSync(absolute);
  const isFile = kind.isFile();
  const folder = isFile ? dirname(real) : real;
  const found = orRefused(() => {
    const bare = !isFile && repositoryAt(real) === undefined ? bareRepositoryAt(real) : undefined;
    return bare ?? (isInsideGitFolder(folder) ? undefined : discoverRepository(folder));
  });
  if (found instanceof WardenError) return { root: folder, scope: isFile ? pathFromBytes(Buffer.from(basename(real))) : '', isFile, refused: found };
  const repository = found;
  if (repository !== undefined && repository.workTree === undefined) return { root: real, repository, scope: '', isFile: false };
  const root = repository?.workTree ?? folder;
  const scope = pathFromBytes(Buffer.from(relative(root, real).split(sep).join('/')));
  return { root, scope, isFile, ...(repository === undefined ? {} : { repository }) };
}

function orRefused(find: () => Repository | undefined): Repository | undefined | WardenError {
  try {
    return find();
  } catch (error) {
    if (error instanceof WardenError && error.code === ELSEWHERE) return error;
    throw error;
  }
}

/**
 * Where a log lies: under its work tree, else under the working directory, else in its own folder, so that its name
 * in reports is a path that leads somewhere and two logs of one name stay apart.
 */
export function locateLog(path: string): Located {
  const located = locate(path);
  if (located.repository !== undefined || !located.isFile) return { ...located, scope: located.repository?.workTree === undefined ? '' : located.scope };
  const here = realpathSync(resolve('.'));
  const real = resolve(located.root, located.scope);
  const inside = real.startsWith(here.endsWith(sep) ? here : here + sep);
  return inside ? { root: here, scope: relative(here, real).split(sep).join('/'), isFile: true } : { root: dirname(real), scope: basename(real), isFile: true };
}

/** Whether `path` is the scope or lies in it. */
export function isInScope(path: string, scope: string): boolean {
  return scope === '' || path === scope || path.startsWith(`${scope}/`);
}

function isInsideGitFolder(folder: string): boolean {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if (repositoryAt(at) !== undefined) return false;
    if (basename(at) === '.git' && bareRepositoryAt(at) !== undefined) return true;
  }
  return false;
}

function statTarget(absolute: string, given: string): ReturnType<typeof statSync> & object {
  try {
    return statSync(absolute);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new WardenError('TARGET_NOT_FOUND', `${given} does not exist`, { hint: `Looked for ${absolute}. Give a file, a folder, a git repository, or "-" for standard input.` });
    }
    throw new WardenError('TARGET_UNREADABLE', `${given} cannot be opened: ${code}`, { hint: 'Check the permissions of the path and of the folders above it.', cause: error });
  }
}
