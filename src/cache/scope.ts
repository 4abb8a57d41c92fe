import { dropCacheFile, listScope, readCacheFile, writeCacheFile } from './folder.ts';
import { readSegment, writeSegment, type Segment } from './segment.ts';
import { mergeTables, TableBuilder, type Entry, type Kind, type Table } from './table.ts';

/** Where a scope's files lie, and what they must say to be believed. */
export interface ScopeOptions {
  readonly folder: string;
  readonly key: Uint8Array;
  /** Hex, of which the first 32 digits name the files. */
  readonly about: string;
  readonly kind: Kind;
  readonly rules: string;
  /** See `RuleSets.changedSince`. */
  readonly changedSince: (rules: string) => readonly string[] | undefined;
  /** No file may be larger. */
  readonly maxBytes: number;
  readonly now: () => Date;
}

/** What is known of a thing; `untried`: its rules were others, and these have not been tried on it. */
export interface Known extends Entry {
  readonly untried?: readonly string[];
}

interface Stored {
  readonly name: string;
  readonly segment: Segment;
}

/** Rows that a run did not ask for are let go when a file would grow beyond this part of the bound. */
const CROWDED = 0.5;
/** So many files of other rules stay: people go back and forth between two. */
const MOST_OLDER = 6;
const ROW_BYTES = { files: 41, objects: 17 } as const;

/**
 * What is known of the things of one place (a folder, a repository) under one set of options and rules. It lies in a few files of
 * growing size: a run writes what it learned as a new one, into which smaller ones are merged, so that what is there for
 * long is seldom written again. Runs at the same time see each other's files or do not; both are true.
 */
export class Scope {
  readonly #options: ScopeOptions;
  readonly #stored: readonly Stored[];
  /** Of other rules; those come first of which the fewest have changed since. */
  readonly #older: readonly (Stored & { readonly untried: readonly string[] })[];
  readonly #learned: TableBuilder;
  readonly #used: TableBuilder;

  constructor(options: ScopeOptions) {
    this.#options = options;
    this.#learned = new TableBuilder(options.kind);
    this.#used = new TableBuilder(options.kind);
    const { folder, about, kind, rules, maxBytes } = options;
    const stored: Stored[] = [];
    const older: (Stored & { readonly untried: readonly string[] })[] = [];
    for (const name of listScope(folder, about.slice(0, 32))) {
      const bytes = readCacheFile(folder, name, maxBytes, options.now());
      const segment = bytes === undefined ? undefined : readSegment(bytes, options.key);
      if (segment?.about === about && segment.table.kind === kind) {
        const untried = segment.rules === rules ? undefined : options.changedSince(segment.rules);
        if (segment.rules === rules) stored.push({ name, segment });
        else if (untried !== undefined) older.push({ name, segment, untried });
      } else if (bytes !== undefined) dropCacheFile(folder, name);
    }
    // The largest first: most things are in it.
    this.#stored = stored.sort((a, b) => b.segment.table.length - a.segment.table.length || (a.name < b.name ? -1 : 1));
    this.#older = older.sort((a, b) => a.untried.length - b.untried.length || (a.segment.rules < b.segment.rules ? -1 : 1));
  }

  /** What is known of the thing whose numbers stand at `at`. */
  find(key: ArrayLike<number>, at = 0): Known | undefined {
    for (const { segment } of this.#stored) {
      const entry = segment.table.find(key, at);
      if (entry === undefined) continue;
      if (this.#isCrowded) this.#used.add(key, at, entry);
      return entry;
    }
    const [base] = this.#older;
    for (const { segment, untried } of this.#older) {
      // One set of changes for a run, so that its threads compile one.
      if (segment.rules !== base?.segment.rules) break;
      const entry = segment.table.find(key, at);
      // Of several matches at one place the strongest stays: with other rules that may be another.
      if (entry !== undefined) return entry.matches.length > 0 ? undefined : { ...entry, untried };
    }
    return undefined;
  }

  learn(key: ArrayLike<number>, at: number, entry: Entry): void {
    this.#learned.add(key, at, entry);
  }

  /** Writes what was learned, if anything was. Throws the system's error. */
  save(): void {
    if (this.#learned.length === 0) return;
    const { folder, key, about, rules, maxBytes } = this.#options;
    let table: Table = this.#learned.build();
    const merged: string[] = [];
    if (this.#isCrowded) {
      table = mergeTables(this.#used.build(), table);
      merged.push(...this.#stored.map(({ name }) => name));
    } else {
      for (const { name, segment } of [...this.#stored].reverse()) {
        if (segment.table.length > 2 * table.length) break;
        table = mergeTables(segment.table, table);
        merged.push(name);
      }
    }
    const bytes = writeSegment({ about, rules, table }, key);
    if (bytes.length > maxBytes) return;
    writeCacheFile(folder, about.slice(0, 32), bytes);
    for (const name of [...merged, ...this.#older.slice(MOST_OLDER).map((one) => one.name)]) dropCacheFile(folder, name);
  }

  get #isCrowded(): boolean {
    const { kind, maxBytes } = this.#options;
    return this.#stored.reduce((sum, { segment }) => sum + segment.table.length, 0) * ROW_BYTES[kind] > CROWDED * maxBytes;
  }
}
