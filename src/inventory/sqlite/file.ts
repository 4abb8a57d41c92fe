import { closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { WardenError } from '../../model/index.ts';
import { ensurePrivateFile } from '../../lib/private-file.ts';

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Makes the file (0600) and its folder (0700) if they are not there, and refuses what is no plain file. Throws `INVENTORY_OPEN`. */
export function prepareFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (ensurePrivateFile(path) === 'not-a-file') throw new WardenError('INVENTORY_OPEN', `${path}: the inventory is not a plain file`, { hint: 'Choose another folder with --state.' });
  } catch (cause) {
    if (cause instanceof WardenError) throw cause;
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new WardenError('INVENTORY_OPEN', `${path}: the inventory cannot be opened (${code})`, { hint: 'Choose a writable folder with --state.', cause });
  }
}

/** Whether SQLite says that the bytes of the file are no sound database. */
export function isDamage(error: unknown): boolean {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown };
  return typeof errcode === 'number' && [SQLITE_CORRUPT, SQLITE_NOTADB].includes(errcode & 0xff);
}

/** Moves a damaged file (and its journal, which must not be replayed into the next one) out of the way, never over another one, and says where to. */
export function setAside(path: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  for (let number = 1; ; number += 1) {
    const aside = `${path}.damaged-${stamp}${number === 1 ? '' : `-${number}`}`;
    try {
      closeSync(openSync(aside, 'wx', 0o600));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    renameSync(path, aside);
    if (existsSync(`${path}-journal`)) renameSync(`${path}-journal`, `${aside}-journal`);
    return aside;
  }
}
