import { cpus } from 'node:os';
import { setImmediate as afterEvents } from 'node:timers/promises';
import { Stopped } from '../lib/stopped.ts';
import { pathOf, type Skip, type Unit } from '../model/index.ts';
import type { ThreadData, UnitRequest, UnitResult } from '../scan-worker.ts';
import { partsOf } from './parts-of-unit.ts';
import type { Threads } from './threads.ts';

export interface PoolOptions {
  /** Worker threads; at least one. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** What people's own rules change of the built-in ones. */
  readonly changes?: NonNullable<ThreadData['changes']>;
  /** How long a thread may compute on one piece of a file (a megabyte) before it is ended; half a minute unless told. */
  readonly stuckMs?: number;
}

/** Units in flight for each worker: one at work, one ready. */
const AHEAD = 2;
/** Names of files cost nothing while they wait, and of more units the largest can go first. */
const FILES_AHEAD = 16;
/** So much work is done on this thread: starting others would take longer. */
const INLINE_UNITS = 8;
const INLINE_BYTES = 3 << 20;
/** A comment that is in memory already costs less than a file. */
const BYTES_UNIT = 0.05;
const FILES_OF_UNIT = 64;
/** A megabyte takes a thread a hundredth of a second; on a crowded machine, a second. */
const STUCK_MS = 30_000;

/**
 * Scans units on worker threads, few in flight, and yields results as they come. A little work is done
 * on the calling thread without starting any. Ends early, without throwing, once the signal fires: what was not
 * scanned is for the caller to count. A thread that dies or gets stuck costs the file it was at: the other parts of its
 * unit are scanned again, each alone.
 */
export async function* scanUnits(requests: AsyncIterable<UnitRequest>, options: PoolOptions): AsyncGenerator<UnitResult> {
  const { changes, signal } = options;
  const iterator = requests[Symbol.asyncIterator]();
  const pending = iterator.next();
  const { prepareToScan, scanUnit } = await import('../scan-worker.ts');
  // While git is waited for, this thread makes ready what it needs itself; a folder is listed at once, and threads come first.
  if (!(await Promise.race([pending.then(() => true), afterEvents(false)]))) await prepareToScan(changes);
  const first: UnitRequest[] = [];
  let bytes = 0;
  let units = 0;
  for (let next = await pending; next.done !== true; next = await iterator.next()) {
    first.push(next.value);
    bytes += sizeOf(next.value.unit);
    units += unitsOf(next.value.unit);
    // A pattern of people's own is given little of this thread's time: nothing could end it.
    if (bytes > INLINE_BYTES || (changes === undefined ? units > INLINE_UNITS : first.length > 1)) {
      yield* pooled(replay(first, iterator), options);
      return;
    }
  }
  for (const request of first) {
    if (signal.aborted) return;
    yield await guarded(request, () => scanUnit(request, changes));
    await afterEvents();
  }
}

async function* pooled(requests: AsyncIterable<UnitRequest>, options: PoolOptions): AsyncGenerator<UnitResult> {
  const { jobs, signal, changes } = options;
  const [{ prepareToScan, threadData }, { Threads }] = await Promise.all([import('../scan-worker.ts'), import('./threads.ts')]);
  const most = Math.max(1, Math.min(jobs, cpus().length * 2));
  const threads = new Threads({ most, data: await threadData(changes), signal, stuckMs: options.stuckMs ?? STUCK_MS });
  const running = new Set<Promise<void>>();
  const done: UnitResult[] = [];
  const start = (request: UnitRequest): void => {
    const task: Promise<void> = onThread(threads, request, signal).then((results) => {
      running.delete(task);
      done.push(...results);
    });
    running.add(task);
  };
  try {
    for await (const request of requests) {
      if (signal.aborted) break;
      start(request);
      if (running.size === most) void prepareToScan(changes); // the names of files are scanned on this thread at the end of every run; now threads start
      while (running.size >= most * (request.unit.kind === 'files' ? FILES_AHEAD : AHEAD)) await Promise.race(running);
      yield* done.splice(0);
    }
    while (running.size > 0) {
      await Promise.race(running);
      yield* done.splice(0);
    }
    yield* done.splice(0);
  } finally {
    threads.end();
  }
}

/** Never throws. Where a thread died on a unit of several files, each of them is scanned alone, and only the guilty one is a gap. */
async function onThread(threads: Threads, request: UnitRequest, signal: AbortSignal): Promise<readonly UnitResult[]> {
  try {
    return [await threads.run(request)];
  } catch (error) {
    const parts = signal.aborted ? [] : partsOf(request.unit);
    if (parts.length < 2) return [gapOf(request, error)];
    const results: UnitResult[] = [];
    for (const unit of parts) results.push(...(await onThread(threads, { ...request, unit }, signal)));
    return results;
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
  const aborted = error instanceof Error && error.name === 'AbortError';
  const skip: Skip = { what: nameOf(request.unit), reason: error instanceof Stopped ? error.why : aborted ? 'interrupted' : 'worker-failed', ...(aborted ? {} : { detail: error instanceof Error ? error.message : String(error) }) };
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

/** An upper bound of its bytes; infinite for what is not to be scanned on this thread. */
function sizeOf(unit: Unit): number {
  switch (unit.kind) {
    case 'files':
      return unit.small === true ? (unit.sizeBytes ?? INLINE_BYTES / 2) : Number.POSITIVE_INFINITY;
    case 'objects':
      return unit.objects.reduce((sum, object) => sum + object.sizeBytes, 0);
    case 'bytes':
      return unit.bytes.length;
    case 'ring':
      return Number.POSITIVE_INFINITY; // its other end is this thread
  }
}

/** How much work it is beside its bytes. */
function unitsOf(unit: Unit): number {
  if (unit.kind === 'files') return Math.max(1, unit.paths.length / FILES_OF_UNIT);
  return unit.kind === 'bytes' ? BYTES_UNIT : 1;
}

async function* replay<T>(first: readonly T[], rest: AsyncIterator<T>): AsyncGenerator<T> {
  yield* first;
  for (;;) {
    const next = await rest.next();
    if (next.done === true) return;
    yield next.value;
  }
}
