import { ensurePrivateFile } from './private-file.ts';
import { loadSqlite } from './sqlite.ts';
import type { WarningHost } from './sqlite.ts';

/** A lock between processes on one file, given back by the kernel when its holder dies, however it dies. */
export interface ExclusiveLock {
  /** Takes it and returns how to give it back; waits up to the time given at opening. Throws `LockBusy`. */
  readonly take: () => () => void;
  /** Runs `work` while it is held. */
  readonly hold: <T>(work: () => T) => T;
  readonly close: () => void;
}

export class LockBusy extends Error {
  constructor(path: string) {
    super(`${path} is held by another process`);
    this.name = 'LockBusy';
  }
}

const SQLITE_BUSY = 5;

/**
 * Node has no `flock`; SQLite's exclusive transaction on an empty file takes the same kind of lock and writes nothing. The file
 * stays (a file that is deleted and made again would be two locks); it is empty, and of mode 0600.
 */
export async function openLock(path: string, options: { readonly waitMs: number; readonly warnings?: WarningHost }): Promise<ExclusiveLock> {
  const { DatabaseSync } = await loadSqlite(options.warnings);
  if (ensurePrivateFile(path) === 'not-a-file') throw new Error(`${path} cannot serve as a lock: it is not a file`);
  const database = new DatabaseSync(path, { timeout: options.waitMs });
  const take = (): (() => void) => {
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      if ((error as { readonly errcode?: unknown }).errcode === SQLITE_BUSY) throw new LockBusy(path);
      throw error;
    }
    return () => database.exec('ROLLBACK');
  };
  const hold = <T>(work: () => T): T => {
    const release = take();
    try {
      return work();
    } finally {
      release();
    }
  };
  return { take, hold, close: () => database.close() };
}
