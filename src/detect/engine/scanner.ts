import { pathOf, type Blob, type Origin, type ScanOutput } from '../../model/index.ts';
import { BOUND_BYTES, boundRules, createPathTest } from '../../rules/bound-paths.ts';
import { resolveOverlaps } from '../../rules/resolve-overlaps.ts';
import type { RuleList } from '../../rules/stored-catalogue.ts';
import { DecodeBudget, Decoder } from '../decode/decoder.ts';
import { transcoderFor } from '../text/transcode.ts';
import type { AnchoredRule } from './anchored-rule.ts';
import { joinCompanions } from './companions.ts';
import type { Found } from './found.ts';
import { anchoredRules, Matcher } from './matcher.ts';
import { toOutput } from './output.ts';
import { PositionCursor } from './position.ts';
import { LOOK_BEHIND, MAX_AHEAD } from './reach.ts';
import type { Tables } from './tables.ts';

/** Fresh bytes a read adds; with what is carried over, the buffer's size. */
const CHUNK = 1 << 20;
const CARRY = 2 * MAX_AHEAD + LOOK_BEHIND;
/** Decoded text is at most as long as the buffer, but for what an inflated run may grow to. */
const LAYER = 8 << 20;

/** A scan's matches, and whether decoding had to stop before its end. */
export interface Scan extends ScanOutput {
  readonly decodeBudgetSpent: boolean;
}

/**
 * Scans blobs one after another on one thread: prefilter → windows → the rule's expression → checksum, validator,
 * entropy → matches; then the same in what encoded text decodes to. Memory is two buffers, whatever a blob's size.
 */
export class Scanner {
  readonly #matcher: Matcher;
  readonly #decoder: Decoder;
  readonly #bound: readonly { readonly rule: AnchoredRule; readonly isMeant: (path: string) => boolean }[];
  readonly #isAnyMeant: (path: string) => boolean;
  /** For callers that fill it themselves: see `scanFilled`. */
  readonly buffer: Uint8Array;

  constructor(module: WebAssembly.Module, rules: RuleList, tables: Tables) {
    const anchored = anchoredRules(rules, tables);
    this.#matcher = new Matcher(module, anchored, tables, CHUNK + CARRY);
    this.buffer = this.#matcher.prefilter.data.subarray(0, CHUNK + CARRY);
    this.#decoder = new Decoder(() => new Matcher(module, anchored, tables, LAYER), LAYER);
    const bound = boundRules(rules);
    this.#bound = bound.flatMap(({ index, paths }) => (anchored[index] === undefined ? [] : { rule: anchored[index], isMeant: createPathTest(paths) }));
    this.#isAnyMeant = createPathTest(bound.flatMap(({ paths }) => paths));
  }

  /** Reads `blob` to its end (it is not closed here). Errors of `blob.read` pass through. */
  async scan(blob: Blob): Promise<Scan> {
    const { prefilter } = this.#matcher;
    const { data } = prefilter;
    const capacity = CHUNK + CARRY;
    const cursor = new PositionCursor(prefilter);
    const budget = new DecodeBudget();
    const found: Found[] = [];
    let read = blob.read;
    let filled = 0;
    let scanFrom = 0;
    let base = 0;
    let first = true;
    let text: Buffer | undefined = blob.isRewritten === true ? undefined : this.#matcher.text;
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
          text = undefined;
          filled = 0;
          continue;
        }
        if (hasMark(data, filled)) cursor.skip(3);
      }
      const scanTo = ended ? filled : filled - MAX_AHEAD;
      budget.grow(scanTo - scanFrom);
      const hits = this.#hits(blob.origin, scanFrom, scanTo, filled, base, budget);
      if (hits.length > 0) place(hits, base, cursor.fork(), text, found);
      if (ended) break;
      const cut = Math.max(0, scanTo - MAX_AHEAD - LOOK_BEHIND);
      cursor.advance(cut);
      data.copyWithin(0, cut, filled);
      cursor.shift(cut);
      filled -= cut;
      scanFrom = scanTo - cut;
      base += cut;
    }
    return { ...toOutput(blob.origin, joinCompanions(resolveOverlaps(found))), decodeBudgetSpent: budget.isSpent };
  }

  /**
   * The same of a blob that lies in the first `length` bytes of `buffer`, wholly and with room behind it, as it is stored, and that is no wide text: what nearly
   * all files are. Waits for nobody.
   */
  scanFilled(origin: Origin, length: number): Scan {
    const { prefilter, text } = this.#matcher;
    const budget = new DecodeBudget();
    budget.grow(length);
    const hits = this.#hits(origin, 0, length, length, 0, budget);
    if (hits.length === 0) return budget.isSpent ? NOTHING_SPENT : NOTHING;
    const cursor = new PositionCursor(prefilter);
    if (hasMark(this.buffer, length)) cursor.skip(3);
    const found: Found[] = [];
    place(hits, 0, cursor, text, found);
    return { ...toOutput(origin, joinCompanions(resolveOverlaps(found))), decodeBudgetSpent: budget.isSpent };
  }

  /** Of what begins in [from, to) of the buffer, which is valid up to `high`. */
  #hits(origin: Origin, from: number, to: number, high: number, base: number, budget: DecodeBudget): Found[] {
    const pieces: number[] = [];
    const hits = this.#matcher.match(from, to, high, base, pieces);
    if (base === 0 && from === 0) hits.push(...this.#boundTo(pathOf(origin), high));
    hits.push(...this.#decoder.match(this.#matcher, from, to, high, base, budget, pieces));
    return hits;
  }

  /** Matches of the rules that files of such a name are for, in the first bytes of one. */
  #boundTo(path: string, high: number): readonly Found[] {
    if (!this.#isAnyMeant(path)) return [];
    return this.#bound.flatMap(({ rule, isMeant }) => (isMeant(path) ? this.#matcher.matchAlone(rule, Math.min(high, BOUND_BYTES)) : []));
  }
}

const NOTHING: Scan = { matches: [], secrets: new Uint8Array(0), decodeBudgetSpent: false };
const NOTHING_SPENT: Scan = { ...NOTHING, decodeBudgetSpent: true };

/** Whether text begins with UTF-8's mark. */
function hasMark(data: Uint8Array, filled: number): boolean {
  return filled >= 3 && data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf;
}

/** Gives new matches their lines and columns and moves them to `found`, without those already there. `text`: the buffer, if it holds the blob's own bytes. */
function place(hits: Found[], base: number, cursor: PositionCursor, text: Buffer | undefined, found: Found[]): void {
  hits.sort((a, b) => a.start - b.start || a.ruleIndex - b.ruleIndex || a.end - b.end);
  const known = new Set<string>();
  for (let i = found.length - 1, n = 0; i >= 0 && n < 4096; i -= 1, n += 1) known.add(keyOf(found[i] as Found));
  for (const hit of hits) {
    const key = keyOf(hit);
    if (known.has(key)) continue;
    known.add(key);
    const at = cursor.advance(hit.start - base);
    const end = cursor.peek(hit.end - base);
    const literal = text?.toString('latin1', hit.start - base, hit.end - base) === hit.value;
    found.push({ ...hit, literal, line: at.line, column: at.column, endLine: end.line, endColumn: end.column });
  }
}

function keyOf(found: Found): string {
  return `${found.ruleIndex}:${found.start}:${found.end}`;
}
