import { cpus } from 'node:os';
import type { Piscina } from 'piscina';
import { pathOf, type Skip, type Unit } from '../model/index.ts';
import type { ThreadRules, UnitRequest, UnitResult } from '../scan-worker.ts';
import { ASSETS } from '../assets.ts';
import { partsOf } from './parts-of-unit.ts';
import { Stuck, watchPulse } from './watch-pulse.ts';

export interface PoolOptions {
  /** Worker threads; at least one. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** What people's own rules change of the built-in ones. */
  readonly changes?: ThreadRules['changes'];
  /** How long a thread may compute on one piece of a file (a megabyte) before it is ended; half a minute unless told. */
  readonly stuckMs?: number;
}

/** Units in flight for each worker: one at work, one ready. */
const AHEAD = 2;
/** So much work is done on this thread, where starting workers would take longer than the scan. */
const INLINE_PATHS = 24;
const INLINE_OBJECTS = 64;
const INLINE_BYTES = 2 << 20;
/** A megabyte takes a thread a hundredth of a second; on a crowded machine, a second. */
const STUCK_MS = 30_000;

/**
 * Scans units on worker threads, at most `jobs × 2` in flight, and yields results as they come. A little work is done
 * on the calling thread without starting any. Ends early, without throwing, once the signal fires: what was not
 * scanned is for the caller to count. A thread that dies or gets stuck costs the file it was at: the other parts of its
 * unit are scanned again, each alone.
 */
export async function* scanUnits(requests: AsyncIterable<UnitRequest>, options: PoolOptions): AsyncGenerator<UnitResult> {
  const iterator = requests[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const second = await iterator.next();
  if (second.done === true && isSmall(first.value.unit)) {
    const { scanUnit } = await import('../scan-worker.ts');
    yield await guarded(first.value, () => scanUnit(first.value, options.changes));
    return;
  }
  yield* pooled(replay([first.value, ...(second.done === true ? [] : [second.value])], iterator), options);
}

type Pool = Piscina<UnitRequest, UnitResult>;

async function* pooled(requests: AsyncIterable<UnitRequest>, options: PoolOptions): AsyncGenerator<UnitResult> {
  const { jobs, signal, changes } = options;
  const [{ Piscina }, rules] = await Promise.all([import('piscina'), changes === undefined ? undefined : import('../scan-worker.ts').then(({ threadRules }) => threadRules(changes))]);
  const threads = Math.max(1, Math.min(jobs, cpus().length * 2));
  const pool: Pool = new Piscina({
    filename: ASSETS.worker.href,
    name: 'scanUnitOnThread',
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    ...(rules === undefined ? {} : { workerData: { tokenwarden: rules } }),
  });
  const running = new Set<Promise<void>>();
  const done: UnitResult[] = [];
  const start = (request: UnitRequest): void => {
    const task: Promise<void> = onThread(pool, request, options).then((results) => {
      running.delete(task);
      done.push(...results);
    });
    running.add(task);
  };
  try {
    for await (const request of requests) {
      if (signal.aborted) break;
      start(request);
      while (running.size >= threads * AHEAD) await Promise.race(running);
      yield* done.splice(0);
    }
    while (running.size > 0) {
      await Promise.race(running);
      yield* done.splice(0);
    }
    yield* done.splice(0);
  } finally {
    await pool.destroy().catch(() => undefined);
  }
}

/** Never throws. Where a thread died on a unit of several files, each of them is scanned alone, and only the guilty one is a gap. */
async function onThread(pool: Pool, request: UnitRequest, options: PoolOptions): Promise<readonly UnitResult[]> {
  const watch = watchPulse(options.stuckMs ?? STUCK_MS);
  try {
    return [await pool.run({ ...request, pulse: watch.pulse }, { signal: AbortSignal.any([options.signal, watch.signal]) })];
  } catch (error) {
    const why = watch.signal.aborted ? watch.signal.reason : error;
    const parts = options.signal.aborted ? [] : partsOf(request.unit);
    if (parts.length < 2) return [gapOf(request, options.signal.aborted ? error : why)];
    const results: UnitResult[] = [];
    for (const unit of parts) results.push(...(await onThread(pool, { ...request, unit }, options)));
    return results;
  } finally {
    watch.end();
  }
}

/** A unit whose worker died is a gap, not the end of the run. */
async function guarded(request: UnitRequest, run: () => Promise<UnitResult>): Promise<UnitResult> {
  try {
    return await run();
  } catch (error) {
    return gapOf(request, error);
  }
}

function gapOf(request: UnitRequest, error: unknown): UnitResult {
  const aborted = error instanceof Error && error.name === 'AbortError' && !(error instanceof Stuck);
  const skip: Skip = { what: nameOf(request.unit), reason: aborted ? 'interrupted' : 'worker-failed', ...(aborted ? {} : { detail: error instanceof Error ? error.message : String(error) }) };
  return { matches: [], secrets: new Uint8Array(0), events: [{ type: 'skipped', skip }] };
}

function nameOf(unit: Unit): string {
  switch (unit.kind) {
    case 'files':
      return unit.paths.length === 1 ? (unit.paths[0] ?? unit.root) : `${unit.paths[0] ?? unit.root} and ${unit.paths.length - 1} more`;
    case 'objects':
      return unit.objects.length === 1 ? (unit.objects[0]?.oid ?? '') : `${unit.objects[0]?.oid ?? ''} and ${unit.objects.length - 1} more objects`;
    case 'bytes':
    case 'ring':
      return pathOf(unit.origin);
  }
}

function isSmall(unit: Unit): boolean {
  switch (unit.kind) {
    case 'files':
      return unit.paths.length <= INLINE_PATHS && unit.small === true;
    case 'objects':
      return unit.objects.length <= INLINE_OBJECTS && unit.objects.reduce((sum, object) => sum + object.sizeBytes, 0) <= INLINE_BYTES;
    case 'bytes':
      return unit.bytes.length <= INLINE_BYTES;
    case 'ring':
      return false; // its other end is this thread
  }
}

async function* replay<T>(first: readonly T[], rest: AsyncIterator<T>): AsyncGenerator<T> {
  yield* first;
  for (;;) {
    const next = await rest.next();
    if (next.done === true) return;
    yield next.value;
  }
}
