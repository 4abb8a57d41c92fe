import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, linkSync, lstatSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';

const KEY_BYTES = 32;

/**
 * The key of the cache: 32 random bytes in a file that only its owner can read. Made when there is none, and made anew when the
 * owner's file is of another length or could be read by others: then nothing may be believed that was written with
 * it. Undefined if the file is someone else's. Throws the system's error for a link, and where none can be made.
 */
export function cacheKey(path: string, owner: number | undefined): Uint8Array | undefined {
  try {
    const known = readKey(path, owner);
    if (known !== undefined) return known;
    const { uid } = lstatSync(path);
    if (owner !== undefined && uid !== owner) return undefined;
    rmSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // Whole at once: a run that starts at the same time must not read half of it.
  const made = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(made, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
    linkSync(made, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(made, { force: true });
  }
  return readKey(path, owner);
}

function readKey(path: string, owner: number | undefined): Uint8Array | undefined {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(fd);
    // Where there is no owner to ask for (Windows) there are no such modes either.
    const isPrivate = owner === undefined || (stat.uid === owner && (stat.mode & 0o077) === 0);
    if (!stat.isFile() || !isPrivate || stat.size !== KEY_BYTES) return undefined;
    const key = new Uint8Array(KEY_BYTES);
    return readSync(fd, key, 0, KEY_BYTES, 0) === KEY_BYTES ? key : undefined;
  } finally {
    closeSync(fd);
  }
}
