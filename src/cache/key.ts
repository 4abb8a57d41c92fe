import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, linkSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';

const KEY_BYTES = 32;

/**
 * The key of the cache, made when there is none: 32 random bytes in a file that only its owner can read. Undefined if the file is
 * anything else (a link, someone else's, readable by others, of another length): then nothing may be believed that
 * was written with it. Throws the system's error where none can be made.
 */
export function cacheKey(path: string, owner: number | undefined): Uint8Array | undefined {
  try {
    return readKey(path, owner);
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
