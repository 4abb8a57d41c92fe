import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, type CommandName, type Environment, type FlagValues, type Settings } from '../../../src/settings/index.ts';
import { WardenError } from '../../../src/model/index.ts';

export const NOW = new Date('2026-11-22T12:00:00Z');

/** A working directory that is gone after the test: `await using folder = await workingDirectory()`. */
export async function workingDirectory(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'tokenwarden-settings-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export function load(cwd: string, given: { readonly flags?: FlagValues; readonly env?: Environment; readonly command?: CommandName } = {}): Promise<Settings> {
  return loadSettings({ command: given.command ?? 'audit', flags: given.flags ?? {}, env: given.env ?? {}, cwd, home: '/home/ana', now: NOW });
}

/** What people see of an error, with the working directory as `CWD`. */
export async function complaint(work: Promise<unknown>, cwd = ''): Promise<string> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof WardenError)) throw new Error('a WardenError was expected', { cause: error });
  const text = `[${error.code}] ${error.message}${error.hint === undefined ? '' : `\nhint: ${error.hint}`}`;
  return cwd === '' ? text : text.replaceAll(cwd, 'CWD');
}
