import type { EncodedText } from './encoded-text.ts';
import { mayDecode } from './may-decode.ts';
import { mayInflate } from './may-inflate.ts';

/** Between the lines of wrapped base64. */
const LONGEST_GAP = 48;
const LEAST_WRAPPED = 40;
const LETTER_N = 0x6e;
const BACKSLASH = 0x5c;

/** Joins runs that only a line break, indentation and literal marks part, and drops what decodes to nothing. Most runs are names, so nothing is made for one that is dropped. */
export class WrappedRuns {
  readonly #text: Buffer;
  readonly #high: number;
  readonly #found: EncodedText[];
  #start = -1;
  #end = 0;
  /** Length of the first line. */
  #line = 0;
  #isOpaque = false;

  /** What is found goes to `found`. `text` is valid up to `high`. */
  constructor(text: Buffer, high: number, found: EncodedText[]) {
    this.#text = text;
    this.#high = high;
    this.#found = found;
  }

  /** Runs come in ascending order. `isOpaque`: it begins with what decodes to no text, and so does whatever it is the first line of. */
  add(offset: number, end: number, isOpaque: boolean): void {
    // the n of `\n` is no letter of the run behind it
    const start = this.#text[offset] === LETTER_N && this.#text[offset - 1] === BACKSLASH ? offset + 1 : offset;
    if (this.#start !== -1) {
      if (start < this.#end) return;
      if (this.#line >= LEAST_WRAPPED && end - start <= this.#line && start - this.#end <= LONGEST_GAP && isGap(this.#text.toString('latin1', this.#end, start))) {
        this.#end = end;
        return;
      }
      this.flush();
    }
    this.#start = start;
    this.#end = end;
    this.#line = end - start;
    this.#isOpaque = isOpaque;
  }

  /** No line of the last run comes any more. */
  flush(): void {
    if (this.#start === -1) return;
    const end = Math.min(this.#high, this.#end);
    if (this.#isOpaque ? mayInflate(this.#text, this.#start, end) : mayDecode(this.#text, this.#start, end)) this.#found.push({ kind: 'run', start: this.#start, end: this.#end });
    this.#start = -1;
  }
}

function isGap(text: string): boolean {
  return /^={0,2}["'`]?[ \t]*(?:\\n|[+\\,])?["'`]?(?:\\?\r?\n|\\n)[ \t#*]*(?:\+[ \t]*)?["'`]?$/.test(text);
}
