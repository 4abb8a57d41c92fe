import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LockBusy, openLock } from '../../lib/exclusive-lock.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import type { WarningHost } from '../../lib/sqlite.ts';
import type { IssueStorage } from './types.ts';

const ID = /^[0-9a-f]{16}(?:-(?:old|new|new-id))?$/;

/** Files in `folder`, for its owner only: a lock for each command that runs, and what was sealed for `sweep`. */
export function issueStorage(folder: string, warnings?: WarningHost): IssueStorage {
  makeFolder(folder);
  const at = (id: string, kind: 'lock' | 'sealed'): string => {
    if (!ID.test(id)) throw new Error('not the id of an issued credential');
    return join(folder, `${id}.${kind}`);
  };
  return {
    async hold(id) {
      const path = at(id, 'lock');
      const lock = await openLock(path, { waitMs: 0, ...(warnings === undefined ? {} : { warnings }) });
      try {
        const release = lock.take();
        return () => {
          release();
          lock.close();
          // Its id is never used again, so that nobody can wait for a second lock of this name.
          rmSync(path, { force: true });
        };
      } catch (error) {
        lock.close();
        if (error instanceof LockBusy) return undefined;
        throw error;
      }
    },
    keep(id, sealed) {
      const path = at(id, 'sealed');
      // What a crash left half-written is nobody's.
      rmSync(`${path}.new`, { force: true });
      const descriptor = openSync(`${path}.new`, 'wx', 0o600);
      try {
        writeSync(descriptor, sealed);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(`${path}.new`, path);
    },
    kept(id) {
      try {
        return readFileSync(at(id, 'sealed'), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    forget: (id) => rmSync(at(id, 'sealed'), { force: true }),
  };
}
