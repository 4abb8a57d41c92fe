import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { systemPath } from '../../lib/path-bytes.ts';
import { SkipError, stampOf, type Skip } from '../../model/index.ts';
import type { RandomAccess, Read } from './byte-source.ts';

/** An open regular file. */
export interface OpenFile {
  readonly sizeBytes: number;
  readonly read: Read;
  readonly random: RandomAccess;
  /** A gap if the file became shorter while it was read. */
  readonly complaint: (bytesRead: number) => Skip | undefined;
  /** Whether the file has this stamp now. */
  readonly hasStamp: (stamp: Float64Array) => boolean;
  readonly close: () => void;
}

/** Links are refused (they were not links when they were listed) and pipes do not block. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Opens a file to be read straight into the caller's memory. Throws a `SkipError`. */
export function openFile(root: string, path: string): OpenFile {
  const fd = open(root, path);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  try {
    const kind = fstatSync(fd);
    if (!kind.isFile()) throw new SkipError({ what: path, reason: 'special-file' });
    return { sizeBytes: kind.size, close, hasStamp: (stamp) => hasStamp(fd, stamp), ...readers(fd, path, kind.size) };
  } catch (error) {
    close();
    throw error instanceof SkipError ? error : unreadable(path, error);
  }
}

/** So much of a file is looked at before the rest of it is read. */
const HEAD_BYTES = 64 << 10;

/**
 * Reads a regular file into `target` at once, if `isWanted` says so of its first 64 KB: how many bytes it has; -1 where it is not wanted, does not fit, or is not there as
 * it was listed, and whoever wants to know why opens it. With `stamp`, it must have that when it was read.
 */
export function readWhole(root: string, path: string, target: Uint8Array, isWanted: (head: Uint8Array, isAll: boolean) => boolean, stamp?: Float64Array): number {
  let fd: number;
  try {
    fd = openSync(systemPath(root, path), FLAGS);
  } catch {
    return -1;
  }
  try {
    const kind = fstatSync(fd);
    if (!kind.isFile() || kind.size >= target.length) return -1;
    const isSmall = kind.size < HEAD_BYTES;
    let count = readSync(fd, target, 0, isSmall ? target.length : HEAD_BYTES, null);
    if (!isWanted(target.subarray(0, count), isSmall)) return -1;
    if (!isSmall) count += readSync(fd, target, count, target.length - count, null);
    // Room is left and the file is no longer than it was: that was its end, as for `read`.
    return count < kind.size || count === target.length || (stamp !== undefined && !hasStamp(fd, stamp)) ? -1 : count;
  } catch {
    return -1;
  } finally {
    closeSync(fd);
  }
}

function hasStamp(fd: number, stamp: Float64Array): boolean {
  const now = stampOf(fstatSync(fd));
  return now.every((number, index) => number === stamp[index]);
}

function readers(fd: number, path: string, sizeBytes: number): Pick<OpenFile, 'read' | 'random' | 'complaint'> {
  let total = 0;
  let ended = false;
  return {
    read: (target) => {
      if (ended) return 0;
      const count = attempt(path, () => readSync(fd, target, 0, target.length, null));
      total += count;
      // A short read at the known size is the end; anything else is asked again.
      if (count < target.length && total >= sizeBytes) ended = true;
      return count;
    },
    random: {
      sizeBytes,
      readAt: (target, position) => {
        let done = 0;
        while (done < target.length) {
          const count = attempt(path, () => readSync(fd, target, done, target.length - done, position + done));
          if (count === 0) break;
          done += count;
        }
        return done;
      },
    },
    complaint: (bytesRead) => (bytesRead < sizeBytes ? { what: path, reason: 'changed-while-reading', detail: `it became shorter: ${bytesRead} of ${sizeBytes} bytes were there`, bytes: sizeBytes - bytesRead } : undefined),
  };
}

function open(root: string, path: string): number {
  try {
    return openSync(systemPath(root, path), FLAGS);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') throw new SkipError({ what: path, reason: 'changed-while-reading', detail: code === 'ELOOP' ? 'it became a symbolic link' : 'it is gone' }, error);
    if (code === 'ENXIO' || code === 'ENODEV') throw new SkipError({ what: path, reason: 'special-file' }, error);
    throw unreadable(path, error);
  }
}

function attempt(path: string, read: () => number): number {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): SkipError {
  return new SkipError({ what: path, reason: 'unreadable', detail: codeOf(error) }, error);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
