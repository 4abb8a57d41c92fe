import { classOf, type ByteSet } from '../pattern/byte-set.ts';
import { complement, folded, inClass, POSIX, setOf, unicodeClass } from './byte-class.ts';

/** Whose syntax a pattern is in: Go's RE2, or Rust's crate (with Hyperscan's comments). */
export type Dialect = 're2' | 'rust';

/** A pattern in JavaScript's syntax over bytes, with what changed its meaning. */
export interface Converted {
  readonly pattern: string;
  /** `''` or `i`. */
  readonly flags: string;
  /** Capturing groups of the source; the chosen one is called `secret`, others do not capture any more. */
  readonly groups: number;
  readonly notes: readonly string[];
}

/** Why a pattern cannot be carried over. */
export class NotConvertible extends Error {}

export interface ConvertOptions {
  readonly dialect: Dialect;
  /** The group that is the secret: its number from 1, or its name; absent, or not there: the first one. */
  readonly secret?: number | string;
  /** Say "any case" by classes instead of a flag. */
  readonly noFlags?: boolean;
}

/** Translates RE2's and Rust's syntax. Throws `NotConvertible` with what stands in the way. */
export function convertPattern(source: string, options: ConvertOptions): Converted {
  const probe = new Converter(source, options, false);
  probe.run();
  const isMixed = probe.sensitive && probe.insensitive;
  const expands = probe.insensitive && (isMixed || options.noFlags === true);
  const converter = new Converter(source, { ...options, secret: probe.chosen }, expands);
  const pattern = converter.run();
  return { pattern, flags: probe.insensitive && !expands ? 'i' : '', groups: converter.groups, notes: [...new Set(converter.notes)] };
}

interface Flags {
  readonly i: boolean;
  readonly s: boolean;
  readonly m: boolean;
  readonly x: boolean;
  readonly U: boolean;
}

const TEXT_START = '(?<![^])';
const TEXT_END = '(?![^])';

class Converter {
  readonly notes: string[] = [];
  groups = 0;
  sensitive = false;
  insensitive = false;
  readonly #source: string;
  readonly #dialect: Dialect;
  readonly #secret: number | string;
  readonly #expands: boolean;
  #named: number | undefined;
  #at = 0;
  #flags: Flags = { i: false, s: false, m: false, x: false, U: false };

  constructor(source: string, { dialect, secret }: ConvertOptions, expands: boolean) {
    this.#source = source;
    this.#dialect = dialect;
    this.#secret = secret ?? 1;
    this.#expands = expands;
  }

  /** Number of the group that the secret is: known after a run. */
  get chosen(): number {
    if (typeof this.#secret === 'string') return this.#named ?? 1;
    return this.#secret <= this.groups ? this.#secret : 1;
  }

  run(): string {
    const pattern = this.#alternatives();
    if (this.#at < this.#source.length) throw new NotConvertible('it has a closing parenthesis too many');
    return pattern;
  }

  #alternatives(): string {
    const before = this.#flags;
    let out = '';
    while (this.#at < this.#source.length && this.#source[this.#at] !== ')') {
      if (this.#take('|')) out += '|';
      else out += this.#repeated();
    }
    this.#flags = before;
    return out;
  }

  /** One atom with its repetitions; empty for white space and comments between. */
  #repeated(): string {
    let atom = this.#atom();
    if (atom === undefined) return '';
    for (let times = 0; ; times += 1) {
      this.#skipBlank();
      const count = this.#quantifier();
      if (count === undefined) return atom;
      const isLazy = this.#take('?');
      const isPossessive = !isLazy && this.#dialect !== 'rust' && this.#take('+');
      if (isPossessive) this.notes.push('a possessive repetition gives back here');
      // Two repetitions in a row, which JavaScript does not know.
      atom = `${times > 0 ? `(?:${atom})` : atom}${count}${isLazy !== this.#flags.U ? '?' : ''}`;
    }
  }

  #quantifier(): string | undefined {
    for (const sign of ['*', '+', '?'] as const) if (this.#take(sign)) return sign;
    const [whole] = /^\{\s*\d+\s*(?:,\s*\d*\s*)?\}|^\{\s*,\s*\d+\s*\}/.exec(this.#rest()) ?? [];
    if (whole === undefined || (this.#dialect === 're2' && /^\{\s*,/.test(whole))) return undefined;
    this.#at += whole.length;
    return whole.replace(/\s+/g, '').replace('{,', '{0,');
  }

  #atom(): string | undefined {
    this.#skipBlank();
    const character = this.#source[this.#at];
    if (character === undefined || character === ')' || character === '|') return undefined;
    if (character === '(') return this.#group();
    if (character === '[') return this.#class();
    if (character === '\\') return this.#escape();
    this.#at += 1;
    if (character === '.') return this.#flags.s ? '[\\s\\S]' : '[^\\n]';
    if (character === '^') return this.#flags.m ? '(?<![^\\n])' : TEXT_START;
    if (character === '$') return this.#flags.m ? '(?![^\\n])' : TEXT_END;
    if (/[*+?]/.test(character)) throw new NotConvertible('a repetition stands where there is nothing to repeat');
    return this.#literal(this.#wholeCharacter(character));
  }

  /** A character beyond the first 65,536 is two units of the source. */
  #wholeCharacter(first: string): string {
    const whole = String.fromCodePoint(this.#source.codePointAt(this.#at - 1) ?? 0);
    this.#at += whole.length - 1;
    return whole.length > 1 ? whole : first;
  }

  #literal(character: string): string {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0x7e) {
      if (this.#flags.i) this.notes.push('letters beyond ASCII are taken in their own case only');
      return `(?:${[...Buffer.from(character)].map((byte) => `\\x${byte.toString(16)}`).join('')})`;
    }
    if (/[A-Za-z]/.test(character)) {
      this.#cased();
      return this.#flags.i && this.#expands ? `[${character.toUpperCase()}${character.toLowerCase()}]` : character;
    }
    if (/[\\^$.*+?()[\]{}|/]/.test(character)) return `\\${character}`;
    return code < 0x20 ? inClass(character) : character;
  }

  #cased(): void {
    if (this.#flags.i) this.insensitive = true;
    else this.sensitive = true;
  }

  #escape(): string {
    const rest = this.#rest();
    const [quoted, inside = ''] = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest) ?? [];
    if (quoted !== undefined) {
      this.#at += quoted.length;
      return [...inside].map((character) => this.#literal(character)).join('');
    }
    const code = this.#codePoint();
    if (code !== undefined) return code > 0xff ? this.#literal(String.fromCodePoint(code)) : code > 0x7e ? `\\x${code.toString(16)}` : this.#literal(String.fromCharCode(code));
    if (/^\\[pP]/.test(rest)) {
      const [whole, isNegated, inside] = this.#property(rest);
      this.#at += whole.length;
      return `[${isNegated ? '^' : ''}${inside}]`;
    }
    const letter = rest[1] ?? '';
    this.#at += 2;
    if (/[dDwWsSbBnrtfv]/.test(letter)) {
      if (letter === 'b' && this.#dialect === 'rust') {
        const [half, which] = /^\{(start|end)(?:-half)?\}/.exec(this.#rest()) ?? [];
        if (half !== undefined) {
          this.#at += half.length;
          return which === 'start' ? '(?<!\\w)' : '(?!\\w)';
        }
      }
      return `\\${letter}`;
    }
    switch (letter) {
      case 'A':
        return TEXT_START;
      case 'z':
        return TEXT_END;
      case 'Z':
        return `(?=\\n?${TEXT_END})`;
      case 'a':
        return '\\x07';
      case 'e':
        return '\\x1b';
      case 'h':
        return '[ \\t]';
      case 'R':
        return '(?:\\r\\n|[\\n\\v\\f\\r])';
      case 'C':
        return '[\\s\\S]';
      case '<':
      case '>':
        if (this.#dialect === 'rust') return letter === '<' ? '\\b(?=\\w)' : '\\b(?<=\\w)';
        return letter;
      default:
        if (letter === '' || /[A-Za-z1-9]/.test(letter)) throw new NotConvertible(letter === '' ? 'it ends in a backslash' : /[1-9]/.test(letter) ? 'it refers back to a group' : `\\${letter} has no counterpart`);
        return this.#literal(letter);
    }
  }

  #property(rest: string): readonly [string, boolean, string] {
    const [whole = '', kind, long, short] = /^\\([pP])(?:\{(\^?[A-Za-z_]+)\}|([A-Z]))/.exec(rest) ?? [];
    const name = (long ?? short ?? '').replace(/^\^/, '');
    const inside = unicodeClass(name);
    if (inside === undefined) throw new NotConvertible(`\\p{${name}} has no counterpart over bytes`);
    this.notes.push(`\\p{${name}} is taken as ASCII, and bytes beyond it as letters`);
    return [whole, (kind === 'P') !== (long?.startsWith('^') ?? false), inside];
  }

  /** `\x41`, `\x{1F600}`, `\u0041`, `\012`: read over and given as a number. */
  #codePoint(): number | undefined {
    const [whole, hex, braced, octal] = /^\\(?:x([0-9A-Fa-f]{2})|[xuU]\{([0-9A-Fa-f]{1,6})\}|0([0-7]{0,2}))/.exec(this.#rest()) ?? /^\\u([0-9A-Fa-f]{4})/.exec(this.#rest()) ?? [];
    if (whole === undefined) return undefined;
    this.#at += whole.length;
    return octal !== undefined ? Number.parseInt(octal === '' ? '0' : octal, 8) : Number.parseInt(hex ?? braced ?? '0', 16);
  }

  #group(): string {
    const rest = this.#rest();
    const [comment] = /^\(\?#[^)]*\)/.exec(rest) ?? [];
    if (comment !== undefined) {
      this.#at += comment.length;
      return this.#repeated();
    }
    const [flagged, on, off, end] = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/.exec(rest) ?? [];
    if (flagged !== undefined && (flagged.length > 3 || end === ')')) return this.#flagged(flagged, on ?? '', off ?? '', end === ')');
    const [named, name] = /^\(\?(?:P?<([A-Za-z_][\w.]*)>|'([A-Za-z_]\w*)')/.exec(rest) ?? [];
    if (named !== undefined) return this.#inside(named, this.#capture(name));
    for (const [head, out] of [['(?:', '(?:'], ['(?=', '(?='], ['(?!', '(?!'], ['(?<=', '(?<='], ['(?<!', '(?<!'], ['(?>', '(?:']] as const) {
      if (!rest.startsWith(head)) continue;
      if (head === '(?>') this.notes.push('an atomic group gives back here');
      return this.#inside(head, out);
    }
    if (rest.startsWith('(?') || rest.startsWith('(*')) throw new NotConvertible(`${rest.slice(0, 4)} has no counterpart`);
    return this.#inside('(', this.#capture(undefined));
  }

  #capture(name: string | undefined): string {
    this.groups += 1;
    if (name !== undefined && name === this.#secret) this.#named = this.groups;
    return this.groups === this.#secret ? '(?<secret>' : '(?:';
  }

  #inside(head: string, out: string): string {
    this.#at += head.length;
    const inner = this.#alternatives();
    if (!this.#take(')')) throw new NotConvertible('it lacks a closing parenthesis');
    return `${out}${inner})`;
  }

  #flagged(head: string, on: string, off: string, toTheEnd: boolean): string {
    const known = this.#dialect === 'rust' ? /^[ismxUuR]*$/ : /^[ismxU]*$/;
    if (!known.test(on) || !known.test(off)) throw new NotConvertible(`${head} has no counterpart`);
    const value = (flag: keyof Flags): boolean => (off.includes(flag) ? false : on.includes(flag) || this.#flags[flag]);
    const flags: Flags = { i: value('i'), s: value('s'), m: value('m'), x: value('x'), U: value('U') };
    if (toTheEnd) {
      this.#at += head.length;
      this.#flags = flags;
      // To the end of the group that holds it, alternatives included.
      return this.#repeated();
    }
    const before = this.#flags;
    this.#flags = flags;
    const out = this.#inside(head, '(?:');
    this.#flags = before;
    return out;
  }

  #class(): string {
    const { items, set, isPlain } = this.#classBody();
    if (/[A-Za-z]/.test(classOf(set)) && set !== folded(set)) this.#cased();
    if (this.#flags.i && this.#expands && set !== folded(set)) return classOf(folded(set));
    return isPlain ? `[${items}]` : classOf(set);
  }

  /** Items in JavaScript's syntax, and the set they make; nested classes and set operations are plain no more. */
  #classBody(): { readonly items: string; readonly set: ByteSet; readonly isPlain: boolean } {
    this.#at += 1;
    const isNegated = this.#take('^');
    let items = '';
    let set: ByteSet = 0n;
    let isPlain = true;
    let isFirst = true;
    for (;;) {
      if (this.#flags.x && this.#dialect === 'rust') this.#at += /^\s*/.exec(this.#rest())?.[0].length ?? 0;
      const rest = this.#rest();
      if (rest === '') throw new NotConvertible('a class has no end');
      if (rest.startsWith(']') && !isFirst) break;
      isFirst = false;
      const operator = this.#dialect === 'rust' ? (/^(?:&&|--|~~)/.exec(rest)?.[0] ?? undefined) : undefined;
      if (operator !== undefined) {
        this.#at += 2;
        const other = this.#operand();
        set = operator === '&&' ? set & other : operator === '--' ? set & complement(other) : set ^ other;
        isPlain = false;
        continue;
      }
      const [posix, not, name] = /^\[:(\^?)([a-z]+):\]/.exec(rest) ?? [];
      if (posix !== undefined) {
        const inside = POSIX[name ?? ''];
        if (inside === undefined) throw new NotConvertible(`[:${name}:] is no class`);
        this.#at += posix.length;
        if (not === '') items += inside;
        else isPlain = false;
        set |= not === '' ? setOf(inside) : complement(setOf(inside));
        continue;
      }
      if (rest.startsWith('[') && this.#dialect === 'rust') {
        set |= this.#classBody().set;
        isPlain = false;
        continue;
      }
      const [item, itemSet] = this.#classItem();
      items += item;
      set |= itemSet;
    }
    this.#at += 1;
    return { items: isNegated ? `^${items}` : items, set: isNegated ? complement(set) : set, isPlain };
  }

  /** What stands to the right of a set operation: a class, or items to the end. */
  #operand(): ByteSet {
    if (this.#rest().startsWith('[')) return this.#classBody().set;
    let set: ByteSet = 0n;
    while (!/^(?:\]|&&|--|~~|$)/.test(this.#rest())) set |= this.#classItem()[1];
    return set;
  }

  #classItem(): readonly [string, ByteSet] {
    const from = this.#classCharacter();
    if (typeof from !== 'string') return [from.inside, setOf(from.inside)];
    const rest = this.#rest();
    if (rest.startsWith('-') && !/^-(?:\]|$)/.test(rest) && !(this.#dialect === 'rust' && rest.startsWith('--'))) {
      this.#at += 1;
      const to = this.#classCharacter();
      if (typeof to !== 'string') return [`${inClass(from)}\\-${to.inside}`, setOf(`${inClass(from)}\\-${to.inside}`)];
      const range = `${inClass(from)}-${inClass(to)}`;
      return [range, setOf(range)];
    }
    return [inClass(from), setOf(inClass(from))];
  }

  #classCharacter(): string | { readonly inside: string } {
    const rest = this.#rest();
    if (!rest.startsWith('\\')) {
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      if (character > '\x7e') throw new NotConvertible('a class holds a character beyond ASCII, which is several bytes');
      this.#at += 1;
      return character;
    }
    const code = this.#codePoint();
    if (code !== undefined) {
      if (code > 0xff) throw new NotConvertible('a class holds a character beyond ASCII, which is several bytes');
      return String.fromCharCode(code);
    }
    if (/^\\[pP]/.test(rest)) {
      const [whole, isNegated, inside] = this.#property(rest);
      this.#at += whole.length;
      return { inside: isNegated ? classOf(complement(setOf(inside))).slice(1, -1) : inside };
    }
    const letter = rest[1] ?? '';
    this.#at += 2;
    if (/[dDwWsS]/.test(letter)) return { inside: `\\${letter}` };
    const control = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', a: '\x07', e: '\x1b', b: '\b' }[letter];
    if (control !== undefined) return control;
    if (letter === 'h') return { inside: ' \\t' };
    if (letter === '' || /[A-Za-z0-9]/.test(letter)) throw new NotConvertible(`\\${letter} in a class has no counterpart`);
    return letter;
  }

  /** In verbose mode, white space and comments between the parts. */
  #skipBlank(): void {
    if (this.#flags.x) this.#at += /^(?:\s|#[^\n]*(?:\n|$))*/.exec(this.#rest())?.[0].length ?? 0;
  }

  #rest(): string {
    return this.#source.slice(this.#at);
  }

  #take(character: string): boolean {
    if (this.#source[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}
