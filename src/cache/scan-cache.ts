import { createHash, createHmac } from 'node:crypto';
import { statSync } from 'node:fs';
import { countOf, eventOf, itemAt, pickOf, STAMP_NUMBERS, type CoverageEvent, type HistoryMemory, type ItemState, type Learned, type Repository, type SourceOptions, type StoredMatch, type Unit } from '../model/index.ts';
import { evict, isEmptyFolder } from './folder.ts';
import { isSettled } from './settled.ts';
import { RepositoryMemory } from './history-memory.ts';
import { RuleSets, type RuleSet } from './rule-sets.ts';
import { Scope } from './scope.ts';
import type { Kind } from './table.ts';

export interface CacheContext {
  readonly folder: string;
  readonly key: Uint8Array;
  /** What stands for the program: same text, same results. */
  readonly engine: string;
  readonly rules: RuleSet;
  readonly maxBytes: number;
  readonly startedAt: Date;
  readonly now: () => Date;
  /** Told once, with the system's error, if what was learned cannot be kept. */
  readonly onTrouble: (error: Error) => void;
}

/** A unit, parted by what is known of it. */
export interface Parted {
  /** For coverage, of the things that need not be read at all. */
  readonly events: readonly CoverageEvent[];
  /** Things with matches, whose secrets are to be read again at their places; `matches` in the order of the unit. */
  readonly found?: { readonly unit: Unit; readonly matches: readonly (readonly StoredMatch[])[] };
  /** Things without a match under other rules, with the rules that were not tried on them. */
  readonly untried?: { readonly unit: Unit; readonly rules: readonly string[] };
  /** What is to be scanned. */
  readonly rest?: Unit;
}

/** What earlier scans learned, by the content of things and never by their names. Holds no plaintext. */
export class ScanCache {
  readonly #context: CacheContext;
  readonly #scopes = new Map<string, Scope>();
  readonly #ruleSets: RuleSets;
  /** The rules that this run tries on what other rules were tried on: one list, from the first scope that has one. */
  #untried: readonly string[] | undefined;
  #hasLearned = false;
  readonly #memories = new Map<string, RepositoryMemory>();
  readonly #instances = new Map<string, readonly string[] | undefined>();

  constructor(context: CacheContext) {
    this.#context = context;
    this.#ruleSets = new RuleSets(context);
  }

  /** Whether nothing was ever learned. */
  get isEmpty(): boolean {
    return isEmptyFolder(this.#context.folder);
  }

  part(unit: Unit, options: SourceOptions): Parted {
    const scope = this.#scopeOf(unit, options);
    if (scope === undefined) return { events: [], rest: unit };
    const sums = new Map<string, { count: number; bytes: number }>();
    const events: CoverageEvent[] = [];
    const found: number[] = [];
    const matches: (readonly StoredMatch[])[] = [];
    const rest: number[] = [];
    const untried: number[] = [];
    for (let index = 0; index < countOf(unit); index += 1) {
      const entry = find(scope, unit, index);
      const item = entry === undefined ? undefined : itemAt(unit, index);
      if (entry === undefined || item === undefined) rest.push(index);
      else if (entry.untried !== undefined && entry.untried.length > 0) {
        this.#untried ??= entry.untried;
        (this.#untried === entry.untried ? untried : rest).push(index);
      }
      else if (entry.matches.length > 0) {
        found.push(index);
        matches.push(entry.matches);
      } else if (entry.state === 1) {
        const sum = sums.get(item.counts) ?? { count: 0, bytes: 0 };
        sum.count += 1;
        sum.bytes += item.bytes;
        sums.set(item.counts, sum);
      } else events.push(eventOf(item, entry.state as Exclude<ItemState, 0>));
    }
    for (const [counts, { count, bytes }] of sums) events.push({ type: 'scanned', counts: { [counts]: count, bytes } });
    return {
      events,
      ...(untried.length === 0 ? {} : { untried: { unit: pickOf(unit, untried), rules: this.#untried ?? [] } }),
      ...(found.length === 0 ? {} : { found: { unit: pickOf(unit, found), matches } }),
      ...(rest.length === 0 ? {} : { rest: rest.length === countOf(unit) ? unit : pickOf(unit, rest) }),
    };
  }

  learn({ unit, states, matches }: Learned, options: SourceOptions): void {
    const scope = this.#scopeOf(unit, options);
    if (scope === undefined) return;
    const matchesAt = new Map(matches.map((one) => [one.index, one.matches]));
    for (const [index, state] of states.entries()) {
      if (state === 0) continue;
      const entry = { state, matches: matchesAt.get(index) ?? [] };
      if (unit.kind === 'files' && unit.stamps !== undefined) {
        const at = index * STAMP_NUMBERS;
        if (!isSettled(unit.stamps, at, this.#context.startedAt)) continue;
        scope.learn(unit.stamps, at, entry);
        this.#hasLearned = true;
      } else if (unit.kind === 'objects') {
        scope.learn(rowOfHex(unit.objects[index]?.oid ?? ''), 0, entry);
        this.#hasLearned = true;
      }
    }
  }

  /** Whether this text was scanned and nothing found. */
  isClean(text: Uint8Array): boolean {
    const known = this.#texts().find(rowOfText(text));
    return known !== undefined && (known.untried ?? []).length === 0;
  }

  learnClean(text: Uint8Array): void {
    this.#texts().learn(rowOfText(text), 0, { state: 1, matches: [] });
  }

  /** Writes what was learned, and makes room. Never throws: see `onTrouble`. */
  save(): void {
    const { folder, maxBytes, now, onTrouble } = this.#context;
    try {
      for (const scope of this.#scopes.values()) scope.save();
      if (this.#hasLearned) this.#ruleSets.save();
      for (const memory of this.#memories.values()) memory.save();
      evict(folder, maxBytes, now());
    } catch (error) {
      onTrouble(error as Error);
    }
  }

  /** What walks through histories found. */
  get history(): HistoryMemory {
    return {
      isSettled: (stamp) => isSettled(stamp, 0, this.#context.startedAt),
      recall: (repository, state) => this.#memoryOf(repository)?.recall(state) ?? {},
      keep: (repository, state, facts) => this.#memoryOf(repository)?.keep(state, facts),
    };
  }

  #memoryOf({ gitDir }: Repository): RepositoryMemory | undefined {
    const instance = this.#instance(gitDir);
    if (instance === undefined) return undefined;
    const { folder, key, maxBytes, now } = this.#context;
    const about = this.#about(['history', ...instance]);
    const known = this.#memories.get(about) ?? new RepositoryMemory({ folder, key, about, maxBytes, now });
    this.#memories.set(about, known);
    return known;
  }

  #texts(): Scope {
    return this.#scope('objects', ['texts']);
  }

  #scopeOf(unit: Unit, options: SourceOptions): Scope | undefined {
    const { archives, binaries, maxFileBytes } = options;
    const how = [String(archives), String(binaries), String(maxFileBytes)];
    switch (unit.kind) {
      case 'files':
        return this.#scope('files', ['files', unit.log ? 'log' : 'text', unit.root, ...how]);
      case 'objects':
        return this.#ofRepository(unit.repository.gitDir, how);
      case 'bytes':
      case 'ring':
        return undefined;
    }
  }

  #ofRepository(gitDir: string, how: readonly string[]): Scope | undefined {
    const instance = this.#instance(gitDir);
    return instance === undefined ? undefined : this.#scope('objects', ['objects', ...instance, ...how]);
  }

  #instance(gitDir: string): readonly string[] | undefined {
    const instance = this.#instances.has(gitDir) ? this.#instances.get(gitDir) : instanceOf(gitDir);
    this.#instances.set(gitDir, instance);
    return instance;
  }

  #about(parts: readonly string[]): string {
    const { key, engine } = this.#context;
    return createHmac('sha256', key).update(JSON.stringify([engine, ...parts])).digest('hex');
  }

  #scope(kind: Kind, parts: readonly string[]): Scope {
    const { folder, key, rules, maxBytes, now } = this.#context;
    const about = this.#about(parts);
    const known = this.#scopes.get(about) ?? new Scope({ folder, key, about, kind, rules: rules.id, changedSince: (id) => this.#ruleSets.changedSince(id), maxBytes, now });
    this.#scopes.set(about, known);
    return known;
  }
}

/**
 * A repository as it lies there. What one repository says of an object is not believed of another: git does not compare an
 * object's bytes with its name when it reads them, so that a hostile one could give a harmless text for any name.
 */
function instanceOf(gitDir: string): readonly string[] | undefined {
  const stat = statSync(gitDir, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const { dev, ino, birthtimeMs } = stat;
  return [gitDir, String(dev), String(ino), String(birthtimeMs)];
}

function find(scope: Scope, unit: Unit, index: number): ReturnType<Scope['find']> {
  if (unit.kind === 'files') return unit.stamps === undefined ? undefined : scope.find(unit.stamps, index * STAMP_NUMBERS);
  return unit.kind === 'objects' ? scope.find(rowOfHex(unit.objects[index]?.oid ?? '')) : undefined;
}

/** The first 128 bits of an object's name. */
function rowOfHex(hex: string): readonly number[] {
  return [0, 8, 16, 24].map((at) => Number.parseInt(hex.slice(at, at + 8), 16));
}

function rowOfText(text: Uint8Array): readonly number[] {
  return rowOfHex(createHash('sha256').update(text).digest('hex'));
}
