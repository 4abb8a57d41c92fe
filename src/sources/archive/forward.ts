import { SkipError } from '../../model/index.ts';
import { fill, type Read } from '../read/byte-source.ts';

/** Reads an archive from front to back: headers whole, bodies as sources of their own, what was not read of them left behind. */
export class Forward {
  readonly #read: Read;
  readonly #what: string;
  #bodyBytes = 0;
  #position = 0;
  #isBroken = false;

  constructor(read: Read, what: string) {
    this.#read = read;
    this.#what = what;
  }

  /** Where in the archive the next byte stands. */
  get position(): number {
    return this.#position;
  }

  /** A body failed: whoever was reading it has been told, and the rest has nothing to add. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** So many bytes; fewer only at the end of the archive. */
  async take(count: number): Promise<Buffer> {
    const bytes = Buffer.alloc(count);
    const got = await fill(this.#read, bytes);
    this.#position += got;
    return bytes.subarray(0, got);
  }

  /** Exactly so many bytes. Throws a `SkipError` where the archive ends before. */
  async takeAll(count: number): Promise<Buffer> {
    const bytes = await this.take(count);
    if (bytes.length < count) throw this.damaged('it is cut off');
    return bytes;
  }

  /** The next `count` bytes as a source. */
  body(count: number): Read {
    this.#bodyBytes = count;
    const got = (bytes: number, asked: number): number => {
      this.#bodyBytes -= bytes;
      this.#position += bytes;
      if (bytes === 0 && asked > 0) return fail(this.damaged('it is cut off'));
      return bytes;
    };
    const fail = (error: unknown): never => {
      this.#isBroken = true;
      throw error;
    };
    return (target) => {
      const piece = target.subarray(0, Math.min(target.length, this.#bodyBytes));
      if (piece.length === 0) return 0;
      let count: number | Promise<number>;
      try {
        count = this.#read(piece);
      } catch (error) {
        return fail(error);
      }
      return typeof count === 'number' ? got(count, piece.length) : count.then((bytes) => got(bytes, piece.length), fail);
    };
  }

  /** Passes over what is left of the body, and then so many bytes that are missing to the next multiple of `alignment`. */
  async leaveBody(alignment: number): Promise<void> {
    await this.#pass(this.#bodyBytes);
    this.#bodyBytes = 0;
    const over = this.#position % alignment;
    // Padding may be missing at the very end.
    if (over > 0) await this.take(alignment - over);
  }

  damaged(detail: string): SkipError {
    return new SkipError({ what: this.#what, reason: 'archive-damaged', detail });
  }

  async #pass(count: number): Promise<void> {
    const scratch = new Uint8Array(Math.min(count, 64 << 10));
    for (let left = count; left > 0; ) {
      const got = await fill(this.#read, scratch.subarray(0, Math.min(left, scratch.length)));
      this.#position += got;
      if (got === 0) throw this.damaged('it is cut off');
      left -= got;
    }
  }
}
