import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A character for each byte, so that what stands around a value is written back as it was, in whatever encoding. A pipe would be waited for without end. */
export function bytesOf(path: string): string {
  if (!statSync(path).isFile()) throw Object.assign(new Error('not a file'), { code: 'it is no regular file' });
  return readFileSync(path, 'latin1');
}

/**
 * Replaces a whole file at once, so that a reader sees the old or the new one; owner and permissions stay. False, and nothing is
 * written, where it does not hold `before` any more when the new one is ready: no file system compares and sets.
 */
export function replaceFile(path: string, before: string, text: string): boolean {
  const { mode, uid, gid } = statSync(path);
  const beginning = `.${basename(path)}.tokenwarden-`;
  // A kill leaves one behind that holds a secret. Who writes holds the lock, so none is of another process.
  for (const name of readdirSync(dirname(path))) if (name.startsWith(beginning) && /^[0-9a-f]{12}$/.test(name.slice(beginning.length))) rmSync(join(dirname(path), name), { force: true });
  const next = join(dirname(path), `${beginning}${randomBytes(6).toString('hex')}`);
  const descriptor = openSync(next, 'wx', mode & 0o777);
  try {
    const made = statSync(next);
    if (made.uid !== uid || made.gid !== gid) giveTo(descriptor, uid, gid);
    // The umask took from what `open` was given.
    fchmodSync(descriptor, mode & 0o777);
    const bytes = Buffer.from(text, 'latin1');
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
    if (bytesOf(path) !== before) {
      rmSync(next, { force: true });
      return false;
    }
    renameSync(next, path);
    return true;
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Who runs us as root rotates other users' files. */
function giveTo(descriptor: number, uid: number, gid: number): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    throw Object.assign(new Error('owner'), { code: 'its owner is another one' });
  }
}
