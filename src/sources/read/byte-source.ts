import { SkipError, type Skip } from '../../model/index.ts';

/** As `Blob.read`: fills `target` from its start, 0 at the end, throws a `SkipError` when it cannot go on. */
export type Read = (target: Uint8Array) => number | Promise<number>;

export interface RandomAccess {
  readonly sizeBytes: number;
  /** Bytes put into `target` from `position` on; fewer than asked for only at the end. */
  readonly readAt: (target: Uint8Array, position: number) => number;
}

/** Reads until `target` is full or the source ends; how many bytes there are. */
export async function fill(read: Read, target: Uint8Array): Promise<number> {
  let total = 0;
  while (total < target.length) {
    const answer = read(target.subarray(total));
    const count = typeof answer === 'number' ? answer : await answer;
    if (count === 0) break;
    total += count;
  }
  return total;
}

/** A source over bytes that are there. */
export function readBytes(bytes: Uint8Array): Read {
  let offset = 0;
  return (target) => {
    const piece = bytes.subarray(offset, offset + target.length);
    target.set(piece);
    offset += piece.length;
    return piece.length;
  };
}

export function randomAccessTo(bytes: Uint8Array): RandomAccess {
  return {
    sizeBytes: bytes.length,
    readAt: (target, position) => {
      const piece = bytes.subarray(position, position + target.length);
      target.set(piece);
      return piece.length;
    },
  };
}

/** First these bytes, then the source. */
export function prepend(head: Uint8Array, read: Read): Read {
  const first = readBytes(head);
  let inHead = true;
  return (target) => {
    if (inHead) {
      const count = first(target) as number;
      if (count > 0 || target.length === 0) return count;
      inHead = false;
    }
    return read(target);
  };
}

/** All of a source, if it is at most `limit` bytes; undefined if it is more. */
export async function readAll(read: Read, limit: number): Promise<Uint8Array | undefined> {
  const { bytes, isAll } = await readUpTo(read, limit);
  return isAll ? bytes : undefined;
}

/** What of a source comes until it ends or is more than `limit` bytes; a little more than that may have been taken. */
export async function readUpTo(read: Read, limit: number): Promise<{ readonly bytes: Uint8Array; readonly isAll: boolean }> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const chunk = new Uint8Array(64 << 10);
    const count = await fill(read, chunk);
    total += count;
    chunks.push(chunk.subarray(0, count));
    const isAll = count < chunk.length && total <= limit;
    if (isAll || total > limit) return { bytes: chunks.length === 1 ? chunk.subarray(0, count) : Buffer.concat(chunks, total), isAll };
  }
}

/** The source as chunks, for streams; each chunk is memory of its own. */
export async function* chunksOf(read: Read, size = 64 << 10): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = new Uint8Array(size);
    const count = await read(chunk);
    if (count === 0) return;
    yield chunk.subarray(0, count);
  }
}

/** A source over chunks. Whatever they throw becomes a `SkipError`: `skip` says which. */
export function readChunks(chunks: AsyncIterator<Uint8Array>, skip: (error: unknown) => Skip): Read {
  let current: Uint8Array = new Uint8Array(0);
  const take = (target: Uint8Array): number => {
    const piece = current.subarray(0, target.length);
    target.set(piece);
    current = current.subarray(piece.length);
    return piece.length;
  };
  const pull = async (target: Uint8Array): Promise<number> => {
    try {
      while (current.length === 0) {
        const next = await chunks.next();
        if (next.done === true) return 0;
        current = next.value;
      }
    } catch (error) {
      throw error instanceof SkipError ? error : new SkipError(skip(error), error);
    }
    return take(target);
  };
  return (target) => (current.length > 0 || target.length === 0 ? take(target) : pull(target));
}
