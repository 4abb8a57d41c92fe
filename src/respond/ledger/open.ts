import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { WardenError } from '../../model/index.ts';
import type { AuditRecord } from '../../model/index.ts';
import { LockBusy, openLock } from '../../lib/exclusive-lock.ts';
import type { WarningHost } from '../../lib/sqlite.ts';
import { LedgerFile } from './ledger-file.ts';
import type { Head } from './head.ts';
import { bounded } from './line.ts';

export interface LedgerOptions {
  readonly now: () => Date;
  /** Id of this run. */
  readonly run: string;
  /** Who acts: a login, or the name of a job. */
  readonly actor: string;
  /** How long to wait for another process that is writing. Default 10 s. */
  readonly waitMs?: number;
  /** The shell's `process`, so that Node 22 does not warn of SQLite, which serves as the lock. */
  readonly warnings?: WarningHost;
}

export type LedgerLine = Pick<AuditRecord, 'event' | 'detail' | 'fingerprint'>;

/** Others wait no longer than for this many. */
const LINES_AT_ONCE = 100;

export interface Ledger {
  readonly path: string;
  /** Appends one line; it is on disk when this returns. A `WriteRecord`; may be passed on unbound. Never give it a secret. */
  readonly append: (event: string, detail: Readonly<Record<string, unknown>>, fingerprint?: string) => AuditRecord;
  /** The same as a promise: what is given before the disk is visited is written in one visit. For many questions at once. */
  readonly appendTogether: (event: string, detail: Readonly<Record<string, unknown>>, fingerprint?: string) => Promise<void>;
  /** The same for lines that belong together and let nothing happen by themselves: with one visit to the disk for a hundred. */
  readonly appendAll: (lines: readonly LedgerLine[]) => void;
  /** The last line: to be anchored where the writer of this file cannot reach. */
  readonly head: () => Head;
  readonly close: () => void;
}

/**
 * Opens or begins a ledger: JSON Lines, append-only, each line holding the hash of the one before. Several processes may
 * have it open; their lines do not mix. A line that a crash tore off is moved into a file beside it and that is recorded.
 * Throws `WardenError` `LEDGER_OPEN`, `LEDGER_DAMAGED` (lines are missing at the end, or the end was edited), `LEDGER_BUSY`, `LEDGER_WRITE`.
 */
export async function openLedger(path: string, options: LedgerOptions): Promise<Ledger> {
  makeFolder(dirname(path));
  const file = new LedgerFile(path);
  const lock = await openLock(`${path}.lock`, { waitMs: options.waitMs ?? 10_000, ...(options.warnings === undefined ? {} : { warnings: options.warnings }) });

  const recordAfter = ({ seq, hash }: Head, { event, detail, fingerprint }: LedgerLine): AuditRecord => ({
    seq: seq + 1,
    prev: hash,
    at: options.now().toISOString(),
    run: options.run,
    actor: options.actor,
    event,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    detail: bounded(detail) as Readonly<Record<string, unknown>>,
  });
  const write = (event: string, detail: Readonly<Record<string, unknown>>, fingerprint?: string): AuditRecord => {
    const record = recordAfter(file.head, { event, detail, ...(fingerprint === undefined ? {} : { fingerprint }) });
    file.write(record);
    return record;
  };
  const appendAll = (lines: readonly LedgerLine[]): void => {
    flush();
    for (let from = 0; from < lines.length; from += LINES_AT_ONCE) {
      locked(() => file.writeAll(lines.slice(from, from + LINES_AT_ONCE).map((line) => (head) => recordAfter(head, line))));
    }
  };
  const locked = <T>(work: () => T): T => {
    try {
      return lock.hold(() => {
        for (const { event, detail } of file.catchUp()) write(event, detail);
        return work();
      });
    } catch (error) {
      if (error instanceof LockBusy) throw new WardenError('LEDGER_BUSY', `${path}: another process has been writing to the ledger for too long`, { hint: 'Wait until the other run has ended.' });
      throw error;
    }
  };
  const waiting: { readonly line: LedgerLine; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  /** Whoever writes at once comes behind those that wait. */
  const flush = (): void => {
    while (waiting.length > 0) {
      const some = waiting.splice(0, LINES_AT_ONCE);
      try {
        locked(() => file.writeAll(some.map(({ line }) => (head) => recordAfter(head, line))));
        for (const { resolve } of some) resolve();
      } catch (error) {
        for (const { reject } of some) reject(error);
      }
    }
  };
  const appendTogether = (event: string, detail: Readonly<Record<string, unknown>>, fingerprint?: string): Promise<void> =>
    new Promise((resolve, reject) => {
      if (waiting.push({ line: { event, detail, ...(fingerprint === undefined ? {} : { fingerprint }) }, resolve, reject }) === 1) setImmediate(flush);
    });
  const close = (): void => {
    flush();
    lock.close();
    file.close();
  };

  try {
    locked(() => undefined);
  } catch (error) {
    close();
    throw error;
  }
  const append: Ledger['append'] = (event, detail, fingerprint) => {
    flush();
    return locked(() => write(event, detail, fingerprint));
  };
  const head = (): Head => {
    flush();
    return file.head;
  };
  return { path, append, appendTogether, appendAll, head, close };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new WardenError('LEDGER_OPEN', `${folder}: the folder of the ledger cannot be made (${(cause as NodeJS.ErrnoException).code ?? 'error'})`, { hint: 'Choose a writable folder with --state.', cause });
  }
}
