/**
 * The worker-thread half of the pipeline, and the only file beside `audit.ts` that knows two stages: it opens a unit
 * with `sources` and gives its blobs to `detect`, so that a file is read straight into the scanner's memory.
 */
import { readFileSync } from 'node:fs';
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { ASSETS } from './assets.ts';
import { readTables, Scanner, type Tables } from './detect/index.ts';
import { addCounts, countOf, eventOf, itemAt, NO_COUNTS, pathOf, pickOf, SkipError, stateOf, storable, type Blob, type CoverageEvent, type ItemState, type Learned, type RawMatch, type ScanOutput, type SourceOptions, type StoredMatch, type Unit } from './model/index.ts';
import { applyChanges, type RuleChanges } from './rules/own/changes.ts';
import { loadLinearEngine } from './rules/pattern/linear-engine.ts';
import { readStoredCatalogue, StoredCatalogue } from './rules/stored-catalogue.ts';
import { readUnit } from './sources/index.ts';

export interface UnitRequest {
  readonly unit: Unit;
  readonly options: SourceOptions;
  /** Ids of the only rules that need to be tried, as the others found nothing in these very things before. */
  readonly only?: readonly string[];
  /** Whether to tell what was learned, for a cache. */
  readonly learn?: boolean;
  /** Where the thread shows that it gets on: see `beating`. */
  readonly pulse?: SharedArrayBuffer;
}

export interface UnitResult extends ScanOutput {
  readonly events: readonly CoverageEvent[];
  readonly learned?: Learned;
}

/** What worker threads are started with, so that none reads or compiles it again: the bytes lie in shared memory. */
export interface ThreadData {
  readonly prefilter: WebAssembly.Module;
  /** The file of the built-in catalogue. */
  readonly catalogue: Uint8Array;
  readonly tables: Tables;
  readonly changes?: RuleChanges;
  /** Where Node keeps compiled code between runs. */
  readonly compiled?: string;
}

export interface ThreadTask {
  readonly request: UnitRequest;
}

export type ThreadAnswer = { readonly result: UnitResult } | { readonly error: { readonly name: string; readonly message: string } };

let prefilter: WebAssembly.Module | undefined;
const scanners = new Map<RuleChanges | undefined, Promise<Scanner>>();

/** Scans one unit with the built-in rules and `changes`. Never throws for what lies in the unit: trouble becomes a skip. */
export async function scanUnit(request: UnitRequest, changes?: RuleChanges): Promise<UnitResult> {
  if (request.only === undefined) return scanUnitWith(await scannerFor(changes), request);
  return scanUntried(request, request.only, () => scannerFor(changes), (ids) => smallScanner(ids, prefilterModule(), readStoredCatalogue(ASSETS.catalogue), changes));
}

/** Makes ready what `scanUnit` needs, while somebody waits for something else. Never rejects. */
export async function prepareToScan(changes?: RuleChanges): Promise<void> {
  await scannerFor(changes).catch(() => undefined);
}

/** Compiles own rules into the prefilter's tables, once for all threads, and shares what is the same for all. */
export async function threadData(changes?: RuleChanges): Promise<ThreadData> {
  const tables = changes === undefined ? readTables(shared(readFileSync(ASSETS.tables)), readFileSync(ASSETS.prefilter)) : await tablesFor(changes);
  const compiled = getCompileCacheDir();
  return {
    prefilter: prefilterModule(),
    catalogue: shared(readFileSync(ASSETS.catalogue)),
    tables: changes === undefined ? tables : { ...tables, bytes: shared(tables.bytes) },
    ...(changes === undefined ? {} : { changes }),
    ...(compiled === undefined ? {} : { compiled }),
  };
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function prefilterModule(): WebAssembly.Module {
  return (prefilter ??= new WebAssembly.Module(readFileSync(ASSETS.prefilter)));
}

function scannerFor(changes: RuleChanges | undefined): Promise<Scanner> {
  const made = scanners.get(changes) ?? createScanner(changes);
  scanners.set(changes, made);
  return made;
}

async function createScanner(changes: RuleChanges | undefined): Promise<Scanner> {
  const catalogue = readStoredCatalogue(ASSETS.catalogue);
  const tables = changes === undefined ? readTables(readFileSync(ASSETS.tables), readFileSync(ASSETS.prefilter)) : await tablesFor(changes);
  return scannerOver(prefilterModule(), catalogue, tables, changes);
}

async function scannerOver(module: WebAssembly.Module, catalogue: StoredCatalogue, tables: Tables, changes: RuleChanges | undefined): Promise<Scanner> {
  if (changes === undefined) return new Scanner(module, catalogue, tables);
  if (changes.added.some(({ engine, except }) => engine === 'linear' || except !== undefined)) await loadLinearEngine();
  return new Scanner(module, applyChanges(catalogue.rules, changes), tables);
}

const small = new Map<string, Promise<Scanner>>();

/** A scanner of a few rules. */
function smallScanner(ids: readonly string[], module: WebAssembly.Module, catalogue: StoredCatalogue, changes: RuleChanges | undefined): Promise<Scanner> {
  const key = ids.join(' ');
  const made = small.get(key) ?? createSmallScanner(ids, module, catalogue, changes);
  small.set(key, made);
  return made;
}

async function createSmallScanner(ids: readonly string[], module: WebAssembly.Module, catalogue: StoredCatalogue, changes: RuleChanges | undefined): Promise<Scanner> {
  const { compileTables } = await import('./detect/engine/tables.ts');
  const own = new Map(changes?.added.map((rule) => [rule.id, rule]));
  const rules = ids.flatMap((id) => own.get(id) ?? catalogue.get(id) ?? []);
  if (rules.some(({ engine, except }) => engine === 'linear' || except !== undefined)) await loadLinearEngine();
  return new Scanner(module, rules, compileTables(rules));
}

/** Tries a few rules; what one of them finds anything in is scanned with all of them. */
async function scanUntried(request: UnitRequest, only: readonly string[], all: () => Promise<Scanner>, few: (ids: readonly string[]) => Promise<Scanner>): Promise<UnitResult> {
  const { unit } = request;
  const { learned } = await scanUnitWith(await few(only), { ...request, learn: true });
  const found = new Set(learned?.matches.map(({ index }) => index));
  const clean: number[] = [];
  const others: number[] = [];
  const states: ItemState[] = [];
  const events: CoverageEvent[] = [];
  for (let index = 0; index < countOf(unit); index += 1) {
    const state = (learned?.states[index] ?? 0) as ItemState;
    const item = itemAt(unit, index);
    if (state === 0 || item === undefined || found.has(index)) {
      others.push(index);
      continue;
    }
    clean.push(index);
    states.push(state);
    events.push(eventOf(item, state));
  }
  const rest = others.length === 0 ? undefined : await scanUnitWith(await all(), { ...request, unit: pickOf(unit, others) });
  return {
    matches: rest?.matches ?? [],
    secrets: rest?.secrets ?? new Uint8Array(0),
    events: [...events, ...(rest?.events ?? [])],
    learned: {
      unit: pickOf(unit, [...clean, ...others]),
      states: Uint8Array.from([...states, ...(rest?.learned?.states ?? [])]),
      matches: (rest?.learned?.matches ?? []).map(({ index, matches }) => ({ index: index + clean.length, matches })),
    },
  };
}

async function tablesFor(changes: RuleChanges): Promise<Tables> {
  const [{ extendTables }, { readAnchors }] = await Promise.all([import('./detect/engine/extend-tables.ts'), import('./detect/engine/stored-tables.ts')]);
  const { rules, ids } = readStoredCatalogue(ASSETS.catalogue);
  const merged = applyChanges(rules, changes);
  const indexOf = new Map(merged.map(({ id }, index) => [id, index]));
  const added = changes.added.map((rule) => ({ rule, index: indexOf.get(rule.id) ?? 0 }));
  const isNew = new Set(changes.added.map(({ id }) => id));
  const { bytes, layout, ruleStarts, ruleIndexes, reach } = extendTables(readAnchors(readFileSync(ASSETS.anchors, 'utf8')), { rules: merged, kept: ids.map((id) => (isNew.has(id) ? undefined : indexOf.get(id))), added });
  return { bytes, layout, ruleStarts, ruleIndexes, reach };
}

/** Tasks after which a thread keeps its compiled code for the next run. */
const KEEP_AFTER = 3;

/** On a thread of `pipeline/threads.ts`: answers tasks one after another, in their order. */
function serve(port: MessagePort, data: ThreadData): void {
  const catalogue = new StoredCatalogue(Buffer.from(data.catalogue.buffer, data.catalogue.byteOffset, data.catalogue.byteLength));
  const scanner = scannerOver(data.prefilter, catalogue, data.tables, data.changes);
  const scan = async (request: UnitRequest): Promise<UnitResult> => {
    if (request.only === undefined) return scanUnitWith(await scanner, request);
    return scanUntried(request, request.only, () => scanner, (ids) => smallScanner(ids, data.prefilter, catalogue, data.changes));
  };
  let last: Promise<void> = Promise.resolve();
  const answer = async (request: UnitRequest): Promise<void> => {
    try {
      const result = await scan(request);
      port.postMessage({ result } satisfies ThreadAnswer, [result.secrets.buffer as ArrayBuffer]);
    } catch (error) {
      port.postMessage({ error: error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) } } satisfies ThreadAnswer);
    }
  };
  let answered = 0;
  port.on('message', ({ request }: ThreadTask) => {
    last = last.then(async () => {
      await answer(request);
      answered += 1;
      // Threads are ended and do not end: by now most of the code has run.
      if (answered === KEEP_AFTER && data.compiled !== undefined) flushCompileCache();
    });
  });
}

const { tokenwarden } = (workerData ?? {}) as { readonly tokenwarden?: ThreadData };
if (tokenwarden !== undefined && parentPort !== null) serve(parentPort, tokenwarden);

async function scanUnitWith(engine: Scanner, { unit, options, learn, pulse: shared }: UnitRequest): Promise<UnitResult> {
  const pulse = shared === undefined ? undefined : new Int32Array(shared);
  const events: CoverageEvent[] = [];
  const outputs: ScanOutput[] = [];
  const lesson = learn === true ? new Lesson(unit, events, outputs) : undefined;
  for await (const blob of readUnit(unit, options, (event) => void events.push(event), lesson?.ended)) {
    try {
      const output = await engine.scan(pulse === undefined ? blob : beating(blob, pulse));
      if (output.matches.length > 0) outputs.push(output);
      if (output.decodeBudgetSpent) events.push({ type: 'skipped', skip: { what: pathOf(blob.origin), reason: 'decode-budget', detail: 'encoded text in it was not all decoded' } });
    } catch (error) {
      if (!(error instanceof SkipError)) throw error;
      events.push({ type: 'skipped', skip: error.skip });
    } finally {
      if (pulse !== undefined) Atomics.store(pulse, 0, 0);
      await blob.close?.();
    }
  }
  return { ...join(outputs), events: summed(events), ...(lesson === undefined ? {} : { learned: lesson.learned }) };
}

/** The same with all that was scanned in one event: each of thousands of them would be copied from thread to thread. */
function summed(events: readonly CoverageEvent[]): readonly CoverageEvent[] {
  const rest = events.filter(({ type }) => type !== 'scanned');
  if (events.length - rest.length < 2) return events;
  const counts = events.reduce((sum, event) => (event.type === 'scanned' ? addCounts(sum, event.counts) : sum), NO_COUNTS);
  return [{ type: 'scanned', counts }, ...rest];
}

/** Watches a unit being scanned, and says of each thing in it what a cache may remember. */
class Lesson {
  readonly #unit: Unit;
  readonly #events: readonly CoverageEvent[];
  readonly #outputs: readonly ScanOutput[];
  readonly #states: Uint8Array;
  readonly #matches: { readonly index: number; readonly matches: readonly StoredMatch[] }[] = [];
  #seenEvents = 0;
  #seenOutputs = 0;

  constructor(unit: Unit, events: readonly CoverageEvent[], outputs: readonly ScanOutput[]) {
    this.#unit = unit;
    this.#events = events;
    this.#outputs = outputs;
    this.#states = new Uint8Array(countOf(unit));
  }

  get learned(): Learned {
    return { unit: this.#unit, states: this.#states, matches: this.#matches };
  }

  readonly ended = (index: number, steady: boolean): void => {
    const events = this.#events.slice(this.#seenEvents);
    const outputs = this.#outputs.slice(this.#seenOutputs);
    this.#seenEvents = this.#events.length;
    this.#seenOutputs = this.#outputs.length;
    const item = itemAt(this.#unit, index);
    const matches = storable(outputs.flatMap((output) => output.matches));
    if (!steady || item === undefined || matches === undefined) return;
    this.#states[index] = stateOf(item, events);
    if (matches.length > 0) this.#matches.push({ index, matches });
  };
}

/**
 * The blob, with a count at the start of the pulse that is odd from the return of one read to the call of the next: while the
 * thread computes. If it stays odd and the same, the thread is stuck; while it waits for bytes it is even.
 */
function beating(blob: Blob, pulse: Int32Array): Blob {
  const beat = (parity: 0 | 1): void => {
    const now = Atomics.load(pulse, 0);
    Atomics.store(pulse, 0, now + ((now & 1) === parity ? 2 : 1));
  };
  return {
    ...blob,
    read(target) {
      beat(0);
      const count = blob.read(target);
      if (typeof count === 'number') {
        beat(1);
        return count;
      }
      return count.finally(() => beat(1));
    },
  };
}

/** One buffer of plaintext for all blobs of a unit. */
function join(outputs: readonly ScanOutput[]): ScanOutput {
  const secrets = new Uint8Array(outputs.reduce((sum, output) => sum + output.secrets.length, 0));
  const matches: RawMatch[] = [];
  let base = 0;
  for (const output of outputs) {
    secrets.set(output.secrets, base);
    for (const match of output.matches) {
      matches.push({
        ...match,
        secret: { offset: match.secret.offset + base, length: match.secret.length },
        companions: match.companions.map((part) => ({ ...part, secret: { offset: part.secret.offset + base, length: part.secret.length } })),
      });
    }
    base += output.secrets.length;
  }
  return { matches, secrets };
}
