import { classOf, type ByteSet } from '../pattern/byte-set.ts';
import { complement, inClass, POSIX, setOf } from './byte-class.ts';
import { NotConvertible, type PatternReader } from './pattern-reader.ts';

/** Items in JavaScript's syntax, and the set they make; nested classes and set operations are plain no more. */
export interface CharacterClass {
  readonly items: string;
  readonly set: ByteSet;
  readonly isPlain: boolean;
}

/** Reads a class from its opening bracket to its closing one. `isVerbose`: white space in it counts for nothing. */
export function readCharacterClass(reader: PatternReader, isVerbose: boolean): CharacterClass {
  reader.skip(1);
  const isRust = reader.dialect === 'rust';
  const isNegated = reader.take('^');
  let items = '';
  let set: ByteSet = 0n;
  let isPlain = true;
  for (let isFirst = true; ; isFirst = false) {
    if (isVerbose && isRust) reader.skipBlank(/^\s*/);
    const { rest } = reader;
    if (rest === '') throw new NotConvertible('a class has no end');
    if (rest.startsWith(']') && !isFirst) break;
    const operator = isRust ? /^(?:&&|--|~~)/.exec(rest)?.[0] : undefined;
    if (operator !== undefined) {
      reader.skip(2);
      const other = readOperand(reader, isVerbose);
      set = operator === '&&' ? set & other : operator === '--' ? set & complement(other) : set ^ other;
      isPlain = false;
      continue;
    }
    const [posix, not, name] = /^\[:(\^?)([a-z]+):\]/.exec(rest) ?? [];
    if (posix !== undefined) {
      const inside = POSIX[name ?? ''];
      if (inside === undefined) throw new NotConvertible(`[:${name}:] is no class`);
      reader.skip(posix.length);
      if (not === '') items += inside;
      else isPlain = false;
      set |= not === '' ? setOf(inside) : complement(setOf(inside));
      continue;
    }
    if (rest.startsWith('[') && isRust) {
      set |= readCharacterClass(reader, isVerbose).set;
      isPlain = false;
      continue;
    }
    const item = readItem(reader);
    items += item;
    set |= setOf(item);
  }
  reader.skip(1);
  return { items: isNegated ? `^${items}` : items, set: isNegated ? complement(set) : set, isPlain };
}

/** What stands to the right of a set operation: a class, or items to the end. */
function readOperand(reader: PatternReader, isVerbose: boolean): ByteSet {
  if (reader.next === '[') return readCharacterClass(reader, isVerbose).set;
  let set: ByteSet = 0n;
  while (!/^(?:\]|&&|--|~~|$)/.test(reader.rest)) set |= setOf(readItem(reader));
  return set;
}

/** A character, a range or a class by a letter, as it may stand in JavaScript's class. */
function readItem(reader: PatternReader): string {
  const from = readCharacter(reader);
  if (typeof from !== 'string') return from.inside;
  const { rest } = reader;
  if (!rest.startsWith('-') || /^-(?:\]|$)/.test(rest) || (reader.dialect === 'rust' && rest.startsWith('--'))) return inClass(from);
  reader.skip(1);
  const to = readCharacter(reader);
  return typeof to === 'string' ? `${inClass(from)}-${inClass(to)}` : `${inClass(from)}\\-${to.inside}`;
}

function readCharacter(reader: PatternReader): string | { readonly inside: string } {
  const { rest } = reader;
  if (!rest.startsWith('\\')) {
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    if (character > '\x7e') throw new NotConvertible('a class holds a character beyond ASCII, which is several bytes');
    reader.skip(1);
    return character;
  }
  const code = reader.codePoint();
  if (code !== undefined) {
    if (code > 0xff) throw new NotConvertible('a class holds a character beyond ASCII, which is several bytes');
    return String.fromCharCode(code);
  }
  const property = reader.property();
  if (property !== undefined) return { inside: property.isNegated ? classOf(complement(setOf(property.inside))).slice(1, -1) : property.inside };
  const letter = rest[1] ?? '';
  reader.skip(2);
  if (/[dDwWsS]/.test(letter)) return { inside: `\\${letter}` };
  const control = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', a: '\x07', e: '\x1b', b: '\b' }[letter];
  if (control !== undefined) return control;
  if (letter === 'h') return { inside: ' \\t' };
  if (letter === '' || /[A-Za-z0-9]/.test(letter)) throw new NotConvertible(`\\${letter} in a class has no counterpart`);
  return letter;
}
