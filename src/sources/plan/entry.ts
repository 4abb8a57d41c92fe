import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { systemPath } from '../../lib/path-bytes.ts';
import type { Note } from '../../model/index.ts';
import type { FileEntry } from './batch.ts';

/** A file's size, or undefined for what is not there or not a file: links and special files are noted, trouble is a gap. */
export function statEntry(root: string, path: string, note: Note): FileEntry | undefined {
  const kind = kindOf(root, path, note);
  if (kind === undefined || kind.isDirectory()) return undefined;
  if (kind.isFile()) return { path, status: kind };
  note({ type: 'skipped', skip: { what: path, reason: kind.isSymbolicLink() ? 'symlink' : 'special-file' } });
  return undefined;
}

/** `lstat`, with undefined for what is not there; any other trouble is noted as a gap. */
export function kindOf(root: string, path: string, note: Note): Stats | undefined {
  try {
    return lstatSync(systemPath(root, path), { throwIfNoEntry: false });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code !== 'ENOTDIR') note({ type: 'skipped', skip: { what: path, reason: 'unreadable', detail: code } });
    return undefined;
  }
}

export function isEmptyFolder(root: string, path: string): boolean {
  try {
    return readdirSync(systemPath(root, path)).length === 0;
  } catch {
    return false;
  }
}

/** Whether every folder above a path is a real folder, so that a link cannot lead out of the tree. Remembers what it saw. */
export function createParentCheck(root: string, note: Note): (path: string) => boolean {
  const seen = new Map<string, boolean>([['', true]]);
  const isReal = (folder: string): boolean => {
    const known = seen.get(folder);
    if (known !== undefined) return known;
    const real = isReal(parentOf(folder)) && kindOf(root, folder, note)?.isDirectory() === true;
    seen.set(folder, real);
    return real;
  };
  return (path) => isReal(parentOf(path));
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}
