import { ANY_BYTE, bytesOfClass, type ByteSet } from '../pattern/byte-set.ts';

/** POSIX classes, as the inside of a class of JavaScript's. */
export const POSIX: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: 'A-Za-z0-9_',
  xdigit: '0-9A-Fa-f',
};

/** Unicode classes as far as bytes can say them: bytes over 0x7f belong to letters of other scripts. */
const UNICODE: Readonly<Record<string, string>> = { L: 'A-Za-z\\x80-\\xff', Lu: 'A-Z', Ll: 'a-z', N: '0-9', Nd: '0-9', P: POSIX['punct'] ?? '', S: '$+<=>^`|~', Z: ' ', Zs: ' ', Letter: 'A-Za-z\\x80-\\xff', Number: '0-9', Alphabetic: 'A-Za-z\\x80-\\xff' };

/** The inside of a class for `\p{name}`; undefined where bytes cannot say it. */
export function unicodeClass(name: string): string | undefined {
  return UNICODE[name];
}

export function setOf(inside: string): ByteSet {
  return bytesOfClass(`[${inside}]`, '');
}

export function complement(set: ByteSet): ByteSet {
  return ANY_BYTE & ~set;
}

/** Both cases of every ASCII letter of the set. */
export function folded(set: ByteSet): ByteSet {
  let all = set;
  for (let letter = 0x41; letter <= 0x5a; letter += 1) {
    const both = (1n << BigInt(letter)) | (1n << BigInt(letter + 32));
    if ((set & both) !== 0n) all |= both;
  }
  return all;
}

/** A byte of a class, escaped so that it means itself there. */
export function inClass(character: string): string {
  const code = character.charCodeAt(0);
  if (/[A-Za-z0-9_ ,:;'"`~!@#%&=<>]/.test(character)) return character;
  const named = ESCAPES[character];
  return named ?? (code < 0x20 || code > 0x7e ? `\\x${code.toString(16).padStart(2, '0')}` : `\\${character}`);
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f', '\v': '\\v' };
