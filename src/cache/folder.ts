import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of the cache: their names are `SCOPE-RANDOM.twc`, and they are never changed once they are there. */
const NAME = /^[0-9a-f]{32}-[0-9a-f]{16}\.twc$/;
const UNFINISHED = /^[0-9a-f]{16}\.tmp$/;
const FORGOTTEN_MS = 3_600_000;

/** The files of one scope. */
export function listScope(folder: string, scope: string): readonly string[] {
  return namesIn(folder).filter((name) => NAME.test(name) && name.startsWith(`${scope}-`));
}

/** A file's bytes, and the news that it is still of use. Undefined if it is gone, too large, or no plain file. */
export function readCacheFile(folder: string, name: string, maxBytes: number, now: Date): Buffer | undefined {
  const path = join(folder, name);
  try {
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = fstatSync(fd);
      if (!stat.isFile() || stat.size > maxBytes) return undefined;
      const bytes = readFileSync(fd);
      utimesSync(path, now, now);
      return bytes;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

/** Puts a new file there, whole at once. Throws the system's error. */
export function writeCacheFile(folder: string, scope: string, bytes: Uint8Array): string {
  const name = `${scope}-${randomBytes(8).toString('hex')}.twc`;
  const unfinished = join(folder, `${randomBytes(8).toString('hex')}.tmp`);
  try {
    writeFileSync(unfinished, bytes, { mode: 0o600, flag: 'wx' });
    renameSync(unfinished, join(folder, name));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  return name;
}

/** Another run may have been quicker. */
export function dropCacheFile(folder: string, name: string): void {
  rmSync(join(folder, name), { force: true });
}

/** Deletes what was used longest ago until the rest fits, and what a run that died left unfinished. */
export function evict(folder: string, maxBytes: number, now: Date): void {
  const files: { readonly name: string; readonly size: number; readonly usedMs: number }[] = [];
  for (const name of namesIn(folder)) {
    const stat = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (stat?.isFile() !== true) continue;
    if (NAME.test(name)) files.push({ name, size: stat.size, usedMs: stat.mtimeMs });
    else if (UNFINISHED.test(name) && now.getTime() - stat.mtimeMs > FORGOTTEN_MS) dropCacheFile(folder, name);
  }
  files.sort((a, b) => b.usedMs - a.usedMs);
  let total = 0;
  for (const { name, size } of files) {
    total += size;
    if (total > maxBytes) dropCacheFile(folder, name);
  }
}

export function isEmptyFolder(folder: string): boolean {
  return !namesIn(folder).some((name) => NAME.test(name));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
