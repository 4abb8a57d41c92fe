import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WardenError, type IssuedPart } from '../../model/index.ts';
import { maskFor } from './output-mask.ts';
import type { Handed } from './types.ts';

export interface HandOptions {
  readonly deliver: 'env' | 'file';
  /** As the user names them; `''` for the only part. */
  readonly variables: Readonly<Record<string, string>>;
  /** As the issuer's tools expect them. */
  readonly defaults: Readonly<Record<string, string>>;
}

export interface Delivered extends Handed {
  /** Holds the files; absent where the environment carries the parts. */
  readonly folder?: string;
  /** Removes the files. May be called twice. */
  readonly destroy: () => void;
}

/** Folders that hold nothing but such files; `sweep` removes no other. */
export const FOLDER_PREFIX = 'tokenwarden-issue-';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * How a command gets the parts: in variables, or each in a file of mode 0600 in a folder of our own whose path is in NAME_FILE. Never
 * in arguments, which everybody on the machine can read. Throws `ISSUE_VARIABLE` for a name that is none, or for a part
 * that the issuer did not give.
 */
export function hand(parts: readonly IssuedPart[], options: HandOptions): Delivered {
  const names = parts.map(({ name }) => [name, variableOf(name, parts, options)] as const);
  const unknown = Object.keys(options.variables).find((name) => name !== '' && !parts.some((part) => part.name === name));
  if (unknown !== undefined) throw new WardenError('ISSUE_VARIABLE', `the credential has no part "${unknown}"`, { hint: `its parts: ${parts.map(({ name }) => name).join(', ')}` });
  const twice = names.find(([, variable], index) => names.findIndex(([, other]) => other === variable) !== index);
  if (twice !== undefined) throw new WardenError('ISSUE_VARIABLE', `two parts would be called ${twice[1]}`, { hint: 'name each with --variable PART=NAME' });
  const mask = maskFor(parts);
  const values = new Map(parts.map(({ name, value }) => [name, value]));
  if (options.deliver === 'env') {
    return { variables: Object.fromEntries(names.map(([part, variable]) => [variable, values.get(part)?.reveal() ?? ''])), mask, destroy: () => undefined };
  }
  const folder = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
  const destroy = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const variables = names.map(([part, variable]) => {
      const path = join(folder, variable);
      write(path, values.get(part)?.reveal() ?? '');
      return [`${variable}_FILE`, path] as const;
    });
    return { variables: Object.fromEntries(variables), mask, folder, destroy };
  } catch (error) {
    destroy();
    throw error;
  }
}

function variableOf(part: string, parts: readonly IssuedPart[], { variables, defaults }: HandOptions): string {
  const given = variables[part] ?? (parts.filter(({ isSecret }) => isSecret).length === 1 && parts.find(({ isSecret }) => isSecret)?.name === part ? variables[''] : undefined);
  const name = given ?? defaults[part] ?? `TOKENWARDEN_${part.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
  if (!NAME.test(name)) throw new WardenError('ISSUE_VARIABLE', 'a variable is named by letters, digits and underscores', { hint: 'write --variable NAME, or --variable PART=NAME' });
  return name;
}

function write(path: string, text: string): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
