import { stat } from 'node:fs/promises';
import { dirname, normalize, resolve, sep } from 'node:path';
import type { NamedTarget } from '../audit.ts';
import { WardenError } from '../model/index.ts';
import type { Io } from './io.ts';

/**
 * The targets of a run: arguments (none means `.`), then `--log` files. `-` is standard input, which can be read once. A
 * target that is given twice is scanned once.
 */
export async function namedTargets(args: readonly string[], logs: readonly string[], io: Io): Promise<readonly NamedTarget[]> {
  const given = [...(args.length === 0 ? ['.'] : args).map((text) => ({ text, log: false })), ...logs.map((text) => ({ text, log: true }))];
  if (given.some(({ text }) => text === '')) throw new WardenError('USAGE_EMPTY_TARGET', 'a target is an empty text', { hint: 'check the variable that was meant to hold it' });
  if (given.filter(({ text }) => text === '-').length > 1) {
    throw new WardenError('USAGE_STDIN_TWICE', 'standard input (-) was named as a target more than once, but can be read only once');
  }
  const unique = given.filter(({ text }, index) => text === '-' || given.findIndex((other) => other.text !== '-' && resolve(io.cwd, other.text) === resolve(io.cwd, text)) === index);
  // Logs keep their own names: one beside a tree must not move the paths of the tree, on which policy and identity rest.
  const alone = unique.filter(({ log }) => !log).length === 1;
  return Promise.all(
    unique.map(async ({ text, log }): Promise<NamedTarget> => {
      if (text === '-') return { spec: { kind: 'stdin', stream: io.stdin, log }, given: '-', prefix: '' };
      const path = resolve(io.cwd, text);
      return { spec: { kind: 'path', path, log }, given: text, prefix: alone || log ? '' : await prefixOf(text, path) };
    }),
  );
}

/** The path as it was given, with `/`; of a file, its folder. The working directory itself has none. */
async function prefixOf(given: string, path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (info) => info.isDirectory(),
    () => true,
  );
  const folder = normalize(isFolder ? given : dirname(given));
  const parts = folder.split(sep).filter((part) => part !== '' && part !== '.');
  return parts.join('/');
}
