import { closeSync, constants, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { WardenError } from '../../model/index.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { Head } from './head.ts';

/** A head of the ledger as it is kept out of the writer's reach. */
export interface AnchoredHead extends Head {
  readonly at: string;
}

/** The heads that one place keeps, oldest first. One place belongs to one ledger. */
export interface AnchorHeads {
  /** For people. */
  readonly place: string;
  readonly heads: readonly AnchoredHead[];
  /** Lines that are no heads: somebody was there. */
  readonly foreign: number;
}

/** The line of a head. */
export function writeAnchor(head: AnchoredHead): string {
  return canonicalJson({ seq: head.seq, hash: head.hash, at: head.at });
}

/** Heads among lines; what is empty does not count. */
export function readAnchors(place: string, lines: readonly string[]): AnchorHeads {
  const read = lines.filter((line) => line.trim() !== '').map(headOf);
  const heads = read.filter((head) => head !== undefined);
  return { place, heads, foreign: read.length - heads.length };
}

function headOf(line: string): AnchoredHead | undefined {
  try {
    const { seq, hash, at } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return Number.isSafeInteger(seq) && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) && typeof at === 'string' ? { seq: seq as number, hash, at } : undefined;
  } catch {
    return undefined;
  }
}

/** Appends a head to a file elsewhere; it is on disk when this returns. Throws `ANCHOR_FAILED`. */
export function anchorInFile(path: string, head: AnchoredHead): void {
  // A configuration that names somebody else's file must not make us write into it.
  if ((headsInFile(path)?.foreign ?? 0) > 0) throw new WardenError('ANCHOR_FAILED', `${path}: the file holds something other than heads of a ledger, so that none was added`, { hint: 'Name a file of its own under ledger.anchors.' });
  try {
    const descriptor = openSync(path, constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW, 0o644);
    try {
      writeSync(descriptor, `${writeAnchor(head)}\n`);
      fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new WardenError('ANCHOR_FAILED', `${path}: the ledger's head could not be kept there (${codeOf(cause)})`, { hint: 'The ledger itself is written. See ledger.anchors of the configuration.', cause });
  }
}

/** The heads of a file; undefined where there is no file. Throws `ANCHOR_UNREADABLE`. */
export function headsInFile(path: string): AnchorHeads | undefined {
  try {
    return readAnchors(path, readFileSync(path, 'utf8').split('\n'));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new WardenError('ANCHOR_UNREADABLE', `${path}: the ledger's heads cannot be read (${codeOf(cause)})`, { cause });
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'error';
}
