import { classOf } from '../pattern/byte-set.ts';
import { folded, inClass } from './byte-class.ts';
import { readCharacterClass } from './character-class.ts';
import { NotConvertible, PatternReader, type Dialect } from './pattern-reader.ts';

export { NotConvertible, type Dialect } from './pattern-reader.ts';

/** A pattern in JavaScript's syntax over bytes, with what changed its meaning. */
export interface Converted {
  readonly pattern: string;
  /** `''` or `i`. */
  readonly flags: string;
  /** Capturing groups of the source; the chosen one is called `secret`, others do not capture any more. */
  readonly groups: number;
  readonly notes: readonly string[];
}

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
  return { pattern, flags: probe.insensitive && !expands ? 'i' : '', groups: converter.groups, notes: [...new Set(converter.reader.notes)] };
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
  readonly reader: PatternReader;
  groups = 0;
  sensitive = false;
  insensitive = false;
  readonly #secret: number | string;
  readonly #expands: boolean;
  #named: number | undefined;
  #flags: Flags = { i: false, s: false, m: false, x: false, U: false };

  constructor(source: string, { dialect, secret }: ConvertOptions, expands: boolean) {
    this.reader = new PatternReader(source, dialect);
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
    if (!this.reader.isAtEnd) throw new NotConvertible('it has a closing parenthesis too many');
    return pattern;
  }

  #alternatives(): string {
    const before = this.#flags;
    let out = '';
    while (!this.reader.isAtEnd && this.reader.next !== ')') {
      if (this.reader.take('|')) out += '|';
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
      const isLazy = this.reader.take('?');
      const isPossessive = !isLazy && this.reader.dialect !== 'rust' && this.reader.take('+');
      if (isPossessive) this.reader.notes.push('a possessive repetition gives back here');
      // Two repetitions in a row, which JavaScript does not know.
      atom = `${times > 0 ? `(?:${atom})` : atom}${count}${isLazy !== this.#flags.U ? '?' : ''}`;
    }
  }

  #quantifier(): string | undefined {
    for (const sign of ['*', '+', '?'] as const) if (this.reader.take(sign)) return sign;
    const [whole] = /^\{\s*\d+\s*(?:,\s*\d*\s*)?\}|^\{\s*,\s*\d+\s*\}/.exec(this.reader.rest) ?? [];
    if (whole === undefined || (this.reader.dialect === 're2' && /^\{\s*,/.test(whole))) return undefined;
    this.reader.skip(whole.length);
    return whole.replace(/\s+/g, '').replace('{,', '{0,');
  }

  #atom(): string | undefined {
    this.#skipBlank();
    const character = this.reader.next;
    if (character === undefined || character === ')' || character === '|') return undefined;
    if (character === '(') return this.#group();
    if (character === '[') return this.#class();
    if (character === '\\') return this.#escape();
    const whole = String.fromCodePoint(this.reader.rest.codePointAt(0) ?? 0);
    this.reader.skip(whole.length);
    if (character === '.') return this.#flags.s ? '[\\s\\S]' : '[^\\n]';
    if (character === '^') return this.#flags.m ? '(?<![^\\n])' : TEXT_START;
    if (character === '$') return this.#flags.m ? '(?![^\\n])' : TEXT_END;
    if (/[*+?]/.test(character)) throw new NotConvertible('a repetition stands where there is nothing to repeat');
    return this.#literal(whole);
  }

  #literal(character: string): string {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0x7e) {
      if (this.#flags.i) this.reader.notes.push('letters beyond ASCII are taken in their own case only');
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
    const rest = this.reader.rest;
    const [quoted, inside = ''] = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest) ?? [];
    if (quoted !== undefined) {
      this.reader.skip(quoted.length);
      return [...inside].map((character) => this.#literal(character)).join('');
    }
    const code = this.reader.codePoint();
    if (code !== undefined) return code > 0xff ? this.#literal(String.fromCodePoint(code)) : code > 0x7e ? `\\x${code.toString(16)}` : this.#literal(String.fromCharCode(code));
    const property = this.reader.property();
    if (property !== undefined) return `[${property.isNegated ? '^' : ''}${property.inside}]`;
    const letter = rest[1] ?? '';
    this.reader.skip(2);
    if (/[dDwWsSbBnrtfv]/.test(letter)) {
      if (letter === 'b' && this.reader.dialect === 'rust') {
        const [half, which] = /^\{(start|end)(?:-half)?\}/.exec(this.reader.rest) ?? [];
        if (half !== undefined) {
          this.reader.skip(half.length);
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
        if (this.reader.dialect === 'rust') return letter === '<' ? '\\b(?=\\w)' : '\\b(?<=\\w)';
        return letter;
      default:
        if (letter === '' || /[A-Za-z1-9]/.test(letter)) throw new NotConvertible(letter === '' ? 'it ends in a backslash' : /[1-9]/.test(letter) ? 'it refers back to a group' : `\\${letter} has no counterpart`);
        return this.#literal(letter);
    }
  }

  #group(): string {
    const rest = this.reader.rest;
    const [comment] = /^\(\?#[^)]*\)/.exec(rest) ?? [];
    if (comment !== undefined) {
      this.reader.skip(comment.length);
      return this.#repeated();
    }
    const [flagged, on, off, end] = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/.exec(rest) ?? [];
    if (flagged !== undefined && (flagged.length > 3 || end === ')')) return this.#flagged(flagged, on ?? '', off ?? '', end === ')');
    const [named, name] = /^\(\?(?:P?<([A-Za-z_][\w.]*)>|'([A-Za-z_]\w*)')/.exec(rest) ?? [];
    if (named !== undefined) return this.#inside(named, this.#capture(name));
    for (const [head, out] of [['(?:', '(?:'], ['(?=', '(?='], ['(?!', '(?!'], ['(?<=', '(?<='], ['(?<!', '(?<!'], ['(?>', '(?:']] as const) {
      if (!rest.startsWith(head)) continue;
      if (head === '(?>') this.reader.notes.push('an atomic group gives back here');
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
    this.reader.skip(head.length);
    const inner = this.#alternatives();
    if (!this.reader.take(')')) throw new NotConvertible('it lacks a closing parenthesis');
    return `${out}${inner})`;
  }

  #flagged(head: string, on: string, off: string, toTheEnd: boolean): string {
    const known = this.reader.dialect === 'rust' ? /^[ismxUuR]*$/ : /^[ismxU]*$/;
    if (!known.test(on) || !known.test(off)) throw new NotConvertible(`${head} has no counterpart`);
    const value = (flag: keyof Flags): boolean => (off.includes(flag) ? false : on.includes(flag) || this.#flags[flag]);
    const flags: Flags = { i: value('i'), s: value('s'), m: value('m'), x: value('x'), U: value('U') };
    if (toTheEnd) {
      this.reader.skip(head.length);
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
    const { items, set, isPlain } = readCharacterClass(this.reader, this.#flags.x);
    if (/[A-Za-z]/.test(classOf(set)) && set !== folded(set)) this.#cased();
    if (this.#flags.i && this.#expands && set !== folded(set)) return classOf(folded(set));
    return isPlain ? `[${items}]` : classOf(set);
  }

  /** In verbose mode, white space and comments between the parts. */
  #skipBlank(): void {
    if (this.#flags.x) this.reader.skipBlank(/^(?:\s|#[^\n]*(?:\n|$))*/);
  }
}
