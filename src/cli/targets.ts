import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { githubLogs, INGEST, LOG_GITHUB, readLogTarget } from '../assemble/index.ts';
import type { NamedTarget } from '../audit.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type SourceOptions } from '../model/index.ts';
import { githubAccess } from './github-access.ts';
import { ingestTarget } from './ingest-source.ts';
import type { Io } from './io.ts';

/**
 * The targets of a run: arguments (none means `.`), then `--log` files. `-` is standard input, which can be read once. A
 * target that is given twice is scanned once.
 */
export function namedTargets(args: readonly string[], logs: readonly string[], io: Io): readonly NamedTarget[] {
  const given = [...(args.length === 0 ? ['.'] : args.filter((text) => !text.startsWith(ISSUER))).map((text) => ({ text, log: false })), ...logs.map((text) => ({ text, log: true }))];
  if (given.some(({ text }) => text === '')) throw new WardenError('USAGE_EMPTY_TARGET', 'a target is an empty text', { hint: 'check the variable that was meant to hold it' });
  if (given.filter(({ text }) => text === '-').length > 1) {
    throw new WardenError('USAGE_STDIN_TWICE', 'standard input (-) was named as a target more than once, but can be read only once');
  }
  const unique = given.filter(({ text }, index) => text === '-' || given.findIndex((other) => other.text !== '-' && resolve(io.cwd, other.text) === resolve(io.cwd, text)) === index);
  return unique.map(({ text, log }): NamedTarget => {
    if (text.startsWith(LOG_GITHUB)) return { spec: { kind: 'remote', remote: githubLogs(readLogTarget(text), githubAccess(io)), log: true }, given: text };
    if (text.startsWith(INGEST)) return { spec: { kind: 'remote', remote: ingestTarget(text.slice(INGEST.length), io), log: false }, given: text };
    if (text === '-') return { spec: { kind: 'stdin', stream: io.stdin, log }, given: '-' };
    return { spec: { kind: 'path', path: resolve(io.cwd, text), log }, given: text };
  });
}

const ISSUER = 'issuer:';

/** Stores that are audited themselves (`issuer:NAME`), each once. */
export function namedStores(args: readonly string[]): readonly string[] {
  const names = args.filter((text) => text.startsWith(ISSUER)).map((text) => text.slice(ISSUER.length));
  if (names.includes('')) throw new WardenError('USAGE_EMPTY_TARGET', 'issuer: names no store', { hint: 'write the id of a store of tokenwarden.yml after it, such as issuer:github' });
  return [...new Set(names)];
}

/** Standard input has neither an index nor commits. Throws `USAGE_STDIN_MODE`. */
export function refuseStreams(targets: readonly NamedTarget[], mode: SourceOptions['mode']): void {
  if (mode === 'tree' || !targets.some(({ spec }) => spec.kind === 'stdin' && !spec.log)) return;
  throw new WardenError('USAGE_STDIN_MODE', `--${mode} needs a repository, and standard input (-) is none`, { hint: `leave out --${mode}, or scan standard input in a run of its own` });
}

/** A report must not take the place of what it reports on, whatever link or spelling names it. Throws `OUTPUT_IS_TARGET`. */
export async function refuseToOverwrite(files: readonly string[], targets: readonly NamedTarget[]): Promise<void> {
  const scanned = await Promise.all(targets.map(({ spec }) => (spec.kind === 'path' ? fileAt(spec.path) : undefined)));
  for (const file of files.filter((one) => one !== '-')) {
    const output = await fileAt(file);
    if (output !== undefined && scanned.includes(output)) throw new WardenError('OUTPUT_IS_TARGET', `${printable(file)} is a target of this run, and a report would overwrite it`, { hint: 'name another file for the report' });
  }
}

/** Device and number of a file; undefined where there is none. */
async function fileAt(path: string): Promise<string | undefined> {
  const info = await stat(path, { bigint: true }).catch(() => undefined);
  return info?.isFile() === true ? `${info.dev} ${info.ino}` : undefined;
}
