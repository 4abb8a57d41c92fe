import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LockBusy, openLock } from '../lib/exclusive-lock.ts';
import { makeFolder } from '../lib/make-folder.ts';
import type { WarningHost } from '../lib/sqlite.ts';
import { runGit, type FetchContext } from './git.ts';
import { CloneError } from './trouble.ts';

export interface CloneCacheOptions {
  /** Of the user, where clones are kept; made if it is not there. */
  readonly folder: string;
  /** All clones together, but for those that are being scanned. */
  readonly maxBytes: number;
  /** A repository that grows beyond this while it is fetched is given up. */
  readonly maxRepositoryBytes: number;
  /** Larger files are not fetched, since they would not be scanned: the clone is a partial one, if its server knows how. Default: all are. */
  readonly maxBlobBytes?: number;
  readonly path: string;
  readonly now: () => Date;
  readonly warnings?: WarningHost;
}

export interface CloneWanted {
  /** The same for the same repository at the same forge, whatever it is called by now. */
  readonly id: string;
  /** Without credentials; of letters that mean nothing to git's configuration. */
  readonly url: string;
  readonly defaultBranch?: string;
  readonly access: Readonly<Record<string, string>>;
}

/** A bare clone with every ref of its server and nothing else, which nobody else touches until it is given back. */
export interface Clone {
  readonly path: string;
  /** The commit that a branch is at, whole; undefined: there is no such branch. */
  readonly commitOf: (branch: string) => Promise<string | undefined>;
  readonly release: () => Promise<void>;
}

export interface CloneCache {
  /** Fetches what is new. Throws `CloneError`, or the signal's reason. */
  readonly open: (wanted: CloneWanted, signal: AbortSignal) => Promise<Clone>;
  /** Of all clones, in use or not. */
  readonly bytes: () => number;
}

const WATCH_MS = 500;

/** Clones of a machine. Several processes may share the folder: each clone has a lock, and where one is held a clone for this once is made. */
export function openCloneCache(options: CloneCacheOptions): CloneCache {
  const { folder, maxBytes, now } = options;
  makeFolder(folder);
  makeFolder(join(folder, 'locks'));
  let passing = 0;

  const open = async (wanted: CloneWanted, signal: AbortSignal): Promise<Clone> => {
    // Of another filter, a clone lacks other objects.
    const name = createHash('sha256').update(options.maxBlobBytes === undefined ? wanted.id : `${wanted.id}\0${options.maxBlobBytes}`).digest('hex').slice(0, 32);
    const lock = await openLock(join(folder, 'locks', name), { waitMs: 0, ...(options.warnings === undefined ? {} : { warnings: options.warnings }) });
    let free: (() => void) | undefined;
    try {
      free = lock.take();
    } catch (error) {
      lock.close();
      if (!(error instanceof LockBusy)) throw error;
    }
    passing += 1;
    const path = join(folder, free === undefined ? `${name}.once-${now().getTime()}-${passing}.git` : `${name}.git`);
    const giveBack = (): void => {
      free?.();
      if (free !== undefined) lock.close();
    };
    try {
      await fetchAll(path, wanted, options, signal).catch(async (error: unknown) => {
        if (!(error instanceof CloneError) || !isFull(error)) throw error;
        // The disk has less room than we were told to take: other clones make some.
        await evict({ ...options, maxBytes: 0 });
        await fetchAll(path, wanted, options, signal);
      });
    } catch (error) {
      if (free === undefined) rmSync(path, { recursive: true, force: true });
      giveBack();
      throw error;
    }
    return {
      path,
      async commitOf(branch) {
        const { code, stdout } = await runGit(contextOf(path, options, {}, signal), ['rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${branch}^{commit}`]);
        return code === 0 && /^[0-9a-f]{40,64}$/.test(stdout.trim()) ? stdout.trim() : undefined;
      },
      async release() {
        if (free === undefined || sizeOf(path) > maxBytes) await rm(path, { recursive: true, force: true });
        else touch(path, now());
        giveBack();
        await evict(options);
      },
    };
  };
  return { open, bytes: () => clonesIn(folder).reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Fetches into the clone that is there, else into a new one; a clone that fails, or that keeps what its server has no more, is made anew. */
async function fetchAll(path: string, wanted: CloneWanted, options: CloneCacheOptions, signal: AbortSignal): Promise<void> {
  if (existsSync(path)) {
    const kept = await fetchInto(path, wanted, options, signal, await oidsOf(path, options, signal)).catch((error: unknown) => {
      if (error instanceof CloneError && error.reason !== 'too-large') return false;
      throw error;
    });
    if (kept) return;
    await rm(path, { recursive: true, force: true });
  }
  try {
    makeBare(path, wanted.url, options.maxBlobBytes);
    await fetchInto(path, wanted, options, signal, []);
  } catch (error) {
    await rm(path, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw typeof code === 'string' && /^E[A-Z]+$/.test(code) ? new CloneError('failed', `its clone cannot be made (${code === 'ENOSPC' ? 'no space left on device' : code})`) : error;
  }
}

/** What `git init --bare` makes, without its template's hooks. */
function makeBare(path: string, url: string, maxBlobBytes: number | undefined): void {
  for (const folder of ['', 'objects/info', 'objects/pack', 'refs/heads', 'refs/tags']) mkdirSync(join(path, folder), { recursive: true, mode: 0o700 });
  writeFileSync(join(path, 'HEAD'), 'ref: refs/heads/main\n');
  const [core, remote] = maxBlobBytes === undefined ? ['\trepositoryformatversion = 0\n', ''] : ['\trepositoryformatversion = 1\n', `\tpromisor = true\n\tpartialclonefilter = ${filterOf(maxBlobBytes)}\n[extensions]\n\tpartialclone = origin\n`];
  writeFileSync(join(path, 'config'), `[core]\n${core}\tbare = true\n[remote "origin"]\n\turl = ${JSON.stringify(url)}\n${remote}`);
}

/** Git leaves out what is at least so large. */
function filterOf(maxBlobBytes: number): string {
  return `blob:limit=${maxBlobBytes + 1}`;
}

async function oidsOf(path: string, options: CloneCacheOptions, signal: AbortSignal): Promise<readonly string[]> {
  const { code, stdout } = await runGit(contextOf(path, options, {}, signal), ['for-each-ref', '--format=%(objectname)']);
  return code === 0 ? [...new Set(stdout.split('\n').filter((oid) => oid !== ''))] : [];
}

/** Whether the clone now holds what the server has, and nothing that the server's refs do not lead to. */
async function fetchInto(path: string, { url, access, defaultBranch }: CloneWanted, options: CloneCacheOptions, signal: AbortSignal, before: readonly string[]): Promise<boolean> {
  const stop = new AbortController();
  const watch = setInterval(() => {
    if (sizeOf(path) > options.maxRepositoryBytes) stop.abort();
  }, WATCH_MS);
  const context = contextOf(path, options, access, AbortSignal.any([signal, stop.signal]));
  try {
    const fetched = await runGit(context, ['fetch', '--quiet', '--force', '--prune', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', '--no-show-forced-updates', ...(options.maxBlobBytes === undefined ? ['--', url] : [`--filter=${filterOf(options.maxBlobBytes)}`, '--', 'origin']), '+refs/*:refs/*']);
    signal.throwIfAborted();
    if (stop.signal.aborted || sizeOf(path) > options.maxRepositoryBytes) throw new CloneError('too-large', `it is larger than ${options.maxRepositoryBytes} bytes, which is how much one repository may be here`);
    if (fetched.code !== 0) throw new CloneError('failed', fetched.complaint === '' ? `git fetch ended with ${fetched.code}` : fetched.complaint);
  } finally {
    clearInterval(watch);
  }
  const local = contextOf(path, options, {}, signal);
  if (before.length > 0) {
    const left = await runGit(local, ['rev-list', '--max-count=1', '--stdin'], `${before.join('\n')}\n--not\n--all\n`);
    if (left.code !== 0 || left.stdout !== '') return false;
  }
  // A branch that git would refuse stays unsaid: HEAD is for people.
  if (defaultBranch !== undefined && defaultBranch !== 'main') await runGit(local, ['symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`]);
  return true;
}

function contextOf(folder: string, { path }: CloneCacheOptions, access: Readonly<Record<string, string>>, signal: AbortSignal): FetchContext {
  return { folder, path, access, signal };
}

/** As git and the system say it. */
function isFull({ message }: CloneError): boolean {
  return /no space left on device|out of diskspace|disk quota exceeded/i.test(message);
}

/** Removes what was used longest ago until the rest fits; what somebody works in stays. */
async function evict({ folder, maxBytes, warnings }: CloneCacheOptions): Promise<void> {
  const clones = clonesIn(folder).sort((a, b) => a.usedAt - b.usedAt);
  let bytes = clones.reduce((sum, clone) => sum + clone.bytes, 0);
  for (const { name, bytes: freed } of clones) {
    if (bytes <= maxBytes) return;
    const lock = await openLock(join(folder, 'locks', name.replace(/\..*$/, '')), { waitMs: 0, ...(warnings === undefined ? {} : { warnings }) });
    try {
      const free = lock.take();
      await rm(join(folder, name), { recursive: true, force: true });
      free();
      bytes -= freed;
    } catch (error) {
      if (!(error instanceof LockBusy)) throw error;
    } finally {
      lock.close();
    }
  }
}

interface Kept {
  readonly name: string;
  readonly bytes: number;
  readonly usedAt: number;
}

function clonesIn(folder: string): Kept[] {
  return readdirSync(folder).filter((name) => name.endsWith('.git')).flatMap((name) => {
    try {
      return [{ name, bytes: sizeOf(join(folder, name)), usedAt: statSync(join(folder, name)).mtimeMs }];
    } catch {
      return [];
    }
  });
}

/** Bytes of its packs, finished or not: the rest is small. */
function sizeOf(path: string): number {
  try {
    const packs = join(path, 'objects', 'pack');
    return readdirSync(packs).reduce((sum, name) => sum + (statSync(join(packs, name), { throwIfNoEntry: false })?.size ?? 0), 4096);
  } catch {
    return 0;
  }
}

function touch(path: string, at: Date): void {
  try {
    utimesSync(path, at, at);
  } catch {
    // It only decides what goes first.
  }
}
