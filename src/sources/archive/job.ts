import { SkipError, type Note, type Skip, type SkipReason, type SourceOptions } from '../../model/index.ts';
import type { Read } from '../read/byte-source.ts';

/** Archives in archives in archives … */
export const MAX_DEPTH = 5;
/** Members of one outermost archive, all levels together. */
export const MAX_MEMBERS = 200_000;
/** An archive may unpack to this much, or to `MAX_RATIO` times its own size if that is more. */
export const MIN_BUDGET_BYTES = 256 << 20;
export const MAX_RATIO = 200;
/** A zip inside something that can only be read forwards must be held in memory. */
export const MAX_HELD_BYTES = 64 << 20;

/** What the unpacking of one outermost archive has used up, and whether all of it was seen. */
export class ArchiveJob {
  readonly options: SourceOptions;
  readonly #note: Note;
  readonly #what: string;
  #budget: number;
  #members = 0;
  #binaries = 0;
  #isWhole = true;
  #isExhausted = false;

  constructor(what: string, sizeBytes: number, options: SourceOptions, note: Note) {
    this.#what = what;
    this.options = options;
    this.#note = note;
    this.#budget = Math.max(MIN_BUDGET_BYTES, sizeBytes * MAX_RATIO);
  }

  /** Nothing was left out for being too much, damaged or unreadable. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Stop: a limit was met. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  skip(skip: Skip): void {
    this.#isWhole = false;
    this.#note({ type: 'skipped', skip });
  }

  gap(reason: SkipReason, what: string, detail: string): void {
    this.skip({ what, reason, detail });
  }

  /** A member that is seen whole, yet should be known of. */
  remark(skip: Skip): void {
    this.#note({ type: 'skipped', skip });
  }

  countBinary(): void {
    this.#binaries += 1;
  }

  /** Throws when there are too many members. */
  countMember(): void {
    this.#members += 1;
    if (this.#members > MAX_MEMBERS) throw this.limit(`more than ${MAX_MEMBERS} members`);
  }

  /** Bytes that were unpacked count against the budget; what is left of it. Throws when it is spent. */
  spend(count: number): number {
    this.#budget -= count;
    if (this.#budget < 0) throw this.limit('it unpacks to far more than its size');
    return this.#budget;
  }

  /** A source whose bytes count against the budget, and whose failure is remembered. */
  guard(read: Read, what: string): Read {
    const maxFileBytes = this.options.maxFileBytes;
    let total = 0;
    const spend = (count: number): number => {
      total += count;
      this.spend(count);
      if (maxFileBytes !== undefined && total > maxFileBytes) throw new SkipError({ what, reason: 'too-large', detail: `more than ${maxFileBytes} bytes` });
      return count;
    };
    const fail = (error: unknown): never => {
      this.#isWhole = false;
      throw error;
    };
    return (target) => {
      try {
        const count = read(target);
        return typeof count === 'number' ? spend(count) : count.then(spend).catch(fail);
      } catch (error) {
        return fail(error);
      }
    };
  }

  /** Tells what the user excluded, in one line. */
  report(): void {
    if (this.#binaries > 0) this.#note({ type: 'skipped', skip: { what: this.#what, reason: 'excluded-binary', count: this.#binaries, detail: 'members of the archive' } });
  }

  /** What to throw when a limit of the whole archive is met: nothing more of it is read. */
  limit(detail: string): SkipError {
    this.#isExhausted = true;
    this.#isWhole = false;
    return new SkipError({ what: this.#what, reason: 'archive-limit', detail });
  }
}
