import { dirname, relative, resolve } from 'node:path';
import { realpath } from 'node:fs/promises';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import type { RulesConfig } from './config-file.ts';
import { nameOf } from './config/explain-errors.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { configError } from './config/problem.ts';
import { readConfigText } from './config/read-text.ts';

/** A place below `rules:`, with `kinds` spelt out also where the configuration has a bare list. */
export type RulesPath = readonly [part: 'kinds' | 'files' | 'disable', ...rest: (string | number)[]];

/** `rules:` of the configuration. Settings know its shape; what a rule means is for the room of rules to say. */
export interface OwnRulesSettings {
  /** Valid by the schema of own kinds. */
  readonly kinds: readonly unknown[];
  readonly disable: readonly string[];
  /** The files that it names: as a user would call them, with their text. Throws `CONFIG_*` for one that cannot be read. */
  readonly readFiles: () => Promise<readonly { readonly name: string; readonly text: string }[]>;
  /** One `CONFIG_RULE_INVALID` of all problems, each with file, line, column and key. */
  readonly error: (problems: readonly { readonly path: RulesPath; readonly message: string }[]) => WardenError;
}

/** The text of a file that the configuration names, from where the configuration itself was read. */
export type ReadText = (path: string, shown: string) => Promise<string | undefined>;

const readFromDisk: ReadText = (path, shown) => readConfigText(path, true, shown);

/** Undefined where the configuration changes no rule. `named`: the user named the file; else it was found, and could be a stranger's. */
export function ownRulesOf(config: LoadedConfig, named: boolean, cwd: string, readText: ReadText = readFromDisk): OwnRulesSettings | undefined {
  const { rules } = config.data;
  if (rules === undefined) return undefined;
  const isList = Array.isArray(rules);
  const { kinds = [], files = [], disable = [] }: RulesConfig = isList ? { kinds: rules as RulesConfig['kinds'] ?? [] } : (rules as RulesConfig);
  const placeOf = (path: RulesPath): readonly (string | number)[] => ['rules', ...(isList ? path.slice(1) : path)];
  const error: OwnRulesSettings['error'] = (problems) =>
    configError(
      config.file,
      problems.map(({ path, message }) => ({ at: config.positionOf(placeOf(path)), ...(config.fileOf === undefined ? {} : { file: config.fileOf(placeOf(path)) }), code: 'CONFIG_RULE_INVALID', message: `${nameOf(placeOf(path))}: ${message.replace(/[^\x20-\x7e]+/g, printable)}` })),
    );
  return {
    kinds,
    disable,
    error,
    async readFiles() {
      const read: { name: string; text: string }[] = [];
      for (const [index, file] of files.entries()) {
        const path = resolve(dirname(config.path), file);
        if (!named && !(await liesBelow(dirname(config.path), path))) {
          throw error([{ path: ['files', index], message: 'lies outside of the folder of this configuration, which was found in the working directory and could be a stranger\'s; name the configuration with --config if you trust it' }]);
        }
        const shown = shownFrom(cwd, path);
        try {
          read.push({ name: shown, text: (await readText(path, shown)) ?? '' });
        } catch (problem) {
          if (!(problem instanceof WardenError)) throw problem;
          throw error([{ path: ['files', index], message: problem.message }]);
        }
      }
      return read;
    },
  };
}

/** Links followed; a file that is not there lies where its path says. */
async function liesBelow(folder: string, path: string): Promise<boolean> {
  const [root, real] = await Promise.all([realpath(folder), realpath(path).catch(() => path)]);
  const way = relative(root, real);
  return !way.startsWith('..') && resolve(root, way) === real;
}

function shownFrom(cwd: string, path: string): string {
  const shown = relative(cwd, path);
  return shown.startsWith('..') ? path : shown;
}
