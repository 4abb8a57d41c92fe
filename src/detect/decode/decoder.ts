import type { Found } from '../engine/found.ts';
import type { Matcher } from '../engine/matcher.ts';
import { toUtf8 } from '../text/transcode.ts';
import { decodeRun } from './decode-run.ts';
import { decodeCalls, decodeNumbers, decodePairs, decodeWide } from './decode-codes.ts';
import { decodeEscapes, decodeJoints, decodeList, decodeQuoted } from './decode-text.ts';
import type { DecodedText, EncodedText } from './encoded-text.ts';
import { findEncoded } from './find-encoded.ts';
import { mayGoOn, putTogether } from './put-together.ts';

const MOST_DEPTH = 5;
/** Decoded bytes for one blob: this many, and as many again as the blob has. */
const FREE_BYTES = 8 << 20;

/** Decoded bytes that one blob may still cost. */
export class DecodeBudget {
  #left = FREE_BYTES;
  #spent = false;

  /** The blob has `bytes` more. */
  grow(bytes: number): void {
    this.#left += bytes;
  }

  /** False, and remembered, once there is not enough left. */
  take(bytes: number): boolean {
    if (bytes > this.#left) {
      this.#spent = true;
      return false;
    }
    this.#left -= bytes;
    return true;
  }

  /** Something was larger than any budget. */
  exceed(): void {
    this.#spent = true;
  }

  get isSpent(): boolean {
    return this.#spent;
  }
}

/** Finds secrets in what encoded stretches of text decode to, to depth five. Its matcher has a buffer of its own. */
export class Decoder {
  readonly #makeLayer: () => Matcher;
  #layer: Matcher | undefined;
  readonly #capacity: number;

  /** The matcher is made when the first encoded text is met: its buffer is large. */
  constructor(makeLayer: () => Matcher, capacity: number) {
    this.#makeLayer = makeLayer;
    this.#capacity = capacity;
  }

  /**
   * Matches in encoded stretches that begin in [from, to) of `outer`'s buffer; their offsets are where the encoded form stands, `base` higher. `pieces`: where
   * a piece of a token may begin.
   */
  match(outer: Matcher, from: number, to: number, high: number, base: number, budget: DecodeBudget, pieces: readonly number[]): Found[] {
    const hits: Found[] = [];
    for (const stretch of findEncoded(outer.prefilter, outer.text, from, to, high, pieces)) {
      hits.push(...this.#decode(stretch, outer.text.toString('latin1', stretch.start, stretch.end), 1, budget).map((hit) => moved(hit, base + stretch.start)));
    }
    return hits;
  }

  /** Offsets of the result are in `source`. */
  #decode(stretch: EncodedText, source: string, depth: number, budget: DecodeBudget): Found[] {
    if (stretch.pieces?.some((piece) => mayGoOn(source, piece)) === false) return [];
    const decoded = decode(stretch.kind, source);
    if (decoded === undefined) return [];
    if (decoded === 'too-large' || decoded.bytes.length > this.#capacity / 2) {
      budget.exceed();
      return [];
    }
    if (!budget.take(decoded.bytes.length)) return [];
    const { bytes, width } = toUtf8(decoded.bytes); // UTF-16 inside an encoding, as PowerShell has it
    const layer = (this.#layer ??= this.#makeLayer());
    const { prefilter, text } = layer;
    prefilter.data.set(bytes);
    const length = bytes.length;
    const pieces: number[] = [];
    const hits = layer.match(0, length, length, 0, pieces);
    const inner = depth < MOST_DEPTH ? findEncoded(prefilter, text, 0, length, length, pieces).map((one) => ({ one, text: text.toString('latin1', one.start, one.end) })) : [];
    for (const { one, text: innerSource } of inner) {
      if (one.kind === stretch.kind && UNFOLDED.has(one.kind)) continue;
      hits.push(...this.#decode(one, innerSource, depth + 1, budget).map((hit) => moved(hit, one.start)));
    }
    return hits.flatMap((hit) => {
      const start = decoded.sourceOf(Math.min(hit.start * width, decoded.bytes.length));
      const end = Math.max(start + 1, decoded.sourceOf(Math.min(hit.end * width, decoded.bytes.length)));
      // What is put together begins with a piece; the other strings around it may be anything.
      if (stretch.pieces?.some((piece) => start >= piece && start < piece + LONGEST_HEAD) === false) return [];
      // What stands there in plain was found without decoding.
      return source.slice(start, end) === hit.value ? [] : [{ ...hit, start, end, features: { ...hit.features, decoded: hit.features['decoded'] === undefined ? NAMES[stretch.kind] : `${NAMES[stretch.kind]}, ${hit.features['decoded']}` } }];
    });
  }
}

/** What is left of these after decoding has no second meaning. */
const UNFOLDED: ReadonlySet<EncodedText['kind']> = new Set(['joints', 'list', 'pieces', 'wide', 'calls']);

/** How far behind its anchor a secret may begin. */
const LONGEST_HEAD = 32;

const NAMES: Readonly<Record<EncodedText['kind'], string>> = { run: 'base64 or hex', escapes: 'character escapes', joints: 'joined string literals', quoted: 'quoted-printable', numbers: 'character codes', list: 'a joined list', pairs: 'pairs of hex digits', wide: 'UTF-16 or UTF-32', calls: 'character codes', pieces: 'pieces put together' };

function decode(kind: EncodedText['kind'], source: string): DecodedText | 'too-large' | undefined {
  switch (kind) {
    case 'run':
      return decodeRun(source);
    case 'escapes':
      return decodeEscapes(source);
    case 'joints':
      return decodeJoints(source);
    case 'quoted':
      return decodeQuoted(source);
    case 'numbers':
      return decodeNumbers(source);
    case 'list':
      return decodeList(source);
    case 'pairs':
      return decodePairs(source);
    case 'wide':
      return decodeWide(source);
    case 'calls':
      return decodeCalls(source);
    case 'pieces':
      return putTogether(source);
  }
}

function moved(hit: Found, by: number): Found {
  return { ...hit, start: hit.start + by, end: hit.end + by };
}
