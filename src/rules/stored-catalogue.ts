import { readFileSync } from 'node:fs';
import type { Rule } from '../model/index.ts';
import { boundRules, type BoundRule } from './bound-paths.ts';
import type { Catalogue } from './catalogue.ts';

/** Rules by their place in a catalogue; an array is one. */
export interface RuleList {
  readonly length: number;
  readonly at: (index: number) => Rule | undefined;
  /** See `boundRules`; absent: nobody has looked. */
  readonly bound?: readonly BoundRule[];
}

/** The first line of a stored catalogue. */
interface Head {
  readonly digest: string;
  /** Ascending. */
  readonly ids: readonly string[];
  /** Of each rule its line's length in bytes, without the line feed. */
  readonly bytes: readonly number[];
  /** Each once, ascending. */
  readonly issuers: readonly string[];
  readonly bound: readonly BoundRule[];
}

/** The file of a catalogue: a line of JSON that says where everything is, then a line for each rule. */
export function storeCatalogue({ rules, digest }: Catalogue): string {
  const lines = rules.map((rule) => JSON.stringify(rule));
  const head: Head = { digest, ids: rules.map(({ id }) => id), bytes: lines.map((line) => Buffer.byteLength(line)), issuers: [...new Set(rules.map(({ issuer }) => issuer))].sort(), bound: boundRules(rules) };
  return `${[JSON.stringify(head), ...lines].join('\n')}\n`;
}

/**
 * A catalogue as it lies in its file: a rule is parsed when somebody asks for it, and stays the same object. A scan asks for
 * a few dozen of two thousand; `rules` asks for all, which takes twenty milliseconds.
 */
export class StoredCatalogue implements Catalogue, RuleList {
  readonly digest: string;
  readonly ids: readonly string[];
  readonly issuers: readonly string[];
  readonly bound: readonly BoundRule[];
  readonly #file: Buffer;
  readonly #starts: Uint32Array;
  readonly #made: (Rule | undefined)[];
  #all: readonly Rule[] | undefined;

  /** Throws a SyntaxError or RangeError for what `storeCatalogue` did not write. */
  constructor(file: Buffer) {
    const end = file.indexOf(10);
    const { digest, ids, bytes, issuers, bound } = JSON.parse(file.toString('utf8', 0, end)) as Head;
    this.digest = digest;
    this.ids = ids;
    this.issuers = issuers;
    this.bound = bound;
    this.#file = file;
    this.#starts = new Uint32Array(ids.length + 1);
    this.#made = new Array<Rule | undefined>(ids.length);
    let at = end + 1;
    for (let index = 0; index < ids.length; index += 1) {
      this.#starts[index] = at;
      at += (bytes[index] as number) + 1;
    }
    this.#starts[ids.length] = at;
    if (at !== file.length) throw new RangeError('a catalogue is cut off');
  }

  get length(): number {
    return this.ids.length;
  }

  get rules(): readonly Rule[] {
    return (this.#all ??= this.ids.map((_, index) => this.at(index) as Rule));
  }

  at(index: number): Rule | undefined {
    if (index < 0 || index >= this.ids.length) return undefined;
    return (this.#made[index] ??= JSON.parse(this.#file.toString('utf8', this.#starts[index], (this.#starts[index + 1] as number) - 1)) as Rule);
  }

  /** The rule of an id. */
  get(id: string): Rule | undefined {
    let low = 0;
    let high = this.ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ids[middle] as string) < id) low = middle + 1;
      else high = middle;
    }
    return this.ids[low] === id ? this.at(low) : undefined;
  }
}

const READ = new Map<string, StoredCatalogue>();

/** Reads a stored catalogue, once on a thread. Throws what reading a file throws, and for a damaged one. */
export function readStoredCatalogue(file: URL): StoredCatalogue {
  const known = READ.get(file.href) ?? new StoredCatalogue(readFileSync(file));
  READ.set(file.href, known);
  return known;
}

/** How to find rules of a catalogue by their id; cheap for one that lies in a file. */
export function ruleLookup(catalogue: Catalogue): Pick<ReadonlyMap<string, Rule>, 'get'> {
  return catalogue instanceof StoredCatalogue ? catalogue : new Map(catalogue.rules.map((rule) => [rule.id, rule]));
}

/** The names that a configuration may use. */
export function namesOf(catalogue: Catalogue): { readonly ids: readonly string[]; readonly issuers: readonly string[] } {
  if (catalogue instanceof StoredCatalogue) return catalogue;
  return { ids: catalogue.rules.map(({ id }) => id), issuers: [...new Set(catalogue.rules.map(({ issuer }) => issuer))] };
}
