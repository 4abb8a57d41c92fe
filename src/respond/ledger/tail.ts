import { readSync } from 'node:fs';
import { MAX_LINE_BYTES } from './line.ts';

/** The end of a ledger file. */
export interface Tail {
  /** The last whole line without its newline; absent in a file without one. */
  readonly line?: Uint8Array;
  /** What stands after the last newline: a line that was torn off. Empty in a healthy file. */
  readonly torn: Uint8Array;
  /** Where the torn bytes begin: the size that the file should have. */
  readonly end: number;
}

const NEWLINE = 0x0a;

/** Reads backwards as far as needed; `tooLong` if there is no newline where one must be. */
export function readTail(descriptor: number, size: number): Tail | 'tooLong' {
  let from = size;
  let bytes: Buffer = Buffer.alloc(0);
  for (let span = 64 * 1024; ; span *= 4) {
    from = Math.max(0, size - span);
    bytes = readRange(descriptor, from, size);
    const last = bytes.lastIndexOf(NEWLINE);
    const before = last <= 0 ? -1 : bytes.lastIndexOf(NEWLINE, last - 1);
    const complete = last >= 0 && (before >= 0 || from === 0);
    if (complete) return { line: bytes.subarray(before + 1, last), torn: bytes.subarray(last + 1), end: from + last + 1 };
    if (from === 0) return { torn: bytes, end: 0 };
    if (span > 4 * MAX_LINE_BYTES) return 'tooLong';
  }
}

function readRange(descriptor: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from);
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, from + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
