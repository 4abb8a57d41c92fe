import type { Confidence, Rule } from '../model/index.ts';

/** What overlap resolution needs of a match; the engine's and the reference's matches both have it. */
export interface Spanned {
  readonly rule: Pick<Rule, 'id' | 'priority' | 'companionOnly'> & Partial<Pick<Rule, 'companions'>>;
  readonly start: number;
  readonly end: number;
  readonly confidence: Confidence;
}

const RANK: Readonly<Record<Confidence, number>> = { high: 2, medium: 1, low: 0 };

/**
 * Of matches that share bytes only the strongest stays: one that does not lack a required companion, higher priority, then higher confidence, then longer, then the
 * smaller rule id. Generic rules have negative priority, so a generic match in or around a specific one goes. Companions are
 * no findings and stay beside anything; but what one of them names for certain as an id is no generic secret. Sorted by start; pure, and the same whatever the order of the input.
 */
export function resolveOverlaps<T extends Spanned>(matches: readonly T[]): readonly T[] {
  const lonely = new Set(matches.filter((match) => lacksCompanion(match, matches)));
  const strongest = [...matches].sort(
    (a, b) =>
      Number(lonely.has(a)) - Number(lonely.has(b)) ||
      b.rule.priority - a.rule.priority ||
      RANK[b.confidence] - RANK[a.confidence] ||
      b.end - b.start - (a.end - a.start) ||
      (a.rule.id < b.rule.id ? -1 : a.rule.id > b.rule.id ? 1 : 0) ||
      a.start - b.start,
  );
  const taken: T[] = [];
  const kept: T[] = [];
  const named = new Set(matches.filter(({ rule, confidence }) => rule.companionOnly && confidence === 'high').map(({ start, end }) => `${start} ${end}`));
  for (const match of strongest) {
    if (match.rule.priority < 0 && !match.rule.companionOnly && named.size > 0 && named.has(`${match.start} ${match.end}`)) continue;
    if (match.rule.companionOnly) {
      if (!kept.some((other) => other.rule.id === match.rule.id && other.start === match.start && other.end === match.end)) kept.push(match);
      continue;
    }
    const at = insertionPoint(taken, match.start);
    const previous = taken[at - 1];
    const next = taken[at];
    if ((previous !== undefined && previous.end > match.start) || (next !== undefined && next.start < match.end)) continue;
    taken.splice(at, 0, match);
    kept.push(match);
  }
  return kept.sort((a, b) => a.start - b.start || a.end - b.end || (a.rule.id < b.rule.id ? -1 : 1));
}

/** Whether a companion that the rule requires is not within its reach: then any other reading of the bytes is likelier. */
function lacksCompanion({ rule, start, end }: Spanned, matches: readonly Spanned[]): boolean {
  return (rule.companions ?? []).some(
    ({ required, rule: id, withinBytes }) => required && !matches.some((other) => other.rule.id === id && Math.max(start - other.end, other.start - end) <= withinBytes),
  );
}

/** First index whose start is greater than `start`; `taken` is sorted and free of overlaps. */
function insertionPoint(taken: readonly Spanned[], start: number): number {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((taken[middle]?.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}
