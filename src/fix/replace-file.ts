import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, fchmodSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { WardenError } from '../model/index.ts';

/** The bytes of a regular file in `root`, which no link leads to. Throws `FIX_REFUSED`. */
export function readForEdit(root: string, path: string): Buffer {
  const file = placeOf(root, path);
  let descriptor: number;
  try {
    // A pipe that nobody writes to must not hold us.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw refused(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
  try {
    const info = fstatSync(descriptor);
    if (!info.isFile()) throw refused('it is no regular file');
    if (info.nlink > 1) throw refused('it has several names (hard links)');
    if (info.size > MAX_BYTES) throw refused('it is too large');
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const MAX_BYTES = 8 << 20;

/** Puts `next` in the place of a file that still is `before`; mode and owner stay. Whoever reads sees the one or the other. Throws `FIX_REFUSED`. */
export function replaceFile(root: string, path: string, before: Uint8Array, next: string): void {
  const file = placeOf(root, path);
  if (!readForEdit(root, path).equals(before)) throw refused('it has changed since it was read');
  const { mode, uid, gid } = statSync(file);
  const temporary = join(dirname(file), `.${basename(file).slice(0, 80)}.${randomBytes(6).toString('hex')}`);
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(descriptor, next);
      fchmodSync(descriptor, mode & 0o7777);
      fsyncSync(descriptor);
      const made = fstatSync(descriptor);
      if (made.uid !== uid || made.gid !== gid) throw refused('it belongs to somebody else');
    } finally {
      closeSync(descriptor);
    }
    if (!readForEdit(root, path).equals(before)) throw refused('it has changed since it was read');
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error instanceof WardenError ? error : refused(`it cannot be written (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
}

/** The file's absolute path; no link on the way, nothing outside the root, nothing of git itself. */
function placeOf(root: string, path: string): string {
  const parts = path.split('/');
  if (isAbsolute(path) || path.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..')) throw refused('its path leads out of the target');
  if (parts.some((part) => part.toLowerCase() === '.git')) throw refused('it belongs to git');
  try {
    const real = realpathSync(root);
    const folder = realpathSync(dirname(join(real, ...parts)));
    if (folder !== dirname(join(real, ...parts)) || !`${folder}${sep}`.startsWith(real.endsWith(sep) ? real : `${real}${sep}`)) throw refused('a link leads there');
    return join(folder, parts.at(-1) ?? '');
  } catch (error) {
    throw error instanceof WardenError ? error : refused(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
}

function refused(why: string): WardenError {
  return new WardenError('FIX_REFUSED', why);
}
