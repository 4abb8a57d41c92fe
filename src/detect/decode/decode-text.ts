import type { DecodedText } from './encoded-text.ts';

const ESCAPES = /%[0-9A-Fa-f]{2}|\\+u[0-9A-Fa-f]{4}|\\+u\{[0-9A-Fa-f]{1,6}\}|\\+x[0-9A-Fa-f]{2}|&#x[0-9A-Fa-f]{1,6};|&#\d{1,7};|&(?:quot|apos|amp|lt|gt);/g;
const JOINTS = /(["'`])\s{0,80}\+\s{0,80}(["'`])/g;
const NAMED: Readonly<Record<string, string>> = { '&quot;': '"', '&apos;': "'", '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** The text with percent, backslash and HTML character escapes replaced; `source` is latin1, one character a byte. */
export function decodeEscapes(source: string): DecodedText | undefined {
  return rewrite(source, ESCAPES, unescape);
}

/** The text with string literals that `+` joins made one. */
export function decodeJoints(source: string): DecodedText | undefined {
  return rewrite(source, JOINTS, () => '');
}

function unescape(escape: string): string {
  const named = NAMED[escape];
  if (named !== undefined) return named;
  if (escape.startsWith('%')) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  if (escape.startsWith('&#')) return utf8(escape[2] === 'x' ? Number.parseInt(escape.slice(3), 16) : Number(escape.slice(2, -1)));
  const digits = escape.replace(/^\\+[ux]\{?/, '').replace('}', '');
  const point = Number.parseInt(digits, 16);
  return /^\\+x/.test(escape) ? String.fromCharCode(point) : utf8(point);
}

/** UTF-8 bytes of a code point as latin1 characters. */
function utf8(point: number): string {
  if (point < 128) return String.fromCharCode(point);
  return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? '?' : Buffer.from(String.fromCodePoint(point), 'utf8').toString('latin1');
}

/** Undefined when nothing was replaced. */
function rewrite(source: string, expression: RegExp, replacement: (found: string) => string): DecodedText | undefined {
  let text = '';
  let from = 0;
  /** After each replacement: offset in the result, offset in the source. */
  const marks: [number, number][] = [[0, 0]];
  for (const found of source.matchAll(expression)) {
    text += source.slice(from, found.index) + replacement(found[0]);
    from = found.index + found[0].length;
    marks.push([text.length, from]);
  }
  if (marks.length === 1) return undefined;
  text += source.slice(from);
  return { bytes: Buffer.from(text, 'latin1'), sourceOf: (offset) => sourceAt(marks, offset) };
}

function sourceAt(marks: readonly (readonly [number, number])[], offset: number): number {
  let low = 0;
  let high = marks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((marks[middle]?.[0] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const [at, source] = marks[low] ?? [0, 0];
  const next = marks[low + 1];
  return next === undefined ? source + offset - at : Math.min(source + offset - at, next[1]);
}
