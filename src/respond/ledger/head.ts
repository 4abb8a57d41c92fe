import { chmodSync, closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';

/** The last line that a writer knows to be on disk. With it, lines missing at the end are found too. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** The file beside a ledger that keeps its head. */
export function headPath(ledger: string): string {
  return `${ledger}.head`;
}

/** `absent` without a file; `damaged` if what stands there is no head. */
export function readHead(ledger: string): Head | 'absent' | 'damaged' {
  let text: string;
  try {
    text = readFileSync(headPath(ledger), 'latin1');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'damaged';
  }
  const [, seq, hash] = /^(\d{16}) ([0-9a-f]{64})\n$/.exec(text) ?? [];
  return seq === undefined || hash === undefined ? 'damaged' : { seq: Number(seq), hash };
}

/**
 * Overwrites it in one write of constant length. Not synchronised: it may fall behind the ledger by a power cut, which is
 * allowed, and never runs ahead of it, as the line is on disk before.
 */
export function writeHead(ledger: string, head: Head): void {
  const path = headPath(ledger);
  const descriptor = openSync(path, constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW, 0o600);
  try {
    writeSync(descriptor, `${String(head.seq).padStart(16, '0')} ${head.hash}\n`, 0, 'latin1');
  } finally {
    closeSync(descriptor);
  }
  if (head.seq === 1) chmodSync(path, 0o600);
}
