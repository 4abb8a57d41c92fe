import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';

/** A text, or its pieces in their order. */
type Content = string | Iterable<string>;

/** A file that is known to be writable before the work for it begins. */
export interface PreparedOutput {
  readonly path: string;
  /** Replaces the file in one step, so that a reader never sees half of it; readable by its owner only unless told otherwise. */
  readonly write: (content: Content) => Promise<void>;
}

/**
 * Checks that a file can be written without touching it: its folder exists and takes a new file, and the file itself, if there
 * is one, may be written. Devices and pipes (`/dev/stdout`, process substitution) are written directly. Throws
 * `WardenError` `OUTPUT_UNWRITABLE`.
 */
export async function prepareOutput(path: string, what: string, mode = 0o600): Promise<PreparedOutput> {
  try {
    const info = await stat(path).catch(absent);
    if (info === undefined && (await lstat(path).catch(absent)) !== undefined) throw unwritable(what, path, 'is a link to a file that does not exist');
    if (info?.isDirectory() === true) throw unwritable(what, path, 'is a directory');
    if (info !== undefined) await access(path, constants.W_OK);
    if (info !== undefined && !info.isFile()) return { path, write: (content) => direct(path, content, what) };
    const real = info === undefined ? path : await realpath(path);
    const folder = await stat(dirname(real)).catch(absent);
    if (folder?.isDirectory() !== true) throw unwritable(what, path, `needs the folder ${printable(dirname(real))}, which does not exist`);
    const trial = besides(real);
    await (await open(trial, 'wx', 0o600)).close();
    await unlink(trial);
    return { path, write: (content) => replace(real, content, what, mode) };
  } catch (error) {
    throw explain(error, what, path);
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}

function besides(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
}

async function replace(path: string, content: Content, what: string, mode: number): Promise<void> {
  const temporary = besides(path);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw explain(error, what, path);
  }
}

async function direct(path: string, content: Content, what: string): Promise<void> {
  try {
    const file = await open(path, 'w');
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
    throw explain(error, what, path);
  }
}

function explain(error: unknown, what: string, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return error instanceof WardenError || code === undefined ? error : unwritable(what, path, `cannot be written (${code})`);
}

function unwritable(what: string, path: string, why: string): WardenError {
  return new WardenError('OUTPUT_UNWRITABLE', `${what} ${printable(path)} ${why}`, { hint: 'make the folder first, or name another file' });
}
