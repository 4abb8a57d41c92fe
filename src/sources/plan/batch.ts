import { STAMP_NUMBERS, stampOf, type GitObject, type Note, type Repository, type Stampable, type Unit } from '../../model/index.ts';
import type { PlanContext } from './target.ts';

export interface FileEntry {
  readonly path: string;
  readonly status: Stampable;
}

/** A unit is a message to a thread and one back, and a thread may wait for the last one. */
const MAX_FILES = 128;
const MAX_OBJECTS = 512;
const MAX_BYTES = 8 << 20;
const SMALL_BYTES = 2 << 20;
const NONE: readonly Unit[] = [];

/** Gathers things into units of bounded number and size, and notes them as planned when a unit is handed out. Big ones stand alone. */
abstract class Batcher<Item> {
  #items: Item[] = [];
  #bytes = 0;
  readonly #max: number;
  readonly #taken: Set<string> | undefined;

  /** `taken` is undefined where no two items can be the same. */
  constructor(max: number, taken: Set<string> | undefined) {
    this.#max = max;
    this.#taken = taken;
  }

  /** Units that are full now, in order. What another target of the run has brought in already is passed over. */
  add(item: Item): readonly Unit[] {
    if (this.#taken !== undefined && this.#isTaken(this.#taken, item)) return NONE;
    const bytes = this.bytesOf(item);
    if (bytes >= MAX_BYTES) return [...this.flush(), this.unit([item], bytes)];
    const full = this.#bytes + bytes > MAX_BYTES ? this.flush() : NONE;
    this.#items.push(item);
    this.#bytes += bytes;
    return this.#items.length >= this.#max ? [...full, ...this.flush()] : full;
  }

  /** The last unit, if anything is left. */
  flush(): readonly Unit[] {
    if (this.#items.length === 0) return NONE;
    const [items, bytes] = [this.#items, this.#bytes];
    this.#items = [];
    this.#bytes = 0;
    return [this.unit(items, bytes)];
  }

  #isTaken(taken: Set<string>, item: Item): boolean {
    const key = this.key(item);
    const known = taken.has(key);
    if (!known) taken.add(key);
    return known;
  }

  /** What the item is in the whole run. */
  protected abstract key(item: Item): string;

  protected abstract bytesOf(item: Item): number;

  protected abstract unit(items: readonly Item[], bytes: number): Unit;
}

export class FileBatcher extends Batcher<FileEntry> {
  readonly #root: string;
  readonly #log: boolean;
  readonly #note: Note;

  constructor(root: string, log: boolean, plan: PlanContext) {
    super(MAX_FILES, plan.taken);
    this.#root = root;
    this.#log = log;
    this.#note = plan.note;
  }

  protected override key({ path }: FileEntry): string {
    return `${this.#log ? 'log' : 'file'} ${this.#root.replace(/\/$/, '')}/${path}`;
  }

  protected override bytesOf({ status }: FileEntry): number {
    return status.size;
  }

  protected override unit(items: readonly FileEntry[], bytes: number): Unit {
    this.#note({ type: 'planned', counts: { files: items.length, bytes } });
    const stamps = new Float64Array(items.length * STAMP_NUMBERS);
    for (let index = 0; index < items.length; index += 1) stamps.set(stampOf((items[index] as FileEntry).status), index * STAMP_NUMBERS);
    return { kind: 'files', root: this.#root, paths: items.map(({ path }) => path), log: this.#log, small: bytes <= SMALL_BYTES, sizeBytes: bytes, stamps };
  }
}

export class ObjectBatcher extends Batcher<GitObject> {
  readonly #repository: Repository;
  readonly #note: Note;

  /** `isOnce`: no object is added twice. */
  constructor(repository: Repository, plan: PlanContext, isOnce = false) {
    super(MAX_OBJECTS, plan.taken ?? (isOnce ? undefined : new Set()));
    this.#repository = repository;
    this.#note = plan.note;
  }

  protected override key({ oid, origin }: GitObject): string {
    return `object ${oid} of ${this.#repository.gitDir}${origin.kind === 'staged' ? ` at ${origin.path}` : ''}`;
  }

  protected override bytesOf({ sizeBytes }: GitObject): number {
    return sizeBytes;
  }

  protected override unit(items: readonly GitObject[], bytes: number): Unit {
    const commits = items.filter(({ type }) => type === 'commit').length;
    this.#note({ type: 'planned', counts: { commits, blobs: items.length - commits, bytes } });
    return { kind: 'objects', repository: this.#repository, objects: items };
  }
}
