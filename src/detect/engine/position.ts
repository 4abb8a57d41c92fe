import type { Prefilter } from './prefilter.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Walks forward through the prefilter's buffer counting lines and UTF-16 columns; each byte is looked at once. */
export class PositionCursor {
  readonly #prefilter: Prefilter;
  #offset = 0;
  #line = 1;
  #column = 1;

  constructor(prefilter: Prefilter) {
    this.#prefilter = prefilter;
  }

  /** Moves to `offset` of the buffer, which is not before the last one. */
  advance(offset: number): Position {
    if (offset > this.#offset) {
      const next = this.#after(this.#offset, this.#line, this.#column, offset);
      this.#offset = offset;
      this.#line = next.line;
      this.#column = next.column;
    }
    return { line: this.#line, column: this.#column };
  }

  /** A cursor of its own that begins here. */
  fork(): PositionCursor {
    const fork = new PositionCursor(this.#prefilter);
    fork.#offset = this.#offset;
    fork.#line = this.#line;
    fork.#column = this.#column;
    return fork;
  }

  /** Position of a later offset, without moving. */
  peek(offset: number): Position {
    return this.#after(this.#offset, this.#line, this.#column, offset);
  }

  /** The buffer's first `bytes` were dropped; the cursor has passed them. */
  shift(bytes: number): void {
    this.#offset -= bytes;
  }

  /** A byte order mark is not text. */
  skip(bytes: number): void {
    this.#offset += bytes;
  }

  #after(offset: number, line: number, column: number, to: number): Position {
    const lines = this.#prefilter.countLines(offset, to);
    if (lines === 0) return { line, column: column + this.#prefilter.utf16Length(offset, to) };
    const start = this.#prefilter.lineStart(offset, to) ?? offset;
    return { line: line + lines, column: 1 + this.#prefilter.utf16Length(start, to) };
  }
}
