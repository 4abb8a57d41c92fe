import type { Blob, Rule, ScanOutput } from '../../model/index.ts';
import { examine } from '../../rules/examine.ts';
import { resolveOverlaps } from '../../rules/resolve-overlaps.ts';
import { transcoderFor } from '../text/transcode.ts';
import { AnchoredRule, LOOK_BEHIND, MAX_AHEAD } from './anchored-rule.ts';
import { joinCompanions } from './companions.ts';
import { toFound, type Found } from './found.ts';
import { PositionCursor } from './position.ts';
import { Prefilter } from './prefilter.ts';
import type { Tables } from './tables.ts';
import { Windows } from './windows.ts';
import { toOutput } from './output.ts';

/** Fresh bytes a read adds; with what is carried over, the buffer's size. */
const CHUNK = 1 << 20;
const CARRY = 2 * MAX_AHEAD + LOOK_BEHIND;

/**
 * Scans blobs one after another on one thread: prefilter → windows → the rule's expression → checksum, validator,
 * entropy → matches. Memory is one buffer, whatever a blob's size.
 */
export class Scanner {
  readonly #prefilter: Prefilter;
  readonly #rules: readonly AnchoredRule[];
  readonly #rulesOfAnchor: readonly (readonly AnchoredRule[])[];
  readonly #text: Buffer;

  constructor(module: WebAssembly.Module, rules: readonly Rule[], tables: Tables) {
    this.#prefilter = new Prefilter(module, tables, CHUNK + CARRY);
    this.#rules = rules.map((rule, index) => new AnchoredRule(rule, index, tables.atAnchor[index] === true));
    this.#rulesOfAnchor = tables.anchors.map((anchor) => anchor.rules.map((index) => this.#rules[index] as AnchoredRule));
    const { data } = this.#prefilter;
    this.#text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  /** Reads `blob` to its end (it is not closed here). Errors of `blob.read` pass through. */
  async scan(blob: Blob): Promise<ScanOutput> {
    const { data } = this.#prefilter;
    const capacity = CHUNK + CARRY;
    const cursor = new PositionCursor(this.#prefilter);
    const found: Found[] = [];
    let read = blob.read;
    let filled = 0;
    let scanFrom = 0;
    let base = 0;
    let first = true;
    for (;;) {
      let ended = false;
      while (filled < capacity) {
        const count = read(data.subarray(filled, capacity));
        const bytes = typeof count === 'number' ? count : await count;
        if (bytes === 0) {
          ended = true;
          break;
        }
        filled += bytes;
      }
      if (first) {
        first = false;
        const transcoder = transcoderFor(data.subarray(0, filled), ended ? undefined : read);
        if (transcoder !== undefined) {
          read = transcoder;
          filled = 0;
          continue;
        }
        if (data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf) cursor.skip(3);
      }
      const scanTo = ended ? filled : filled - MAX_AHEAD;
      this.#scanChunk(scanFrom, scanTo, filled, base, cursor, found);
      if (ended) break;
      const cut = Math.max(0, scanTo - MAX_AHEAD - LOOK_BEHIND);
      cursor.advance(cut);
      data.copyWithin(0, cut, filled);
      cursor.shift(cut);
      filled -= cut;
      scanFrom = scanTo - cut;
      base += cut;
    }
    return toOutput(blob.origin, joinCompanions(resolveOverlaps(found)));
  }

  #scanChunk(from: number, to: number, high: number, base: number, cursor: PositionCursor, found: Found[]): void {
    const windows = new Windows(high);
    const hits: Found[] = [];
    this.#prefilter.scan(from, to, high, (offset, anchor) => {
      for (const compiled of this.#rulesOfAnchor[anchor] as readonly AnchoredRule[]) {
        if (compiled.atAnchor) this.#try(compiled, offset - LOOK_BEHIND, offset, offset + compiled.after, high, base, hits);
        else windows.add(compiled, offset);
      }
    });
    windows.forEach((compiled, start, end) => this.#try(compiled, start, start, end, high, base, hits));
    if (hits.length === 0) return;
    this.#place(hits, base, cursor, found);
  }

  /** Runs one rule's expression over the buffer's [start, end), from `begin` on. */
  #try(compiled: AnchoredRule, start: number, begin: number, end: number, high: number, base: number, hits: Found[]): void {
    const low = Math.max(0, start);
    const text = this.#text.toString('latin1', low, Math.min(end, high));
    const { expression } = compiled.compiled;
    expression.lastIndex = Math.max(0, begin) - low;
    for (;;) {
      const match = expression.exec(text);
      if (match === null) return;
      const examination = examine(compiled.compiled, text, match);
      if ('match' in examination) hits.push(toFound(examination.match, compiled.index, text, base + low));
      if (compiled.atAnchor) return;
      if (match[0].length === 0) expression.lastIndex += 1;
    }
  }

  /** Gives new matches their lines and columns and moves them to `found`, without those already there. */
  #place(hits: Found[], base: number, cursor: PositionCursor, found: Found[]): void {
    hits.sort((a, b) => a.start - b.start || a.ruleIndex - b.ruleIndex || a.end - b.end);
    const known = new Set<string>();
    for (let i = found.length - 1, n = 0; i >= 0 && n < 4096; i -= 1, n += 1) known.add(keyOf(found[i] as Found));
    for (const hit of hits) {
      const key = keyOf(hit);
      if (known.has(key)) continue;
      known.add(key);
      const at = cursor.advance(hit.start - base);
      const end = cursor.peek(hit.end - base);
      found.push({ ...hit, line: at.line, column: at.column, endLine: end.line, endColumn: end.column });
    }
  }
}

function keyOf(found: Found): string {
  return `${found.ruleIndex}:${found.start}:${found.end}`;
}
