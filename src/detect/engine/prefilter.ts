import type { Tables } from './tables.ts';

/** What `src/detect/wasm/prefilter.ts` exports. Addresses are offsets into its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly resumeAt: WebAssembly.Global<'i32'>;
  readonly configure: (buckets: number, mask: number, lists: number, anchors: number, classes: number, alphabets: number, out: number, capacity: number) => void;
  readonly scan: (start: number, end: number, low: number, high: number) => number;
  readonly encoded: (start: number, end: number, low: number, high: number) => number;
  readonly countLines: (from: number, to: number) => number;
  readonly lineStart: (from: number, to: number) => number;
  readonly utf16Length: (from: number, to: number) => number;
}

/** The WebAssembly code knows it. */
const TABLES_AT = 1 << 16;
const OUTPUT_CAPACITY = 1 << 14;
/** Added to an anchor's index where only a piece of a token may begin. */
const PIECE = 0x80000000;
/** The scan may load eight bytes past the last one. */
const SLACK = 64;

/** The WebAssembly core with one buffer of `capacity` bytes, into which callers read what is to be scanned. */
export class Prefilter {
  readonly data: Uint8Array;
  readonly #exports: Exports;
  readonly #dataAt: number;
  readonly #outAt: number;
  readonly #output: Uint32Array;

  constructor(module: WebAssembly.Module, tables: Tables, capacity: number) {
    const instance = new WebAssembly.Instance(module, { env: { abort: () => undefined } });
    this.#exports = instance.exports as unknown as Exports;
    this.#outAt = TABLES_AT + tables.bytes.length;
    this.#dataAt = this.#outAt + OUTPUT_CAPACITY * 8;
    const { memory } = this.#exports;
    const pages = Math.ceil((this.#dataAt + capacity + SLACK) / 65_536) - memory.buffer.byteLength / 65_536;
    if (pages > 0) memory.grow(pages);
    new Uint8Array(memory.buffer).set(tables.bytes, TABLES_AT);
    const { layout } = tables;
    this.#exports.configure(
      TABLES_AT + layout.buckets,
      layout.bucketMask,
      TABLES_AT + layout.lists,
      TABLES_AT + layout.anchors,
      TABLES_AT + layout.classes,
      TABLES_AT + layout.alphabets,
      this.#outAt,
      OUTPUT_CAPACITY,
    );
    this.data = new Uint8Array(memory.buffer, this.#dataAt, capacity + SLACK);
    this.#output = new Uint32Array(memory.buffer, this.#outAt, OUTPUT_CAPACITY * 2);
  }

  /**
   * Calls `found` for each plausible anchor that begins in [start, end), and `piece` where one begins what may be a piece of a token; bytes [0, high)
   * are valid. Ascending by position within 4 bytes.
   */
  scan(start: number, end: number, high: number, found: (offset: number, anchor: number) => void, piece?: (offset: number) => void): void {
    this.data.fill(0, high, high + SLACK);
    let from = start;
    while (from < end) {
      const count = this.#exports.scan(this.#dataAt + from, this.#dataAt + end, this.#dataAt, this.#dataAt + high);
      for (let i = 0; i < count; i += 1) {
        const offset = (this.#output[i * 2] as number) - this.#dataAt;
        const anchor = this.#output[i * 2 + 1] as number;
        if (anchor < PIECE) found(offset, anchor);
        else piece?.(offset);
      }
      from = this.#exports.resumeAt.value - this.#dataAt;
    }
  }

  /** Calls `found` for what may be encoded text that begins in [start, end); kinds as `src/detect/decode/find-encoded.ts` names them. */
  encoded(start: number, end: number, high: number, found: (offset: number, length: number, kind: number) => void): void {
    this.data.fill(0, high, high + SLACK);
    let from = start;
    while (from < end) {
      const count = this.#exports.encoded(this.#dataAt + from, this.#dataAt + end, this.#dataAt, this.#dataAt + high);
      for (let i = 0; i < count; i += 1) {
        const word = this.#output[i * 2 + 1] as number;
        found((this.#output[i * 2] as number) - this.#dataAt, word >>> 4, word & 15);
      }
      from = this.#exports.resumeAt.value - this.#dataAt;
    }
  }

  countLines(from: number, to: number): number {
    return this.#exports.countLines(this.#dataAt + from, this.#dataAt + to);
  }

  /** Offset behind the last line feed in [from, to); undefined if there is none. */
  lineStart(from: number, to: number): number | undefined {
    const at = this.#exports.lineStart(this.#dataAt + from, this.#dataAt + to);
    return at === 0 ? undefined : at - this.#dataAt;
  }

  utf16Length(from: number, to: number): number {
    return this.#exports.utf16Length(this.#dataAt + from, this.#dataAt + to);
  }
}
