import { setTimeout as delay } from 'node:timers/promises';
import { SkipError } from '../../model/index.ts';

/**
 * A stream from one thread to another in bounded memory: a ring of bytes in shared memory, one writer, one reader.
 * Both sides poll with growing pauses instead of blocking: a reader may live on the writer's own thread.
 * Layout: four 32-bit words (written, read, both counting modulo 2^32; state; unused), then the bytes.
 */
const HEADER_BYTES = 16;
const [WRITTEN, READ, STATE] = [0, 1, 2] as const;
const [OPEN, ENDED, FAILED, ABANDONED] = [0, 1, 2, 3] as const;
const LONGEST_PAUSE_MS = 20;

/** `capacity` must be a power of two. */
export function createRing(capacity = 8 << 20): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + capacity);
}

/** Sends all chunks; ends the ring when they end, or marks it failed when their source fails. Returns early if the reader gave up or the signal fires. */
export async function fillRing(ring: SharedArrayBuffer, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  const { words, bytes } = viewsOf(ring);
  try {
    for await (const chunk of chunks) {
      let from = 0;
      let pause = 1;
      while (from < chunk.length) {
        if (signal.aborted || Atomics.load(words, STATE) === ABANDONED) return;
        const written = Atomics.load(words, WRITTEN) >>> 0;
        const free = bytes.length - ((written - Atomics.load(words, READ)) >>> 0);
        const at = written % bytes.length;
        const count = Math.min(free, chunk.length - from, bytes.length - at);
        if (count === 0) {
          await delay(pause, undefined, { ref: false });
          pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
          continue;
        }
        bytes.set(chunk.subarray(from, from + count), at);
        Atomics.store(words, WRITTEN, (written + count) | 0);
        from += count;
        pause = 1;
      }
    }
    Atomics.compareExchange(words, STATE, OPEN, ENDED);
  } catch {
    Atomics.compareExchange(words, STATE, OPEN, FAILED);
  }
}

/** The reading end, as `Blob.read`. */
export function readRing(ring: SharedArrayBuffer): (target: Uint8Array) => Promise<number> {
  const { words, bytes } = viewsOf(ring);
  return async (target) => {
    for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      // The state first: what was written before the end must still be read.
      const state = Atomics.load(words, STATE);
      const read = Atomics.load(words, READ) >>> 0;
      const at = read % bytes.length;
      const count = Math.min((Atomics.load(words, WRITTEN) - read) >>> 0, target.length, bytes.length - at);
      if (count > 0) {
        target.set(bytes.subarray(at, at + count));
        Atomics.store(words, READ, (read + count) | 0);
        return count;
      }
      if (state === ENDED) return 0;
      if (state === FAILED) throw new SkipError({ what: '(standard input)', reason: 'unreadable', detail: 'the stream failed before its end' });
      await delay(pause);
    }
  };
}

/** Tells the writer that nobody reads on. */
export function abandonRing(ring: SharedArrayBuffer): void {
  Atomics.compareExchange(viewsOf(ring).words, STATE, OPEN, ABANDONED);
}

function viewsOf(ring: SharedArrayBuffer): { readonly words: Int32Array<SharedArrayBuffer>; readonly bytes: Uint8Array<SharedArrayBuffer> } {
  return { words: new Int32Array(ring, 0, HEADER_BYTES / 4), bytes: new Uint8Array(ring, HEADER_BYTES) };
}
