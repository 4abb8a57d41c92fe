import { resolve } from 'node:path';
import type { NamedTarget } from '../audit.ts';
import { WardenError } from '../model/index.ts';
import type { Io } from './io.ts';

/**
 * The targets of a run: arguments (none means `.`), then `--log` files. `-` is standard input, which can be read once. A
 * target that is given twice is scanned once.
 */
export function namedTargets(args: readonly string[], logs: readonly string[], io: Io): readonly NamedTarget[] {
  const given = [...(args.length === 0 ? ['.'] : args).map((text) => ({ text, log: false })), ...logs.map((text) => ({ text, log: true }))];
  if (given.some(({ text }) => text === '')) throw new WardenError('USAGE_EMPTY_TARGET', 'a target is an empty text', { hint: 'check the variable that was meant to hold it' });
  if (given.filter(({ text }) => text === '-').length > 1) {
    throw new WardenError('USAGE_STDIN_TWICE', 'standard input (-) was named as a target more than once, but can be read only once');
  }
  const unique = given.filter(({ text }, index) => text === '-' || given.findIndex((other) => other.text !== '-' && resolve(io.cwd, other.text) === resolve(io.cwd, text)) === index);
  return unique.map(({ text, log }): NamedTarget => {
    if (text === '-') return { spec: { kind: 'stdin', stream: io.stdin, log }, given: '-' };
    return { spec: { kind: 'path', path: resolve(io.cwd, text), log }, given: text };
  });
}
