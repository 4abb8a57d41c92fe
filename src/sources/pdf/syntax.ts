/** Values of PDF (ISO 32000-1, 7.3) as far as text needs them. A name is a string that begins with `/`. */
export type PdfValue = number | boolean | null | string | Buffer | Reference | Operator | readonly PdfValue[] | PdfDictionary;
export type PdfDictionary = ReadonlyMap<string, PdfValue>;
export interface Reference {
  readonly object: number;
}
/** A bare word: `Tj` in a content stream, `endobj` elsewhere. */
export interface Operator {
  readonly operator: string;
}

export function isDictionary(value: PdfValue | undefined): value is PdfDictionary {
  return value instanceof Map;
}
export function isReference(value: PdfValue | undefined): value is Reference {
  return typeof value === 'object' && value !== null && 'object' in value;
}
export function isOperator(value: PdfValue | undefined): value is Operator {
  return typeof value === 'object' && value !== null && 'operator' in value;
}
export function isList(value: PdfValue | undefined): value is readonly PdfValue[] {
  return Array.isArray(value);
}

const MAX_NESTING = 64;
const MAX_WORD_BYTES = 4096;
/** Nothing that people write is longer; what hostile files write must not be held. */
const MAX_STRING_BYTES = 1 << 20;
const MAX_ITEMS = 100_000;
const SPACES = new Set([0, 9, 10, 12, 13, 32]);
const DELIMITERS = new Set([...'()<>[]{}/%'].map((character) => character.charCodeAt(0)));

/** Reads values one after another; what is malformed is passed over. Never throws, always gets on. */
export class PdfReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  at: number;

  constructor(bytes: Buffer, from = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.at = from;
    this.#end = end;
  }

  /** The next value; undefined at the end. `]` and `>>` that close nothing come as operators. */
  next(nesting = 0): PdfValue | undefined {
    this.#passBlank();
    const bytes = this.#bytes;
    if (this.at >= this.#end) return undefined;
    const byte = bytes[this.at] as number;
    if (byte === 0x28) return this.#literal();
    if (byte === 0x2f) return this.#name();
    if (byte === 0x3c) return bytes[this.at + 1] === 0x3c ? this.#dictionary(nesting) : this.#hex();
    if (byte === 0x5b) return this.#list(nesting);
    if (byte === 0x3e && bytes[this.at + 1] === 0x3e) return this.#symbol(2);
    if (DELIMITERS.has(byte)) return this.#symbol(1);
    return this.#word();
  }

  /** As `next`, with `12 0 R` read as one value. */
  value(nesting = 0): PdfValue | undefined {
    const first = this.next(nesting);
    if (typeof first !== 'number' || !Number.isInteger(first) || first < 0) return first;
    const back = this.at;
    const generation = this.next(MAX_NESTING);
    const mark = typeof generation === 'number' ? this.next(MAX_NESTING) : undefined;
    if (isOperator(mark) && mark.operator === 'R') return { object: first };
    this.at = back;
    return first;
  }

  #passBlank(): void {
    const bytes = this.#bytes;
    for (; this.at < this.#end; this.at += 1) {
      const byte = bytes[this.at] as number;
      if (byte === 0x25) while (this.at + 1 < this.#end && bytes[this.at + 1] !== 10 && bytes[this.at + 1] !== 13) this.at += 1;
      else if (!SPACES.has(byte)) return;
    }
  }

  #symbol(length: number): Operator {
    this.at += length;
    return { operator: this.#bytes.toString('latin1', this.at - length, this.at) };
  }

  #regular(): string {
    const from = this.at;
    while (this.at < this.#end && !SPACES.has(this.#bytes[this.at] as number) && !DELIMITERS.has(this.#bytes[this.at] as number)) this.at += 1;
    return this.#bytes.toString('latin1', from, Math.min(this.at, from + MAX_WORD_BYTES));
  }

  #word(): PdfValue {
    const word = this.#regular();
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(word)) return Number(word);
    return word === 'true' ? true : word === 'false' ? false : word === 'null' ? null : { operator: word };
  }

  #name(): string {
    this.at += 1;
    return `/${this.#regular().replaceAll(/#([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))}`;
  }

  /** 7.3.4.2: brackets in pairs, escapes, octal numbers, lines that go on. */
  #literal(): Buffer {
    const bytes = this.#bytes;
    const plain = this.#plainLiteral();
    if (plain !== undefined) return plain;
    const out: number[] = [];
    let open = 1;
    for (this.at += 1; this.at < this.#end && out.length < MAX_STRING_BYTES; this.at += 1) {
      const byte = bytes[this.at] as number;
      if (byte === 0x5c) this.#escape(out);
      else {
        if (byte === 0x28) open += 1;
        if (byte === 0x29 && (open -= 1) === 0) break;
        out.push(byte);
      }
    }
    this.at += 1;
    return Buffer.from(out);
  }

  /** One that is short and has neither escapes nor brackets in it, as most have not. */
  #plainLiteral(): Buffer | undefined {
    const from = this.at + 1;
    for (let at = from; at < this.#end && at < from + 256; at += 1) {
      const byte = this.#bytes[at];
      if (byte === 0x5c || byte === 0x28) return undefined;
      if (byte !== 0x29) continue;
      this.at = at + 1;
      return this.#bytes.subarray(from, at);
    }
    return undefined;
  }

  #escape(out: number[]): void {
    const bytes = this.#bytes;
    this.at += 1;
    const byte = bytes[this.at] ?? 0;
    if (byte >= 0x30 && byte <= 0x37) {
      const digits = /^[0-7]{1,3}/.exec(bytes.toString('latin1', this.at, Math.min(this.at + 3, this.#end)))?.[0] ?? '0';
      out.push(Number.parseInt(digits, 8) & 0xff);
      this.at += digits.length - 1;
      return;
    }
    if (byte === 13 && bytes[this.at + 1] === 10) this.at += 1;
    if (byte === 10 || byte === 13) return;
    out.push(ESCAPES.get(byte) ?? byte);
  }

  #hex(): Buffer {
    const close = this.#bytes.indexOf(0x3e, this.at);
    const end = Math.min(close === -1 ? this.#end : close, this.#end, this.at + MAX_STRING_BYTES);
    const digits = this.#bytes.toString('latin1', this.at + 1, end).replaceAll(/[^0-9A-Fa-f]/g, '');
    this.at = end + 1;
    return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
  }

  #list(nesting: number): PdfValue {
    this.at += 1;
    const items: PdfValue[] = [];
    if (nesting >= MAX_NESTING) return items;
    for (let item = this.value(nesting + 1); item !== undefined; item = this.value(nesting + 1)) {
      if (isOperator(item) && item.operator === ']') break;
      // Lost: what was no list ends where its object does.
      if ((isOperator(item) && item.operator === 'endobj') || items.length >= MAX_ITEMS) break;
      items.push(item);
    }
    return items;
  }

  #dictionary(nesting: number): PdfValue {
    this.at += 2;
    const entries = new Map<string, PdfValue>();
    if (nesting >= MAX_NESTING) return entries;
    for (let key = this.next(nesting + 1); key !== undefined; key = this.next(nesting + 1)) {
      if (isOperator(key) && (key.operator === '>>' || key.operator === 'endobj' || key.operator === 'stream')) break;
      if (typeof key !== 'string') continue;
      const value = this.value(nesting + 1);
      if (value === undefined || (isOperator(value) && value.operator === '>>') || entries.size >= MAX_ITEMS) break;
      entries.set(key.slice(1), value);
    }
    return entries;
  }
}

const ESCAPES: ReadonlyMap<number, number> = new Map([[0x6e, 10], [0x72, 13], [0x74, 9], [0x62, 8], [0x66, 12]]);
