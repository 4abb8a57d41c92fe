/** A stretch of lines that two versions of a text do not share; ends are exclusive, lines 0-based. */
interface Block {
  readonly base: readonly [from: number, to: number];
  readonly head: readonly [from: number, to: number];
}

/** Which line of one version became which of the other. */
export interface LineVersions {
  readonly base: readonly string[];
  readonly head: readonly string[];
  /** The line of the base that stands unchanged at this line of the head. Both 0-based. */
  readonly unchanged: (headLine: number) => number | undefined;
  /** The stretch that was rewritten around this line of the head. */
  readonly rewritten: (headLine: number) => Block | undefined;
}

/**
 * Lines up two versions of a text: what both begin and end with, then lines that occur once in each (patience), again
 * between these. Never guesses: what it cannot line up is one rewritten stretch. Nearly linear; a text that was made to
 * take long is not lined up at all.
 */
export function lineVersions(baseText: string, headText: string): LineVersions {
  const base = linesOf(baseText);
  const head = linesOf(headText);
  const toBase = new Map<number, number>();
  const blocks: Block[] = [];
  const work: Block[] = [{ base: [0, base.length], head: [0, head.length] }];
  let budget = EFFORT * (base.length + head.length);
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    let [b0, b1] = block.base;
    let [h0, h1] = block.head;
    while (b0 < b1 && h0 < h1 && base[b0] === head[h0]) toBase.set(h0++, b0++);
    while (b0 < b1 && h0 < h1 && base[b1 - 1] === head[h1 - 1]) toBase.set(--h1, --b1);
    if (b0 === b1 && h0 === h1) continue;
    const rest: Block = { base: [b0, b1], head: [h0, h1] };
    budget -= b1 - b0 + h1 - h0;
    if (budget < 0) return { base, head, unchanged: () => undefined, rewritten: () => undefined };
    const anchors = anchorsIn(base, head, rest);
    if (anchors.length === 0) blocks.push(rest);
    else work.push(...between(rest, anchors));
  }
  return {
    base,
    head,
    unchanged: (line) => toBase.get(line),
    rewritten: (line) => blocks.find((block) => block.head[0] <= line && line < block.head[1]),
  };
}

/** How often a line may be looked at, on average. */
const EFFORT = 30;

export function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

type Anchor = readonly [base: number, head: number];

/** Lines that occur exactly once in each side of the block and come in the same order. */
function anchorsIn(base: readonly string[], head: readonly string[], block: Block): readonly Anchor[] {
  const inBase = onlyOnce(base, block.base);
  const inHead = onlyOnce(head, block.head);
  const pairs: Anchor[] = [];
  for (const [line, at] of inBase) {
    const there = inHead.get(line);
    if (there !== undefined) pairs.push([at, there]);
  }
  return longestRising(pairs.sort(([a], [b]) => a - b));
}

function onlyOnce(lines: readonly string[], [from, to]: readonly [number, number]): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  for (let at = from; at < to; at += 1) {
    const line = lines[at] ?? '';
    seen.set(line, seen.has(line) ? -1 : at);
  }
  for (const [line, at] of seen) if (at === -1) seen.delete(line);
  return seen;
}

/** The longest choice of pairs whose head lines rise, too (patience sorting). */
function longestRising(pairs: readonly Anchor[]): readonly Anchor[] {
  const tops: number[] = [];
  const before: number[] = [];
  for (const [index, [, head]] of pairs.entries()) {
    let low = 0;
    for (let high = tops.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < head) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (tops[low - 1] ?? -1);
    tops[low] = index;
  }
  const chosen: Anchor[] = [];
  for (let at = tops.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) chosen.push(pairs[at] as Anchor);
  return chosen.reverse();
}

/** The stretches between anchors; an anchor itself leads each stretch after it. */
function between(block: Block, anchors: readonly Anchor[]): readonly Block[] {
  const starts: readonly Anchor[] = [[block.base[0], block.head[0]], ...anchors];
  return starts.map(([base, head], index): Block => {
    const [baseEnd, headEnd] = anchors[index] ?? [block.base[1], block.head[1]];
    return { base: [base, baseEnd], head: [head, headEnd] };
  });
}
