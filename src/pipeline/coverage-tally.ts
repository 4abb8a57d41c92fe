import { addCounts, INCOMPLETE_REASONS, isGap, NO_COUNTS, type Counts, type Coverage, type CoverageEvent, type Skip } from '../model/index.ts';

/** Adds up what sources planned and workers scanned, and every skip. */
export class CoverageTally {
  #planned: Counts = NO_COUNTS;
  #scanned: Counts = NO_COUNTS;
  readonly #skipped: Skip[] = [];

  note(event: CoverageEvent): void {
    switch (event.type) {
      case 'planned':
        this.#planned = addCounts(this.#planned, event.counts);
        return;
      case 'scanned':
        this.#scanned = addCounts(this.#scanned, event.counts);
        return;
      case 'skipped':
        this.#skipped.push(event.skip);
    }
  }

  get planned(): Counts {
    return this.#planned;
  }

  get scanned(): Counts {
    return this.#scanned;
  }

  /** In the order in which they came. */
  get skipped(): readonly Skip[] {
    return this.#skipped;
  }

  /** `accept` marks the gaps that configuration accepts. Same events in any order, same coverage. */
  finish(accept: (skip: Skip) => Skip): Coverage {
    const skipped = this.#skipped.map((skip) => (INCOMPLETE_REASONS.has(skip.reason) ? accept(skip) : skip)).sort(bySeriousness);
    return { planned: this.#planned, scanned: this.#scanned, skipped, complete: !skipped.some(isGap) };
  }
}

function bySeriousness(a: Skip, b: Skip): number {
  return Number(isGap(b)) - Number(isGap(a)) || compare(a.reason, b.reason) || compare(a.what, b.what) || compare(a.detail ?? '', b.detail ?? '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
