import { open } from 'node:fs/promises';
import { WardenError } from '../../model/index.ts';
import type { AnchorHeads } from './anchor.ts';
import { readHead } from './head.ts';
import type { Head } from './head.ts';
import { GENESIS, decode, hashOf } from './line.ts';
import { linesOf } from './lines.ts';

export type DamageKind = 'edited' | 'dropped' | 'reordered' | 'torn';

export interface Damage {
  /** 1-based line of the file. */
  readonly line: number;
  readonly kind: DamageKind;
  readonly reason: string;
}

export interface LedgerCheck {
  readonly ok: boolean;
  /** Whole lines in the file. */
  readonly lines: number;
  /** The last whole line that could be read. */
  readonly head: Head;
  /** Where the end was compared with: without a head file, lines missing at the very end cannot be found. */
  readonly anchor: 'head-file' | 'none';
  /** Places outside that keep heads, and how many each. */
  readonly anchors: readonly AnchorWord[];
  /** At most 100, in the order of the file. */
  readonly damage: readonly Damage[];
}

/** What one place outside says of a ledger. */
export interface AnchorWord {
  readonly place: string;
  readonly heads: number;
  /** The last record whose hash there is that of the ledger; all before it are borne out by the chain. 0: none. */
  readonly bearsOutTo: number;
  /** When that head was kept, RFC 3339. */
  readonly keptAt?: string;
  /** Heads there that the ledger does not have. */
  readonly contradicted: number;
}

const MAX_DAMAGE = 100;

/**
 * Reads a ledger from its beginning and finds each edited, dropped or moved line, and a torn last one; so is a ledger that is gone while its head file is there.
 * With heads that were kept elsewhere, a ledger that was cut or written anew together with its head file is found too. Throws `LEDGER_OPEN` if it cannot be read.
 */
export async function verifyLedger(path: string, anchors: readonly AnchorHeads[] = []): Promise<LedgerCheck> {
  const anchor = readHead(path);
  const chain = new Chain(typeof anchor === 'string' ? undefined : anchor, anchors);
  try {
    const file = await open(path, 'r');
    try {
      for await (const { bytes, whole } of linesOf(file)) {
        if (whole) chain.add(bytes);
        else chain.torn(bytes.length);
      }
    } finally {
      await file.close();
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    if (code === 'ENOENT' && (anchor !== 'absent' || anchors.some(({ heads }) => heads.length > 0))) return gone(anchor, anchors);
    throw new WardenError('LEDGER_OPEN', `${path}: the ledger cannot be read (${code})`, { hint: code === 'ENOENT' ? 'No run has written there yet, or it lies in another --state folder.' : 'Is it the file that you meant?', cause });
  }
  if (anchor === 'damaged') chain.note(chain.lines, 'edited', 'the head file beside the ledger does not hold a head');
  return chain.finish();
}

/** A head file without a ledger: someone deleted what was written. */
function gone(anchor: Head | 'damaged' | 'absent', anchors: readonly AnchorHeads[]): LedgerCheck {
  const kept = anchors.flatMap(({ place, heads }) => heads.map(({ seq }) => ({ place, seq }))).toSorted((a, b) => b.seq - a.seq)[0];
  const reason = anchor === 'absent' ? `the ledger is gone: records 1 to ${kept?.seq ?? 0}, of which ${kept?.place ?? ''} keeps a head, are missing` : anchor === 'damaged' ? 'the ledger is gone, and its head file does not hold a head' : `the ledger is gone: records 1 to ${anchor.seq}, which the head file remembers, are missing`;
  return { ok: false, lines: 0, head: { seq: 0, hash: GENESIS }, anchor: typeof anchor === 'string' ? 'none' : 'head-file', anchors: counted(anchors), damage: [{ line: 1, kind: 'dropped', reason }] };
}

function counted(anchors: readonly AnchorHeads[]): LedgerCheck['anchors'] {
  return anchors.map(({ place, heads }) => ({ place, heads: heads.length, bearsOutTo: 0, contradicted: heads.length }));
}

class Chain {
  lines = 0;
  #previous: Head = { seq: 0, hash: GENESIS };
  readonly #anchor: Head | undefined;
  #anchored = false;
  readonly #damage: Damage[] = [];
  readonly #anchors: readonly AnchorHeads[];
  readonly #met = new Set<string>();
  /** Hashes that were kept outside, by sequence number, until they are met. */
  readonly #kept = new Map<number, { readonly place: string; readonly hash: string }[]>();

  constructor(anchor: Head | undefined, anchors: readonly AnchorHeads[]) {
    this.#anchor = anchor;
    this.#anchors = anchors;
    for (const { place, heads } of anchors) for (const { seq, hash } of heads) if (seq > 0) this.#kept.set(seq, [...(this.#kept.get(seq) ?? []), { place, hash }]);
  }

  /** What each place says, now that all lines were read. */
  #words(): readonly AnchorWord[] {
    return this.#anchors.map(({ place, heads }) => {
      const met = heads.filter(({ seq, hash }) => this.#met.has(`${place} ${seq} ${hash}`));
      const last = met.toSorted((a, b) => b.seq - a.seq)[0];
      return { place, heads: heads.length, bearsOutTo: last?.seq ?? 0, ...(last === undefined ? {} : { keptAt: last.at }), contradicted: heads.filter(({ seq }) => seq > 0).length - met.length };
    });
  }

  add(bytes: Uint8Array): void {
    this.lines += 1;
    const line = this.lines;
    const hash = hashOf(bytes);
    const record = decode(bytes);
    if ('problem' in record) {
      this.note(line, 'edited', record.problem);
      this.#previous = { seq: this.#previous.seq + 1, hash };
      return;
    }
    const { seq } = this.#previous;
    if (record.seq > seq + 1) this.note(line, 'dropped', seq === 0 ? `the ledger begins with record ${record.seq}: those before are missing` : `records ${seq + 1} to ${record.seq - 1} are missing before this line`);
    else if (record.seq <= seq) this.note(line, 'reordered', `record ${record.seq} stands after record ${seq}`);
    else if (record.prev !== this.#previous.hash) this.#broken(line);
    if (record.seq === this.#anchor?.seq) {
      this.#anchored = true;
      if (hash !== this.#anchor.hash) this.note(line, 'edited', 'is not the line that the head file remembers');
    }
    for (const { place, hash: kept } of this.#kept.get(record.seq) ?? []) {
      if (kept === hash) this.#met.add(`${place} ${record.seq} ${hash}`);
      else this.note(line, 'edited', `is not the line whose hash ${place} keeps: the ledger was written anew from here or before`);
    }
    this.#kept.delete(record.seq);
    this.#previous = { seq: record.seq, hash };
  }

  torn(bytes: number): void {
    this.note(this.lines + 1, 'torn', `the last line has no end (${bytes} bytes): its writer stopped half-way, or it was cut`);
  }

  note(line: number, kind: DamageKind, reason: string): void {
    this.#damage.push({ line, kind, reason });
  }

  finish(): LedgerCheck {
    const { seq } = this.#previous;
    if (this.#anchor !== undefined && !this.#anchored) {
      this.note(this.lines + 1, 'dropped', this.#anchor.seq > seq ? `records ${seq + 1} to ${this.#anchor.seq} are missing at the end` : `record ${this.#anchor.seq}, which the head file remembers, is missing`);
    }
    for (const [missing, [kept]] of this.#kept) this.note(this.lines + 1, 'dropped', `record ${missing}, whose hash ${kept?.place ?? ''} keeps, is missing`);
    for (const { place, foreign } of this.#anchors) if (foreign > 0) this.note(this.lines + 1, 'edited', `${place} holds ${foreign} ${foreign === 1 ? 'line that is' : 'lines that are'} no head: somebody wrote there`);
    const damage = this.#damage.toSorted((a, b) => a.line - b.line).slice(0, MAX_DAMAGE);
    return { ok: damage.length === 0, lines: this.lines, head: this.#previous, anchor: this.#anchor === undefined ? 'none' : 'head-file', anchors: this.#words(), damage };
  }

  /** The sequence is right, but the hash is not: the line before was changed after this one was written. */
  #broken(line: number): void {
    if (line === 1) this.note(1, 'edited', 'the first line does not begin a chain');
    else if (this.#damage.at(-1)?.line !== line - 1) this.note(line - 1, 'edited', `was changed after line ${line} was written: the hash kept there is another`);
  }
}
