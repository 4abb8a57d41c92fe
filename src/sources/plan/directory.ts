import { readdirSync, type Dirent } from 'node:fs';
import { pathFromBytes, systemPath } from '../../lib/path-bytes.ts';
import type { Note, SkipReason } from '../../model/index.ts';
import { statEntry } from './entry.ts';
import type { FileEntry } from './batch.ts';

interface Named {
  readonly name: string;
  readonly entry: Dirent | Dirent<Buffer>;
}

/**
 * Every file under `root/prefix`, folder by folder, names sorted. Symbolic links are noted and not followed, pipes and
 * devices noted and not opened, folders that cannot be read are gaps. The object store of a git directory is noted
 * and passed over (it is compressed; `--history` reads it), all else in it is read.
 */
export function* walkDirectory(root: string, prefix: string, note: Note): Generator<readonly FileEntry[]> {
  const pending: string[] = [prefix];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const named = list(root, folder, note);
    const isGit = ['HEAD', 'objects', 'refs'].every((name) => named.some((one) => one.name === name));
    const files: FileEntry[] = [];
    const folders: string[] = [];
    for (const { name, entry } of named) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (entry.isFile()) {
        const file = statEntry(root, path, note);
        if (file !== undefined) files.push(file);
      } else if (entry.isDirectory()) {
        if (isGit && name === 'objects') note({ type: 'skipped', skip: { what: path, reason: 'ignored', detail: 'object store of a git repository: scan that repository with --history' } });
        else folders.push(path);
      } else skip(note, path, entry.isSymbolicLink() ? 'symlink' : 'special-file');
    }
    if (files.length > 0) yield files;
    pending.push(...folders.reverse());
  }
}

function list(root: string, folder: string, note: Note): readonly Named[] {
  try {
    const path = systemPath(root, folder);
    const entries = readdirSync(path, { withFileTypes: true });
    // A name that is not UTF-8 shows as U+FFFD: then the folder is read again as bytes.
    const named: Named[] = entries.some(({ name }) => name.includes('\uFFFD'))
      ? readdirSync(path, { withFileTypes: true, encoding: 'buffer' }).map((entry) => ({ name: pathFromBytes(entry.name), entry }))
      : entries.map((entry) => ({ name: entry.name, entry }));
    return named.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    note({ type: 'skipped', skip: { what: folder === '' ? root : folder, reason: 'unreadable', detail: `folder: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}` } });
    return [];
  }
}

function skip(note: Note, what: string, reason: SkipReason): void {
  note({ type: 'skipped', skip: { what, reason } });
}
