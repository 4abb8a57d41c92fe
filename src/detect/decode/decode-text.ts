import type { DecodedText } from './encoded-text.ts';

/** Between two string literals, or the end of a continued line and the indentation of the next. */
const JOINT = /["'`](?:\s{1,80}|\s{0,80}(?:\+|\.\.?|&)\s{0,80})[A-Za-z]{0,2}["'`]|\\\r?\n[ \t]{0,80}/g;
const NAMED: ReadonlyMap<string, number> = new Map([
  ['quot', 0x22],
  ['apos', 0x27],
  ['amp', 0x26],
  ['lt', 0x3c],
  ['gt', 0x3e],
]);

/** The text with string literals that an operator or nothing joins, and continued lines, made one; `source` is latin1, one character a byte. Undefined without any. */
export function decodeJoints(source: string): DecodedText | undefined {
  const writer = new Writer(source.length);
  let from = 0;
  for (const found of source.matchAll(JOINT)) {
    writer.copy(source, from, found.index);
    from = found.index + found[0].length;
    writer.mark(from);
  }
  if (from === 0) return undefined;
  writer.copy(source, from, source.length);
  return writer.finish();
}

/** The text with percent, backslash and HTML character escapes replaced; `source` as above. Undefined without any. */
export function decodeEscapes(source: string): DecodedText | undefined {
  const writer = new Writer(source.length);
  let found = false;
  for (let at = 0; at < source.length; ) {
    const code = source.charCodeAt(at);
    const escape = code === PERCENT ? percent(source, at) : code === BACKSLASH ? backslash(source, at) : code === AMPERSAND ? entity(source, at) : undefined;
    if (escape === undefined) {
      writer.byte(code);
      at += 1;
    } else {
      found = true;
      if (escape.isByte) writer.byte(escape.point);
      else writer.point(escape.point);
      at += escape.length;
      writer.mark(at);
    }
  }
  return found ? writer.finish() : undefined;
}

const PERCENT = 0x25;
const BACKSLASH = 0x5c;
const AMPERSAND = 0x26;

interface Escape {
  readonly point: number;
  /** One byte as it is, not a code point. */
  readonly isByte: boolean;
  /** Characters of the source that it takes. */
  readonly length: number;
}

function percent(source: string, at: number): Escape | undefined {
  const point = hexAt(source, at + 1, 2);
  return point === -1 ? undefined : { point, isByte: true, length: 3 };
}

/** `\x41`, `\u0041`, `\u{41}`, `\101`, with any number of backslashes before the letter. */
function backslash(source: string, at: number): Escape | undefined {
  let letter = at + 1;
  while (source.charCodeAt(letter) === BACKSLASH) letter += 1;
  const kind = source[letter];
  if (kind === 'x') {
    const point = hexAt(source, letter + 1, 2);
    return point === -1 ? undefined : { point, isByte: true, length: letter + 3 - at };
  }
  if (kind !== 'u') return /^[0-3][0-7]{2}$/.test(source.slice(letter, letter + 3)) ? { point: Number.parseInt(source.slice(letter, letter + 3), 8), isByte: true, length: letter + 3 - at } : undefined;
  if (source[letter + 1] === '{') {
    const close = source.indexOf('}', letter + 2);
    if (close === -1 || close - letter - 2 < 1 || close - letter - 2 > 6) return undefined;
    const point = hexAt(source, letter + 2, close - letter - 2);
    return point === -1 ? undefined : { point, isByte: false, length: close + 1 - at };
  }
  const point = hexAt(source, letter + 1, 4);
  return point === -1 ? undefined : { point, isByte: false, length: letter + 5 - at };
}

/** `&#65;`, `&#x41;`, `&quot;` and its kin. */
function entity(source: string, at: number): Escape | undefined {
  const end = source.slice(at, at + 11).indexOf(';');
  if (end < 2) return undefined;
  const body = source.slice(at + 1, at + end);
  const named = NAMED.get(body);
  const point = named ?? (/^#\d{1,7}$/.test(body) ? Number(body.slice(1)) : /^#[xX][0-9A-Fa-f]{1,6}$/.test(body) ? Number.parseInt(body.slice(2), 16) : undefined);
  return point === undefined ? undefined : { point, isByte: false, length: end + 1 };
}

/** The number that `digits` hex digits at `from` stand for, or -1. */
function hexAt(source: string, from: number, digits: number): number {
  let value = 0;
  for (let at = from; at < from + digits; at += 1) {
    const code = source.charCodeAt(at);
    const digit = code >= 0x30 && code <= 0x39 ? code - 0x30 : (code | 0x20) >= 0x61 && (code | 0x20) <= 0x66 ? (code | 0x20) - 0x57 : -1;
    if (digit === -1) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** Collects decoded bytes, and after each replacement where the source goes on. No escape decodes to more than it takes. */
class Writer {
  readonly #bytes: Buffer;
  #length = 0;
  readonly #sourceLength: number;
  readonly #decodedMarks: number[] = [0];
  readonly #sourceMarks: number[] = [0];

  constructor(sourceLength: number) {
    this.#bytes = Buffer.allocUnsafe(sourceLength);
    this.#sourceLength = sourceLength;
  }

  byte(value: number): void {
    this.#bytes[this.#length++] = value;
  }

  copy(source: string, from: number, to: number): void {
    this.#length += this.#bytes.write(source.slice(from, to), this.#length, 'latin1');
  }

  /** UTF-8 of a code point; a surrogate or what is none becomes a question mark. */
  point(value: number): void {
    if (value < 128) this.byte(value);
    else if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) this.byte(0x3f);
    else this.#length += this.#bytes.write(String.fromCodePoint(value), this.#length, 'utf8');
  }

  mark(source: number): void {
    this.#decodedMarks.push(this.#length);
    this.#sourceMarks.push(source);
  }

  finish(): DecodedText {
    const decoded = this.#decodedMarks;
    const sources = this.#sourceMarks;
    return {
      bytes: this.#bytes.subarray(0, this.#length),
      sourceOf: (offset) => {
        let low = 0;
        let high = decoded.length - 1;
        while (low < high) {
          const middle = (low + high + 1) >> 1;
          if ((decoded[middle] as number) <= offset) low = middle;
          else high = middle - 1;
        }
        return Math.min((sources[low] as number) + offset - (decoded[low] as number), sources[low + 1] ?? this.#sourceLength);
      },
    };
  }
}
