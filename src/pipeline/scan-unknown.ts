import type { ScanCache } from '../cache/index.ts';
import { countOf, eventOf, itemAt, pickOf, restore, spansOf, STAMP_NUMBERS, type ByteSpan, type SourceOptions, type Unit } from '../model/index.ts';
import type { UnitRequest, UnitResult } from '../scan-worker.ts';
import { scanUnits, type PoolOptions } from './scan-pool.ts';

/** What earlier runs learned, and how to read secrets again at places that are known. */
export interface Knowledge {
  readonly cache: ScanCache;
  readonly readSpans: (unit: Unit, spans: readonly (readonly ByteSpan[])[], options: SourceOptions) => Promise<readonly (Uint8Array | undefined)[]>;
}

const MAX_ITEMS = { files: 128, objects: 512 } as const;
const MAX_BYTES = 8 << 20;
const SMALL_BYTES = 2 << 20;
const NOTHING: Omit<UnitResult, 'events'> = { matches: [], secrets: new Uint8Array(0) };

/**
 * Results of all units, as `scanUnits` gives them; but what is known is not scanned, and what has matches is only read at their
 * places. What is left of several units is scanned as one. What is learned goes into the cache, which is not saved here.
 */
export async function* scanUnknown(requests: AsyncIterable<UnitRequest>, options: PoolOptions, knowledge: Knowledge | undefined): AsyncGenerator<UnitResult> {
  if (knowledge === undefined) {
    yield* scanUnits(requests, options);
    return;
  }
  const known: UnitResult[] = [];
  let how: SourceOptions | undefined;
  const unknown = async function* (): AsyncGenerator<UnitRequest> {
    for await (const request of partRequests(requests, knowledge, known)) {
      how = request.options;
      yield { ...request, learn: true };
    }
  };
  const scanned = async function* (given: AsyncIterable<UnitRequest>): AsyncGenerator<UnitResult> {
    for await (const { learned, ...result } of scanUnits(given, options)) {
      yield* known.splice(0);
      if (learned !== undefined && how !== undefined) knowledge.cache.learn(learned, how);
      yield result;
    }
  };
  const unknownRequests = unknown();
  if (!knowledge.cache.isEmpty) {
    // Where nothing is to be scanned, nothing is made ready for it.
    const first = await unknownRequests.next();
    yield* known.splice(0);
    if (first.done === true) return;
    yield* scanned(prepend(first.value, unknownRequests));
  } else yield* scanned(unknownRequests);
  yield* known.splice(0);
}

async function* partRequests(requests: AsyncIterable<UnitRequest>, { cache, readSpans }: Knowledge, known: UnitResult[]): AsyncGenerator<UnitRequest> {
  let waiting: UnitRequest | undefined;
  let untriedWaiting: UnitRequest | undefined;
  for await (const request of requests) {
    const { events, found, rest, untried } = cache.part(request.unit, request.options);
    if (events.length > 0) known.push({ ...NOTHING, events });
    if (untried !== undefined) {
      const joined: Unit | undefined = untriedWaiting === undefined ? untried.unit : join(untriedWaiting.unit, untried.unit);
      if (joined === undefined) yield untriedWaiting as UnitRequest;
      untriedWaiting = { ...request, unit: joined ?? untried.unit, only: untried.rules };
      if (isFull(untriedWaiting.unit)) {
        yield untriedWaiting;
        untriedWaiting = undefined;
      }
    }
    let unread: Unit | undefined;
    if (found !== undefined) {
      const bytes = await readSpans(found.unit, found.matches.map(spansOf), request.options);
      const lost: number[] = [];
      for (const [index, stored] of found.matches.entries()) {
        const secrets = bytes[index];
        const item = itemAt(found.unit, index);
        if (secrets === undefined || item === undefined || secrets.length !== spansOf(stored).reduce((sum, { start, end }) => sum + end - start, 0)) lost.push(index);
        else known.push({ matches: restore(found.unit, index, stored), secrets, events: [eventOf(item, 1)] });
      }
      unread = lost.length === 0 ? undefined : pickOf(found.unit, lost);
    }
    for (const unit of [rest, unread]) {
      if (unit === undefined) continue;
      const joined: Unit | undefined = waiting === undefined ? unit : join(waiting.unit, unit);
      if (joined === undefined) {
        yield waiting as UnitRequest;
        waiting = { ...request, unit };
      } else waiting = { ...request, unit: joined };
    }
    if (waiting !== undefined && isFull(waiting.unit)) {
      yield waiting;
      waiting = undefined;
    }
  }
  if (untriedWaiting !== undefined) yield untriedWaiting;
  if (waiting !== undefined) yield waiting;
}

async function* prepend<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

/** Both as one unit, if they are of one place and small enough together. */
function join(a: Unit, b: Unit): Unit | undefined {
  if (bytesOf(a) + bytesOf(b) > MAX_BYTES || countOf(a) + countOf(b) > maxOf(a)) return undefined;
  if (a.kind === 'objects' && b.kind === 'objects' && a.repository.gitDir === b.repository.gitDir) return { ...a, objects: [...a.objects, ...b.objects] };
  if (a.kind !== 'files' || b.kind !== 'files' || a.root !== b.root || a.log !== b.log || a.stamps === undefined || b.stamps === undefined) return undefined;
  const stamps = new Float64Array(a.stamps.length + b.stamps.length);
  stamps.set(a.stamps);
  stamps.set(b.stamps, a.stamps.length);
  return { ...a, paths: [...a.paths, ...b.paths], stamps, small: bytesOf(a) + bytesOf(b) <= SMALL_BYTES, sizeBytes: bytesOf(a) + bytesOf(b) };
}

/** Whether waiting for more would not fill it much better. */
function isFull(unit: Unit): boolean {
  return countOf(unit) * 2 > maxOf(unit) || bytesOf(unit) * 2 > MAX_BYTES;
}

function maxOf(unit: Unit): number {
  return unit.kind === 'files' || unit.kind === 'objects' ? MAX_ITEMS[unit.kind] : 1;
}

function bytesOf(unit: Unit): number {
  if (unit.kind === 'objects') return unit.objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (unit.kind !== 'files' || unit.stamps === undefined) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let at = 2; at < unit.stamps.length; at += STAMP_NUMBERS) sum += unit.stamps[at] as number;
  return sum;
}
