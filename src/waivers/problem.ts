import type { Position } from '../lib/parse-yaml.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';

/** One thing that is wrong with waivers. Holds no value of the file: people paste secrets into wrong places. */
export interface WaiverProblem {
  readonly file: string;
  readonly at: Position;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

const MAX_SHOWN = 20;

/** `FILE:LINE:COLUMN: what is wrong; what to do`, sorted by place, each once. */
export function describeProblems(problems: readonly WaiverProblem[]): readonly string[] {
  const sorted = [...problems].sort((a, b) => compare(a.file, b.file) || a.at.line - b.at.line || a.at.column - b.at.column || compare(a.message, b.message));
  return [...new Set(sorted.map(({ file, at, message, hint }) => `${printable(file)}:${at.line}:${at.column}: ${message}${hint === undefined ? '' : `; ${hint}`}`))];
}

/** All of them as one error, `WAIVERS_INVALID`. */
export function waiversError(described: readonly string[], hint: string): WardenError {
  const lines = [...described.slice(0, MAX_SHOWN), ...(described.length > MAX_SHOWN ? [`… and ${described.length - MAX_SHOWN} more`] : [])];
  return new WardenError('WAIVERS_INVALID', lines.join('\n'), { hint });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
