import type { GitObject, Note, Repository, Unit } from '../../model/index.ts';
import type { PlanContext } from './target.ts';

export interface FileEntry {
  readonly path: string;
  readonly sizeBytes: number;
  /** See `stampOf`. */
  readonly stamp: readonly number[];
}

const MAX_FILES = 64;
const MAX_OBJECTS = 512;
const MAX_BYTES = 8 << 20;
const SMALL_BYTES = 2 << 20;

/** Gathers things into units of bounded number and size, and notes them as planned when a unit is handed out. Big ones stand alone. */
abstract class Batcher<Item extends { readonly sizeBytes: number }> {
  #items: Item[] = [];
  #bytes = 0;
  readonly #max: number;
  readonly #taken: Set<string>;

  constructor(max: number, { taken = new Set() }: PlanContext) {
    this.#max = max;
    this.#taken = taken;
  }

  /** Units that are full now, in order. What another target of the run has brought in already is passed over. */
  *add(item: Item): Generator<Unit> {
    const key = this.key(item);
    if (this.#taken.has(key)) return;
    this.#taken.add(key);
    if (item.sizeBytes >= MAX_BYTES) {
      yield* this.flush();
      yield this.unit([item], item.sizeBytes);
      return;
    }
    if (this.#bytes + item.sizeBytes > MAX_BYTES) yield* this.flush();
    this.#items.push(item);
    this.#bytes += item.sizeBytes;
    if (this.#items.length >= this.#max) yield* this.flush();
  }

  /** The last unit, if anything is left. */
  *flush(): Generator<Unit> {
    if (this.#items.length === 0) return;
    const [items, bytes] = [this.#items, this.#bytes];
    this.#items = [];
    this.#bytes = 0;
    yield this.unit(items, bytes);
  }

  /** What the item is in the whole run. */
  protected abstract key(item: Item): string;

  protected abstract unit(items: readonly Item[], bytes: number): Unit;
}

export class FileBatcher extends Batcher<FileEntry> {
  readonly #root: string;
  readonly #log: boolean;
  readonly #note: Note;

  constructor(root: string, log: boolean, plan: PlanContext) {
    super(MAX_FILES, plan);
    this.#root = root;
    this.#log = log;
    this.#note = plan.note;
  }

  protected override key({ path }: FileEntry): string {
    return `${this.#log ? 'log' : 'file'} ${this.#root.replace(/\/$/, '')}/${path}`;
  }

  protected override unit(items: readonly FileEntry[], bytes: number): Unit {
    this.#note({ type: 'planned', counts: { files: items.length, bytes } });
    return { kind: 'files', root: this.#root, paths: items.map(({ path }) => path), log: this.#log, small: bytes <= SMALL_BYTES, sizeBytes: bytes, stamps: Float64Array.from(items.flatMap(({ stamp }) => stamp)) };
  }
}

export class ObjectBatcher extends Batcher<GitObject> {
  readonly #repository: Repository;
  readonly #note: Note;

  constructor(repository: Repository, plan: PlanContext) {
    super(MAX_OBJECTS, plan);
    this.#repository = repository;
    this.#note = plan.note;
  }

  protected override key({ oid, origin }: GitObject): string {
    return `object ${oid} of ${this.#repository.gitDir}${origin.kind === 'staged' ? ` at ${origin.path}` : ''}`;
  }

  protected override unit(items: readonly GitObject[], bytes: number): Unit {
    const commits = items.filter(({ type }) => type === 'commit').length;
    this.#note({ type: 'planned', counts: { commits, blobs: items.length - commits, bytes } });
    return { kind: 'objects', repository: this.#repository, objects: items };
  }
}
