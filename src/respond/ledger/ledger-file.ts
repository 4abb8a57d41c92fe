import { closeSync, constants, fchmodSync, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, lstatSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { WardenError } from '../../model/index.ts';
import type { AuditRecord } from '../../model/index.ts';
import { readHead, writeHead } from './head.ts';
import type { Head } from './head.ts';
import { GENESIS, decode, encode, hashOf } from './line.ts';
import { readTail } from './tail.ts';

/** What was found wrong with the end of the file and put right; its record belongs into the ledger. */
export interface Repair {
  readonly event: 'ledger.repaired' | 'ledger.head-lost';
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * The file of a ledger while its lock is held: `catchUp` to what other processes wrote, then `write`. Every write is one
 * append, on disk before it returns; one that fails half-way is cut off again.
 */
export class LedgerFile {
  readonly path: string;
  #descriptor: number;
  /** Bytes that were read or written so far; -1 before the first look. */
  #size = -1;
  #head: Head = { seq: 0, hash: GENESIS };

  constructor(path: string) {
    this.path = path;
    this.#descriptor = open(path);
  }

  get head(): Head {
    return this.#head;
  }

  catchUp(): readonly Repair[] {
    this.#follow();
    const { size } = fstatSync(this.#descriptor);
    if (size === this.#size) return [];
    const tail = readTail(this.#descriptor, size);
    if (tail === 'tooLong') throw damaged(this.path, 'its last line does not end');
    const record = tail.line === undefined ? undefined : decode(tail.line);
    if (record !== undefined && 'problem' in record) throw damaged(this.path, `its last line ${record.problem}`);
    this.#head = record === undefined || tail.line === undefined ? { seq: 0, hash: GENESIS } : { seq: record.seq, hash: hashOf(tail.line) };
    const repairs = [...this.#checkHead(), ...this.#cutTorn(tail.torn, tail.end)];
    this.#size = tail.end;
    return repairs;
  }

  write(record: AuditRecord): void {
    this.writeAll([() => record]);
  }

  /** Several lines with one visit to the disk: all are there when this returns, or none. Each is made after the one before. */
  writeAll(lines: readonly ((head: Head) => AuditRecord)[]): void {
    let head = this.#head;
    const encoded = lines.map((line) => {
      const record = line(head);
      const one = encode(record);
      head = { seq: record.seq, hash: hashOf(one.subarray(0, -1)) };
      return one;
    });
    const bytes = Buffer.concat(encoded);
    try {
      for (let sent = 0; sent < bytes.length; ) sent += writeSync(this.#descriptor, bytes, sent);
      fdatasyncSync(this.#descriptor);
    } catch (cause) {
      ftruncateSync(this.#descriptor, this.#size);
      throw new WardenError('LEDGER_WRITE', `${this.path}: the line could not be written (${codeOf(cause)})`, { hint: 'Nothing is done without a record of it. Make room on the disk, then run again.', cause });
    }
    this.#size += bytes.length;
    this.#head = head;
    writeHead(this.path, this.#head);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Reopens if the path now is another file than the open one (it was moved away). */
  #follow(): void {
    const mine = fstatSync(this.#descriptor);
    const there = lstatSync(this.path, { throwIfNoEntry: false });
    if (there !== undefined && there.ino === mine.ino && there.dev === mine.dev) return;
    closeSync(this.#descriptor);
    this.#descriptor = open(this.path);
    this.#size = -1;
  }

  #checkHead(): readonly Repair[] {
    const head = readHead(this.path);
    const { seq, hash } = this.#head;
    if (head === 'absent' && seq === 0) return [];
    if (head === 'absent' || head === 'damaged') {
      return [{ event: 'ledger.head-lost', detail: { why: head, note: 'lines that were missing at the end by then cannot be noticed' } }];
    }
    if (head.seq > seq) throw damaged(this.path, `it ends with line ${seq}, but ${head.seq} lines were written`);
    if (head.seq === seq && head.hash !== hash) throw damaged(this.path, `its last line, ${seq}, is not the one that was written`);
    return [];
  }

  /** Moves a torn last line into a file of its own; never silently dropped. */
  #cutTorn(torn: Uint8Array, end: number): readonly Repair[] {
    if (torn.length === 0) return [];
    const side = keepAside(`${this.path}.torn-${this.#head.seq + 1}`, torn);
    ftruncateSync(this.#descriptor, end);
    fsyncSync(this.#descriptor);
    return [{ event: 'ledger.repaired', detail: { line: this.#head.seq + 1, bytes: torn.length, sha256: hashOf(torn), keptIn: side, why: 'the last line was torn: its writer stopped half-way' } }];
  }
}

const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

function open(path: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, FLAGS, 0o600);
  } catch (cause) {
    const hint = codeOf(cause) === 'ELOOP' ? 'A ledger must not be a symbolic link.' : 'Choose a writable folder with --state.';
    throw new WardenError('LEDGER_OPEN', `${path}: the ledger cannot be opened (${codeOf(cause)})`, { hint, cause });
  }
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) {
    closeSync(descriptor);
    throw new WardenError('LEDGER_OPEN', `${path}: the ledger is not a file`, { hint: 'Choose another folder with --state.' });
  }
  if ((stat.mode & 0o777) !== 0o600) fchmodSync(descriptor, 0o600);
  if (stat.size === 0) syncFolder(dirname(path));
  return descriptor;
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Writes into the first free name of `base`, `base.2`, `base.3`, … and returns it. */
function keepAside(base: string, bytes: Uint8Array): string {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? base : `${base}.${number}`;
    try {
      const descriptor = openSync(path, 'wx', 0o600);
      try {
        writeSync(descriptor, bytes);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      return path;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

function damaged(path: string, what: string): WardenError {
  return new WardenError('LEDGER_DAMAGED', `${path}: the ledger is damaged: ${what}`, {
    hint: `Run "tokenwarden ledger verify", keep the file as evidence, and move it and ${path}.head away to begin a new one.`,
  });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.name : 'error');
}
