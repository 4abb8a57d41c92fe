import type { DecodedText } from './encoded-text.ts';

/** Between two string literals, or the end of a continued line and the indentation of the next. */
const JOINT = /["'`](?:\s{1,80}|\s{0,80}(?:\+\+?|\.\.?|&|\|\||<>|\^|~)\s{0,80}(?:_\r?\n\s{0,80})?)[A-Za-z]{0,2}["'`]|[\\^`]\r?\n[ \t]{0,80}/g;
const NAMED: ReadonlyMap<string, number> = new Map([
  ['quot', 0x22],
  ['apos', 0x27],
  ['amp', 0x26],
  ['lt', 0x3c],
  ['gt', 0x3e],
  ['lowbar', 0x5f],
  ['period', 0x2e],
  ['sol', 0x2f],
  ['equals', 0x3d],
  ['plus', 0x2b],
  ['colon', 0x3a],
  ['commat', 0x40],
  ['hyphen', 0x2d],
  ['dash', 0x2d],
  ['num', 0x23],
  ['dollar', 0x24],
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
  const { length } = source;
  let from = 0;
  for (let at = 0; at < length; at += 1) {
    const code = source.charCodeAt(at);
    if (code !== PERCENT && code !== BACKSLASH && code !== AMPERSAND) continue;
    const escape = code === PERCENT ? percent(source, at) : code === BACKSLASH ? backslash(source, at) : entity(source, at);
    if (escape === undefined) continue;
    writer.copy(source, from, at);
    if (escape.isByte) writer.byte(escape.point);
    else writer.point(escape.point);
    from = at + escape.length;
    writer.mark(from);
    at = from - 1;
  }
  if (from === 0) return undefined;
  writer.copy(source, from, source.length);
  return writer.finish();
}

/** Quoted-printable (RFC 2045 section 6.7); `source` as above. Undefined without any. */
export function decodeQuoted(source: string): DecodedText | undefined {
  return replaced(source, /=(?:([0-9A-F]{2})|[ \t]{0,8}\r?\n)/g, ([, hex]) => (hex === undefined ? [] : [Number.parseInt(hex, 16)]));
}

/** Texts of lists whose parts are joined by nothing. The list is the first group. */
const LISTS: readonly RegExp[] = [
  /\[([^[\]]{2,4000})\]\s{0,40}\??\.\s{0,8}join\s{0,4}\(\s{0,4}(?:""|''|``)\s{0,4}\)/g,
  /(?:""|'')\.join\(\s{0,40}[[(]([^[\]()]{2,4000})[\])]/g,
  /implode\(\s{0,8}(?:""|'')\s{0,8},\s{0,8}(?:array\(|\[)([^[\]()]{2,4000})[\])]/gi,
  /(?:concat|paste0)\(\s{0,40}([^()]{2,4000})\)/gi,
  /join\(\s{0,8}""\s{0,8},\s{0,8}\[?([^[\]()]{2,4000})[\])]/g,
];

/** The text with the literals of joined lists made one; `source` as above. Undefined without any. */
export function decodeList(source: string): DecodedText | undefined {
  const parts = LISTS.flatMap((list) => [...source.matchAll(list)].map((found) => ({ from: found.index, to: found.index + found[0].length })));
  const isInside = (at: number): boolean => parts.some(({ from, to }) => at >= from && at < to);
  return replaced(source, /["'`]\s{0,80},\s{0,80}[A-Za-z]{0,2}["'`]|["'`]\s{0,8}\.\s{0,8}concat\(\s{0,8}["'`]/g, (found) => (found[0].includes('concat') || isInside(found.index) ? [] : undefined));
}

/** `source` with what `pattern` finds replaced by the bytes that `bytesOf` gives; undefined leaves it as it is. */
function replaced(source: string, pattern: RegExp, bytesOf: (found: RegExpExecArray) => readonly number[] | undefined): DecodedText | undefined {
  const writer = new Writer(source.length);
  let from = 0;
  let any = false;
  for (const found of source.matchAll(pattern)) {
    const bytes = bytesOf(found);
    if (bytes === undefined) continue;
    any = true;
    writer.copy(source, from, found.index);
    for (const byte of bytes) writer.byte(byte);
    from = found.index + found[0].length;
    writer.mark(from);
  }
  if (!any) return undefined;
  writer.copy(source, from, source.length);
  return writer.finish();
}

const PERCENT = 0x25;
const BACKSLASH = 0x5c;
const AMPERSAND = 0x26;
const NUMBER_SIGN = 0x23;
const LETTER_U = 0x75;
const LETTER_X = 0x78;

interface Escape {
  readonly point: number;
  /** One byte as it is, not a code point. */
  readonly isByte: boolean;
  /** Characters of the source that it takes. */
  readonly length: number;
}

function percent(source: string, at: number): Escape | undefined {
  if (source[at + 1] === 'u') {
    const unit = hexAt(source, at + 2, 4);
    return unit === -1 ? undefined : { point: unit, isByte: false, length: 6 };
  }
  const point = hexAt(source, at + 1, 2);
  return point === -1 ? undefined : { point, isByte: true, length: 3 };
}

/** `\x41`, `\x{41}`, `\u0041`, `\u{41}`, `\101`, `\0101`, `\60`, with any number of backslashes before the letter. */
function backslash(source: string, at: number): Escape | undefined {
  let letter = at + 1;
  while (source.charCodeAt(letter) === BACKSLASH) letter += 1;
  const kind = source.charCodeAt(letter);
  if ((kind === LETTER_X || kind === LETTER_U) && source[letter + 1] === '{') return inBraces(source, letter + 2, at);
  if (kind === LETTER_X) {
    const point = hexAt(source, letter + 1, 2);
    return point === -1 ? undefined : { point, isByte: true, length: letter + 3 - at };
  }
  if (kind !== LETTER_U) {
    if (kind < 0x30 || kind > 0x37) return undefined;
    // two digits are ASCII from `(` to `?`
    const [digits] = /^(?:0[01][0-7]{2}|[0-3][0-7]{2}|[4-7][0-7])/.exec(source.slice(letter, letter + 4)) ?? [];
    return digits === undefined ? undefined : { point: Number.parseInt(digits, 8), isByte: true, length: letter + digits.length - at };
  }
  const point = hexAt(source, letter + 1, 4);
  return point === -1 ? undefined : { point, isByte: false, length: letter + 5 - at };
}

function inBraces(source: string, from: number, at: number): Escape | undefined {
  const digits = source.slice(from, from + 7).indexOf('}');
  const point = digits < 1 ? -1 : hexAt(source, from, digits);
  return point === -1 ? undefined : { point, isByte: false, length: from + digits + 1 - at };
}

/** `&#65;`, `&#x41;`, `&quot;` and its kin. */
function entity(source: string, at: number): Escape | undefined {
  const next = source.charCodeAt(at + 1);
  if (next !== NUMBER_SIGN && (next < 0x61 || next > 0x7a)) return undefined;
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

/** Fewer characters are copied one by one. */
const SHORT = 24;

/** Collects decoded bytes, and after each replacement where the source goes on. No escape decodes to more than it takes. */
export class Writer {
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
    if (to - from > SHORT) this.#length += this.#bytes.write(source.slice(from, to), this.#length, 'latin1');
    else for (let at = from; at < to; at += 1) this.#bytes[this.#length++] = source.charCodeAt(at);
  }

  /** UTF-8 of a code point; a surrogate or what is none becomes a question mark. */
  point(value: number): void {
    if (value < 128) this.byte(value);
    else if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) this.byte(0x3f);
    else {
      const more = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
      this.byte((more === 1 ? 0xc0 : more === 2 ? 0xe0 : 0xf0) | (value >> (6 * more)));
      for (let n = more - 1; n >= 0; n -= 1) this.byte(0x80 | ((value >> (6 * n)) & 0x3f));
    }
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
