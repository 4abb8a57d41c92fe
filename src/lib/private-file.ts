import { chmodSync, closeSync, constants, lstatSync, openSync } from 'node:fs';

/**
 * Makes an empty file of mode 0600, or gives that mode to the one that is there. Returns what is wrong where the path is no
 * plain file (a symbolic link counts as none). An existing file is never opened: closing a second descriptor would
 * take away the POSIX locks that this process holds on it, and with them SQLite's.
 */
export function ensurePrivateFile(path: string): 'not-a-file' | undefined {
  try {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW, 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const stat = lstatSync(path);
    if (!stat.isFile()) return 'not-a-file';
    if ((stat.mode & 0o777) !== 0o600) chmodSync(path, 0o600);
  }
  return undefined;
}
