import { SkipError, STAMP_NUMBERS, type ByteSpan, type SourceOptions, type Unit } from '../model/index.ts';
import { openFile } from './read/file.ts';
import { readUnit } from './read-unit.ts';

/** Of a stored object, so much is read at a time. */
const CHUNK = 1 << 20;

/**
 * The bytes of the spans of each file or object of a unit, one after the other, as its scan would see them. Undefined for what
 * cannot be read, is not as it was planned any more, or holds other blobs than itself. Notes nothing.
 */
export async function readSpans(unit: Unit, spans: readonly (readonly ByteSpan[])[], options: SourceOptions): Promise<readonly (Uint8Array | undefined)[]> {
  if (unit.kind === 'files') return unit.paths.map((path, index) => spansOfFile(unit.root, path, unit.stamps?.subarray(index * STAMP_NUMBERS, (index + 1) * STAMP_NUMBERS), spans[index] ?? []));
  const all: (Uint8Array | undefined)[] = spans.map(() => undefined);
  let blobs: Uint8Array[] = [];
  let at = 0;
  const ended = (index: number): void => {
    all[index] = blobs.length === 1 ? blobs[0] : undefined;
    blobs = [];
    at = index + 1;
  };
  for await (const blob of readUnit(unit, options, () => undefined, ended)) {
    try {
      blobs.push(await spansOfStream(blob.read, spans[at] ?? []));
    } catch (error) {
      if (!(error instanceof SkipError)) throw error;
      blobs.push(new Uint8Array(0), new Uint8Array(0));
    } finally {
      await blob.close?.();
    }
  }
  return all;
}

function spansOfFile(root: string, path: string, stamp: Float64Array | undefined, spans: readonly ByteSpan[]): Uint8Array | undefined {
  if (stamp === undefined) return undefined;
  try {
    const file = openFile(root, path);
    try {
      if (!file.hasStamp(stamp) || spans.some(({ start, end }) => !(start >= 0 && end > start && end <= file.sizeBytes))) return undefined;
      const out = new Uint8Array(lengthOf(spans));
      let at = 0;
      for (const { start, end } of spans) at += file.random.readAt(out.subarray(at, at + end - start), start);
      return at === out.length && file.hasStamp(stamp) ? out : undefined;
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof SkipError) return undefined;
    throw error;
  }
}

/** Spans in any order, in one pass. Fewer bytes than they ask for is a `SkipError` of the stream's own, or an empty result. */
async function spansOfStream(read: (target: Uint8Array) => number | Promise<number>, spans: readonly ByteSpan[]): Promise<Uint8Array> {
  const out = new Uint8Array(lengthOf(spans));
  const chunk = new Uint8Array(CHUNK);
  let base = 0;
  for (;;) {
    const count = await read(chunk);
    if (count === 0) break;
    let at = 0;
    for (const { start, end } of spans) {
      const [from, to] = [Math.max(start, base), Math.min(end, base + count)];
      if (from < to) out.set(chunk.subarray(from - base, to - base), at + from - start);
      at += end - start;
    }
    base += count;
  }
  return spans.every(({ end }) => end <= base) ? out : new Uint8Array(0);
}

function lengthOf(spans: readonly ByteSpan[]): number {
  return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}
