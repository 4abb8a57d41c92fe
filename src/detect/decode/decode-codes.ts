import type { DecodedText } from './encoded-text.ts';

/** Numbers and characters that a list gives one by one; `source` is the list without its opening bracket. */
export function decodeNumbers(source: string): DecodedText | undefined {
  const bytes: number[] = [];
  const starts: number[] = [];
  const item = /\s{0,80}(?:0x([0-9a-f]{1,2})|(\d{1,3})|'([^'\\])')\s{0,80}(,)?/giy;
  for (let found = item.exec(source); found !== null; found = item.exec(source)) {
    const [whole, hex, decimal, character, comma] = found;
    const byte = hex === undefined ? (decimal === undefined ? (character ?? '').charCodeAt(0) : Number(decimal)) : Number.parseInt(hex, 16);
    if (byte === 0) break;
    bytes.push(byte);
    starts.push(found.index + whole.search(/\S/));
    if (comma === undefined) break;
  }
  const end = item.lastIndex === 0 ? source.length : item.lastIndex;
  if (bytes.some((byte) => byte > 126 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13))) return undefined;
  return { bytes: Uint8Array.from(bytes), sourceOf: (offset) => starts[offset] ?? end };
}

/** `chr(103).chr(104)`, `CHAR(103)+CHAR(104)`, `Chr(103) & Chr(104)`: what such calls that operators join say; `source` is latin1, one character a byte. */
export function decodeCalls(source: string): DecodedText | undefined {
  const bytes: number[] = [];
  const starts: number[] = [];
  let end = 0;
  for (const { 0: call, 1: number, index } of source.matchAll(/(?:chr|n?char)[wb]?\$?\(\s{0,8}(\d{1,3})\s{0,8}\)\s{0,80}(?:[.+&|,]{0,2}\s{0,80}_?\s{0,80})/gi)) {
    if (end !== 0 && index !== end) {
      bytes.push(10);
      starts.push(end);
    }
    bytes.push(Number(number) & 255);
    starts.push(index);
    end = index + call.length;
  }
  return bytes.length < 8 ? undefined : { bytes: Uint8Array.from(bytes), sourceOf: (offset) => starts[offset] ?? end };
}

/** A line of pairs, or fours, of hex digits with marks between them; two blanks stand in the middle of a dump's line. */
const LINE = /(?<![0-9A-Za-z])(?:(?:[0-9A-Fa-f]{2}([ :,-])(?: (?! ))?){3,}[0-9A-Fa-f]{2}\b,?|(?:[0-9A-Fa-f]{4} ){1,}[0-9A-Fa-f]{2,4}\b|[0-9A-Fa-f]{2}(?=\s))/;
const LEAST_PAIRS = 12;

/** What a hex dump, or pairs of hex digits over one or more lines, stand for; `source` begins with the line where they begin. Undefined when it is little text. */
export function decodePairs(source: string): DecodedText | undefined {
  const bytes: number[] = [];
  const starts: number[] = [];
  let end = 0;
  for (let at = 0; at < source.length; ) {
    const feed = source.indexOf('\n', at);
    const stop = feed === -1 ? source.length : feed;
    const line = source.slice(at, stop);
    const found = LINE.exec(line);
    if (found === null || (bytes.length > 0 && found.index > 16)) break;
    const groups = [...found[0].matchAll(/[0-9A-Fa-f]+/g)];
    for (const [index, { 0: digits, index: offset }] of groups.entries()) {
      // a dump's offset
      if (index === 0 && digits.length === 4 && groups[1]?.[0].length === 2) continue;
      for (let n = 0; n + 2 <= digits.length; n += 2) {
        bytes.push(Number.parseInt(digits.slice(n, n + 2), 16));
        starts.push(at + found.index + offset + n);
      }
    }
    end = at + found.index + found[0].length;
    at = stop + 1;
  }
  const isText = (byte: number): boolean => (byte >= 32 && byte < 127) || byte === 0 || byte === 9 || byte === 10 || byte === 13;
  if (bytes.length < LEAST_PAIRS || bytes.filter(isText).length * 4 < bytes.length * 3) return undefined;
  return { bytes: Uint8Array.from(bytes), sourceOf: (offset) => starts[offset] ?? end };
}

/** ASCII in two or four bytes each among other bytes; `source` begins with the first byte of a character. Undefined when it is short. */
export function decodeWide(source: string): DecodedText | undefined {
  const width = source.charCodeAt(2) === 0 ? 4 : 2;
  let text = '';
  for (let at = 0; at + 1 < source.length; at += width) {
    if (source.charCodeAt(at + 1) !== 0 || (width === 4 && (source.charCodeAt(at + 2) !== 0 || source.charCodeAt(at + 3) !== 0))) break;
    text += source[at];
  }
  return text.length < 8 ? undefined : { bytes: Buffer.from(text, 'latin1'), sourceOf: (offset) => Math.min(offset * width, source.length) };
}
