import type { AnchoredRule } from './anchored-rule.ts';

interface Span {
  readonly compiled: AnchoredRule;
  readonly start: number;
  end: number;
}

/**
 * Windows of rules whose matches may begin before or after their anchor. Overlapping windows of one rule are joined,
 * so that each byte is given to each expression at most once however dense the anchors are.
 */
export class Windows {
  readonly #limit: number;
  readonly #open = new Map<AnchoredRule, Span>();
  readonly #done: Span[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Anchors come in ascending order of offset, give or take four bytes. */
  add(compiled: AnchoredRule, offset: number): void {
    const start = Math.max(0, offset - compiled.before);
    const end = Math.min(this.#limit, offset + compiled.after);
    const span = this.#open.get(compiled);
    if (span !== undefined && start <= span.end) {
      if (end > span.end) span.end = end;
      return;
    }
    if (span !== undefined) this.#done.push(span);
    this.#open.set(compiled, { compiled, start, end });
  }

  forEach(visit: (compiled: AnchoredRule, start: number, end: number) => void): void {
    for (const span of this.#done) visit(span.compiled, span.start, span.end);
    for (const span of this.#open.values()) visit(span.compiled, span.start, span.end);
  }
}
