import type { AST } from '@eslint-community/regexpp';

/** Which of the 256 characters of latin1 text an element may take; one bit each. */
export type ByteSet = bigint;

export const NO_BYTE: ByteSet = 0n;
export const ANY_BYTE: ByteSet = (1n << 256n) - 1n;

/** The characters of one character, class or set of a pattern under `flags`. */
export function bytesOf(element: AST.Character | AST.CharacterClass | AST.CharacterSet | AST.ExpressionCharacterClass, flags: string): ByteSet {
  return bytesOfClass(element.raw, flags);
}

/** The characters that a one-character pattern (`[a-z]`, `\d`, `.`) takes under `flags` (`i`, `s`). */
export function bytesOfClass(source: string, flags: string): ByteSet {
  const known = KNOWN.get(`${flags}/${source}`);
  if (known !== undefined) return known;
  const expression = new RegExp(`^(?:${source})$`, flags);
  let set = NO_BYTE;
  for (let byte = 0; byte < 256; byte += 1) if (expression.test(String.fromCharCode(byte))) set |= 1n << BigInt(byte);
  if (KNOWN.size >= MOST_KEPT) KNOWN.clear();
  KNOWN.set(`${flags}/${source}`, set);
  return set;
}

const KNOWN = new Map<string, ByteSet>();

export function areDisjoint(a: ByteSet, b: ByteSet): boolean {
  return (a & b) === NO_BYTE;
}

/** Two thousand rules of people's own have a few dozen sets among them. */
const MOST_KEPT = 1024;
const MEMBERS = new Map<ByteSet, readonly string[]>();

/** The members as characters, ascending. */
export function membersOf(set: ByteSet): readonly string[] {
  const known = MEMBERS.get(set);
  if (known !== undefined) return known;
  const members: string[] = [];
  for (let byte = 0; byte < 256; byte += 1) if ((set >> BigInt(byte)) & 1n) members.push(String.fromCharCode(byte));
  if (MEMBERS.size >= MOST_KEPT) MEMBERS.clear();
  MEMBERS.set(set, members);
  return members;
}

/** The set as a class that JavaScript and RE2 read alike: `[a-z\x7f]`; of all bytes, `[\x00-\xff]`. */
export function classOf(set: ByteSet): string {
  const ranges: string[] = [];
  for (let byte = 0; byte < 256; byte += 1) {
    if (((set >> BigInt(byte)) & 1n) === 0n) continue;
    let last = byte;
    while (last < 255 && ((set >> BigInt(last + 1)) & 1n) === 1n) last += 1;
    ranges.push(last - byte > 1 ? `${written(byte)}-${written(last)}` : last > byte ? written(byte) + written(last) : written(byte));
    byte = last;
  }
  return `[${ranges.join('')}]`;
}

/** One byte as both engines read it in and outside of a class. */
export function written(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9_]/.test(character) ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
}
