import { setImmediate as afterEvents } from 'node:timers/promises';
import { constants, type Gunzip, type InflateRaw } from 'node:zlib';
import type { Read } from '../read/byte-source.ts';

/** What Node's own `gunzipSync` works with, and no documentation names. Others (`minizlib` of npm, `pngjs`) live by it, too. */
interface Native {
  readonly _handle?: { writeSync?: (flush: number, input: Uint8Array, inputAt: number, inputLength: number, output: Uint8Array, outputAt: number, outputLength: number) => void; onerror?: (message: string, errno: number, code: string) => void };
  /** Room left in the output, and bytes left of the input. */
  readonly _writeState?: Uint32Array;
}

const INPUT_BYTES = 64 << 10;
const HELD_BYTES = 64 << 10;
/** After so much the thread looks whether anything else is to be done. */
const BREATHE_AFTER = 4 << 20;

/**
 * What a compressed stream of zlib's holds, unpacked on this thread straight into the memory of whoever reads: streams of Node's go
 * through a pool of threads and half a dozen objects for every 64 KB, which costs more than unpacking them. Throws what zlib says of
 * damage. Undefined where Node's inside is not as it was: then there are its streams.
 */
export function inflateInPlace(read: Read, stream: Gunzip | InflateRaw): Read | undefined {
  const { _handle: handle, _writeState: state } = stream as unknown as Native;
  if (handle === undefined || typeof handle.writeSync !== 'function' || !(state instanceof Uint32Array) || state.length < 2) return undefined;
  let failure: Error | undefined;
  handle.onerror = (message, errno, code) => {
    failure = Object.assign(new Error(message), { errno, code });
  };
  const input = new Uint8Array(INPUT_BYTES);
  let inputAt = 0;
  let inputLength = 0;
  let isLast = false;
  let mayHoldMore = false;
  let isOver = false;
  const close = (): void => {
    isOver = true;
    stream.destroy();
  };
  /** Bytes put into `target`; 0 where more input is wanted, or all is over. */
  const step = (target: Uint8Array): number => {
    handle.writeSync?.(isLast ? constants.Z_FINISH : constants.Z_NO_FLUSH, input, inputAt, inputLength, target, 0, target.length);
    if (failure !== undefined) {
      close();
      throw failure;
    }
    const [room = 0, left = 0] = state;
    inputAt += inputLength - left;
    inputLength = left;
    mayHoldMore = room === 0;
    // What follows the end is none of zlib's.
    if (room > 0 && (left > 0 || isLast)) close();
    return target.length - room;
  };
  const took = (count: number): void => {
    inputAt = 0;
    inputLength = count;
    isLast = count === 0;
  };
  const fillFrom = (target: Uint8Array): number | Promise<number> => {
    while (!isOver) {
      if (inputLength === 0 && !mayHoldMore && !isLast) {
        const count = read(input);
        if (typeof count !== 'number') return count.then((later) => {
          took(later);
          return fillFrom(target);
        });
        took(count);
      }
      const made = step(target);
      if (made > 0) return made;
    }
    return 0;
  };
  return held(breathing(fillFrom));
}

/** Small pieces are served from a larger one. */
function held(read: Read): Read {
  const block = new Uint8Array(HELD_BYTES);
  let at = 0;
  let end = 0;
  const give = (target: Uint8Array): number => {
    const piece = block.subarray(at, Math.min(end, at + target.length));
    target.set(piece);
    at += piece.length;
    return piece.length;
  };
  const filled = (count: number, target: Uint8Array): number => {
    at = 0;
    end = count;
    return give(target);
  };
  return (target) => {
    if (target.length === 0) return 0;
    if (at < end) return give(target);
    if (target.length >= block.length) return read(target);
    const count = read(block);
    return typeof count === 'number' ? filled(count, target) : count.then((later) => filled(later, target));
  };
}

/** So that a run that is to stop does, whatever is packed. */
function breathing(read: Read): Read {
  let since = 0;
  const counted = (count: number): number => {
    since += count;
    return count;
  };
  return (target) => {
    if (since < BREATHE_AFTER) {
      const count = read(target);
      return typeof count === 'number' ? counted(count) : count.then(counted);
    }
    since = 0;
    return afterEvents().then(() => read(target)).then(counted);
  };
}
