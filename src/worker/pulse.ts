import type { Blob } from '../model/index.ts';

/**
 * A count that a thread shows: odd while it computes on one piece of a file, another odd number for the next one, and even while it waits for bytes or work. If
 * it stays odd and the same, the thread is stuck (`pipeline/watch-pulse.ts`).
 */
export class Pulse {
  readonly #shown: Int32Array;
  #count = 0;

  constructor(shared: SharedArrayBuffer) {
    this.#shown = new Int32Array(shared);
  }

  computes(): void {
    this.#count = (this.#count | 1) + 2;
    Atomics.store(this.#shown, 0, this.#count);
  }

  waits(): void {
    this.#count = (this.#count | 1) + 1;
    Atomics.store(this.#shown, 0, this.#count);
  }

  /** The blob, from the return of one read of which to the call of the next the thread computes. */
  over(blob: Blob): Blob {
    const { read } = blob;
    return {
      ...blob,
      read: (target) => {
        this.waits();
        const count = read(target);
        if (typeof count === 'number') {
          this.computes();
          return count;
        }
        return count.finally(() => this.computes());
      },
    };
  }
}
