import { spread, type Run, type Spread } from './measure.ts';
import type { Comparison } from './parts/part.ts';

/** What a comparison gave. */
export interface Result {
  readonly name: string;
  readonly at: string;
  readonly rows: readonly Row[];
  readonly missed: readonly string[];
}

interface Row {
  readonly program: string;
  readonly wall: Spread;
  readonly cpu: Spread;
  readonly peak: Spread;
  /** Ours by this program, round by round; absent in our own row. */
  readonly wallRatio?: Spread;
  readonly cpuRatio?: Spread;
  readonly megabytesPerSecond?: number;
}

/** Spreads and ratios of the runs of a comparison, and the goals that were missed in the median. */
export function toResult({ name, programs, bytes, goals, mostBytes }: Comparison, runs: readonly (readonly Run[])[]): Result {
  const [own = []] = runs;
  const rows = programs.map((program, index): Row => {
    const list = runs[index] ?? [];
    const ratio = (of: (run: Run) => number): Spread => spread(own.map((run, round) => of(run) / of(list[round] as Run)));
    const wall = spread(list.map((run) => run.wallSeconds));
    return {
      program: program.name,
      wall,
      cpu: spread(list.map((run) => run.cpuSeconds)),
      peak: spread(list.map((run) => run.peakBytes)),
      ...(index === 0 ? {} : { wallRatio: ratio((run) => run.wallSeconds), cpuRatio: ratio((run) => run.cpuSeconds) }),
      ...(bytes === undefined ? {} : { megabytesPerSecond: bytes / 1e6 / wall.median }),
    };
  });
  const missed = goals.flatMap(({ against, wall, cpu }) => {
    const row = rows.find(({ program }) => program === against);
    return [
      ...(wall !== undefined && (row?.wallRatio?.median ?? 0) > wall ? [`${(row?.wallRatio?.median ?? 0).toFixed(2)} of the time of ${against}, wanted ${wall.toFixed(2)}`] : []),
      ...(cpu !== undefined && (row?.cpuRatio?.median ?? 0) > cpu ? [`${(row?.cpuRatio?.median ?? 0).toFixed(2)} of the processor time of ${against}, wanted ${cpu.toFixed(2)}`] : []),
    ];
  });
  const peak = rows[0]?.peak.max ?? 0;
  if (mostBytes !== undefined && peak > mostBytes) missed.push(`${megabytes(peak)} MB of memory, wanted ${megabytes(mostBytes)}`);
  return { name, at: new Date().toISOString(), rows, missed };
}

/** A Markdown table of a result. */
export function toTable({ name, rows }: Result): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line([`**${name}**`, 'wall s', 'CPU s', 'peak MB', 'MB/s', 'ours by it, wall', 'ours by it, CPU']),
    line(Array.from({ length: 7 }, () => '---')),
    ...rows.map((row) => line([row.program, three(row.wall), three(row.cpu), megabytes(row.peak.max), row.megabytesPerSecond?.toFixed(0) ?? '', row.wallRatio === undefined ? '' : three(row.wallRatio), row.cpuRatio === undefined ? '' : three(row.cpuRatio)])),
  ].join('\n');
}

/** How our median time and memory have moved since the last result of this name. */
export function compared(result: Result, before: Result | undefined): string {
  const [now, then] = [result.rows[0], before?.rows[0]];
  if (now === undefined || then === undefined) return 'first result';
  const change = (a: number, b: number): string => `${a >= b ? '+' : ''}${(100 * (a / b - 1)).toFixed(0)} %`;
  return `since ${before?.at.slice(0, 10) ?? ''}: wall ${change(now.wall.median, then.wall.median)}, CPU ${change(now.cpu.median, then.cpu.median)}, memory ${change(now.peak.max, then.peak.max)}`;
}

/** Minimum, median, maximum. */
function three({ min, median, max }: Spread): string {
  return [min, median, max].map((value) => value.toFixed(2)).join(' / ');
}

function megabytes(bytes: number): string {
  return (bytes / (1 << 20)).toFixed(0);
}
