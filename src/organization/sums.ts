import type { Counts, CoverageSums, KindSum, RepositoryLine, RunCounts, Skip } from '../model/index.ts';

const NONE: KindSum = { planned: 0, scanned: 0, unchanged: 0, skipped: 0 };
const KINDS = ['repositories', 'refs', 'blobs', 'commits', 'files', 'runs'] as const;

/** What became of all that a repository has, by kind. */
export function sumsOf({ state, refs, planned, scanned, runs }: Pick<RepositoryLine, 'state' | 'refs' | 'planned' | 'scanned' | 'runs'>): CoverageSums {
  const kind = (all: number, seen: number): KindSum => (state === 'unchanged' ? { planned: all, scanned: 0, unchanged: seen, skipped: all - seen } : { planned: all, scanned: seen, unchanged: 0, skipped: all - seen });
  const isSeen = state !== 'skipped';
  const of = (name: keyof Counts): KindSum => kind(countIn(planned, name), countIn(scanned, name));
  return { repositories: kind(1, isSeen ? 1 : 0), refs: kind(refs, isSeen ? refs : 0), blobs: of('blobs'), commits: of('commits'), files: of('files'), runs: runs === undefined ? NONE : runSum(runs) };
}

function runSum({ planned, scanned, unchanged, skipped }: RunCounts): KindSum {
  return { planned, scanned, unchanged, skipped: Object.values(skipped).reduce((sum, count) => sum + count, 0) };
}

function countIn(counts: Counts, name: keyof Counts): number {
  return counts[name] ?? 0;
}

export function addSums(all: readonly CoverageSums[]): CoverageSums {
  return Object.fromEntries(KINDS.map((kind) => [kind, all.reduce((sum, one) => add(sum, one[kind]), NONE)])) as unknown as CoverageSums;
}

function add(a: KindSum, b: KindSum): KindSum {
  return { planned: a.planned + b.planned, scanned: a.scanned + b.scanned, unchanged: a.unchanged + b.unchanged, skipped: a.skipped + b.skipped };
}

/** How many things were left out or not seen, by reason. */
export function skipsOf(skipped: readonly Skip[]): Readonly<Record<string, number>> {
  return addSkips(skipped.map(({ reason, count = 1 }) => ({ [reason]: count })));
}

export function addSkips(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sum = new Map<string, number>();
  for (const one of all) for (const [reason, count] of Object.entries(one)) sum.set(reason, (sum.get(reason) ?? 0) + count);
  return Object.fromEntries([...sum].sort(([a], [b]) => (a < b ? -1 : 1)));
}
