import { WardenError } from '../../model/index.ts';
import type { Position } from '../../lib/parse-yaml.ts';
import { printable } from '../../lib/printable.ts';

export type { Position } from '../../lib/parse-yaml.ts';

/** One thing that is wrong in a configuration file. Holds no value of the file: people paste secrets into wrong places. */
export interface Problem {
  readonly at: Position;
  /** Where it is not the file that the error is about. */
  readonly file?: string;
  readonly code: string;
  /** What is wrong and what was expected, without position. */
  readonly message: string;
  /** What to do, for example the nearest spelling. */
  readonly hint?: string;
}

const MAX_SHOWN = 20;

/** All problems as one error, sorted by place; its code is that of a single problem, else `CONFIG_INVALID`. */
export function configError(file: string, problems: readonly Problem[]): WardenError {
  const sorted = [...problems].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column || (a.message < b.message ? -1 : 1));
  const lines = sorted.slice(0, MAX_SHOWN).map(({ at, file: elsewhere, message, hint }) => `${printable(elsewhere ?? file)}:${at.line}:${at.column}: ${message}${hint === undefined ? '' : `; ${hint}`}`);
  if (sorted.length > MAX_SHOWN) lines.push(`… and ${sorted.length - MAX_SHOWN} more`);
  const code = sorted.length === 1 && sorted[0] !== undefined ? sorted[0].code : 'CONFIG_INVALID';
  return new WardenError(code, lines.join('\n'), { hint: 'nothing was scanned; correct the configuration and run again' });
}

/** A key as messages may show it: short and word-like, else only that it is one. */
export function shownKey(key: string): string {
  return /^[A-Za-z0-9_.-]{1,32}$/.test(key) ? `\`${key}\`` : 'this key';
}
