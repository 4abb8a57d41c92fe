import { unicodeClass } from './byte-class.ts';

/** Whose syntax a pattern is in: Go's RE2, or Rust's crate (with Hyperscan's comments). */
export type Dialect = 're2' | 'rust';

/** Why a pattern cannot be carried over. */
export class NotConvertible extends Error {}

/** Reads a pattern from left to right. `notes` say what of its meaning changed. */
export class PatternReader {
  readonly notes: string[] = [];
  readonly dialect: Dialect;
  readonly #source: string;
  #at = 0;

  constructor(source: string, dialect: Dialect) {
    this.#source = source;
    this.dialect = dialect;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  get rest(): string {
    return this.#source.slice(this.#at);
  }

  /** The unit that stands next, without reading over it. */
  get next(): string | undefined {
    return this.#source[this.#at];
  }

  skip(units: number): void {
    this.#at += units;
  }

  take(character: string): boolean {
    if (this.next !== character) return false;
    this.#at += 1;
    return true;
  }

  /** Reads over what the pattern matches here, which may be nothing. */
  skipBlank(blank: RegExp): void {
    this.#at += blank.exec(this.rest)?.[0].length ?? 0;
  }

  /** `\x41`, `\x{1F600}`, `\u0041`, `\012`: read over and given as a number. */
  codePoint(): number | undefined {
    const [whole, hex, braced, octal] = /^\\(?:x([0-9A-Fa-f]{2})|[xuU]\{([0-9A-Fa-f]{1,6})\}|0([0-7]{0,2}))/.exec(this.rest) ?? /^\\u([0-9A-Fa-f]{4})/.exec(this.rest) ?? [];
    if (whole === undefined) return undefined;
    this.#at += whole.length;
    return octal !== undefined ? Number.parseInt(octal === '' ? '0' : octal, 8) : Number.parseInt(hex ?? braced ?? '0', 16);
  }

  /** `\p{L}`, `\P{L}`, `\pL`: read over; what may stand in a class, and whether everything else is meant. */
  property(): { readonly inside: string; readonly isNegated: boolean } | undefined {
    if (!/^\\[pP]/.test(this.rest)) return undefined;
    const [whole = '', kind, long, short] = /^\\([pP])(?:\{(\^?[A-Za-z_]+)\}|([A-Z]))/.exec(this.rest) ?? [];
    const name = (long ?? short ?? '').replace(/^\^/, '');
    const inside = unicodeClass(name);
    if (inside === undefined) throw new NotConvertible(`\\p{${name}} has no counterpart over bytes`);
    this.notes.push(`\\p{${name}} is taken as ASCII, and bytes beyond it as letters`);
    this.#at += whole.length;
    return { inside, isNegated: (kind === 'P') !== (long?.startsWith('^') ?? false) };
  }
}
