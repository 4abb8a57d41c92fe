/**
 * What a worker thread runs, and what this thread runs in its place when there is little to do: scanners of the built-in rules and of what people change of them.
 */
import { readFileSync } from 'node:fs';
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { ASSETS } from './assets.ts';
import { readTables, Scanner, type Tables } from './detect/index.ts';
import { countOf, eventOf, itemAt, pickOf, type CoverageEvent, type ItemState } from './model/index.ts';
import { applyChanges, type RuleChanges } from './rules/own/changes.ts';
import { MergedRules } from './rules/own/merged-rules.ts';
import { loadLinearEngine } from './rules/pattern/linear-engine.ts';
import { readStoredCatalogue, StoredCatalogue } from './rules/stored-catalogue.ts';
import { Pulse } from './worker/pulse.ts';
import { scanWith, type UnitRequest } from './worker/scan-unit.ts';
import type { UnitResult } from './worker/unit-result.ts';

export type { UnitRequest } from './worker/scan-unit.ts';
export type { UnitResult } from './worker/unit-result.ts';

/** What worker threads are started with, so that none reads or compiles it again: the bytes lie in shared memory. */
export interface ThreadData {
  readonly prefilter: WebAssembly.Module;
  /** The file of the built-in catalogue. */
  readonly catalogue: Uint8Array;
  readonly tables: Tables;
  readonly changes?: RuleChanges;
  /** Where Node keeps compiled code between runs. */
  readonly compiled?: string;
  /** Where the one thread shows that it gets on: see `Pulse`. */
  readonly pulse?: SharedArrayBuffer;
}

export interface ThreadTask {
  readonly request: UnitRequest;
}

export type ThreadAnswer = { readonly result: UnitResult } | { readonly error: { readonly name: string; readonly message: string } };

let prefilter: WebAssembly.Module | undefined;
const scanners = new Map<RuleChanges | undefined, Promise<Scanner>>();

/** Scans one unit with the built-in rules and `changes`. Never throws for what lies in the unit: trouble becomes a skip. */
export async function scanUnit(request: UnitRequest, changes?: RuleChanges): Promise<UnitResult> {
  if (request.only === undefined) return scanWith(await scannerFor(changes), request, undefined);
  return scanUntried(request, request.only, undefined, () => scannerFor(changes), (ids) => smallScanner(ids, prefilterModule(), readStoredCatalogue(ASSETS.catalogue), changes));
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
  return new Scanner(module, new MergedRules(catalogue, changes), tables);
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
async function scanUntried(request: UnitRequest, only: readonly string[], pulse: Pulse | undefined, all: () => Promise<Scanner>, few: (ids: readonly string[]) => Promise<Scanner>): Promise<UnitResult> {
  const { unit } = request;
  const { learned } = await scanWith(await few(only), { ...request, learn: true }, pulse);
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
  const rest = others.length === 0 ? undefined : await scanWith(await all(), { ...request, unit: pickOf(unit, others) }, pulse);
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
  const pulse = data.pulse === undefined ? undefined : new Pulse(data.pulse);
  const scan = async (request: UnitRequest): Promise<UnitResult> => {
    if (request.only === undefined) return scanWith(await scanner, request, pulse);
    return scanUntried(request, request.only, pulse, () => scanner, (ids) => smallScanner(ids, data.prefilter, catalogue, data.changes));
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
