import { isAbsolute, relative } from 'node:path';
import type { ConfigFile } from '../config-file.ts';
import type { ExtendedPart } from '../extends/join-configs.ts';
import { checkDelegates, checkExtends } from './check-extends.ts';
import { checkMeaning } from './check-meaning.ts';
import { explainErrors, type SchemaError } from './explain-errors.ts';
import { configError, type Position } from './problem.ts';
import { readConfigText } from './read-text.ts';
import type { Path } from '../../lib/parse-yaml.ts';

/** A configuration file that is valid in shape and meaning. */
export interface LoadedConfig {
  /** Absolute path. */
  readonly path: string;
  /** For messages: relative where the file lies in the working directory. */
  readonly file: string;
  /** The whole file as data; keys of the table of options included. */
  readonly data: ConfigFile & Readonly<Record<string, unknown>>;
  readonly positionOf: (path: Path) => Position;
  /** For messages, in which file a part stands; absent: all of it in `file`. */
  readonly fileOf?: (path: Path) => string;
  /** Whether a file says it, and it is no default; absent: the data has it. */
  readonly isStated?: (path: Path) => boolean;
  /** What it extends, once that is joined with it. */
  readonly extended?: ExtendedPart;
}

/**
 * Reads and validates a configuration file. Throws `WardenError`: all problems at once (up to 20), each with file,
 * line, column and what was expected. Undefined if a file that was not named does not exist. Parser and validator are
 * loaded only if there is a file.
 */
export async function loadConfig(path: string, named: boolean, cwd: string): Promise<LoadedConfig | undefined> {
  const file = shownFrom(cwd, path);
  const text = await readConfigText(path, named, file);
  return text === undefined ? undefined : parseConfig(text, file, path);
}

/** The same of a text that was read from elsewhere; `path` is where its relative paths start. */
export async function parseConfig(text: string, file: string, path: string): Promise<LoadedConfig> {
  const [{ parseYaml }, { validate }] = await Promise.all([import('../../lib/parse-yaml.ts'), import('../generated/validate-config.js')]);
  const parsed = parseYaml(text);
  if (!parsed.ok) throw configError(file, parsed.problems.map((problem) => ({ ...problem, code: 'CONFIG_SYNTAX' })));
  const { yaml } = parsed;
  const schema = await import('../generated/tokenwarden.schema.json', { with: { type: 'json' } }).then((module) => module.default);
  if (!validate(yaml.data)) throw configError(file, explainErrors((validate.errors ?? []) as readonly SchemaError[], yaml, schema));
  const data = yaml.data as LoadedConfig['data'];
  // What extends another file may speak of what stands there: it is looked at once both are joined.
  const problems = [...checkExtends(data, yaml.positionOf), ...(data.extends === undefined ? checkMeaning(data, yaml.positionOf, storeTypesOf(schema)) : []), ...(data.delegates === undefined ? [] : await checkDelegates(data.delegates, yaml.positionOf))];
  if (problems.length > 0) throw configError(file, problems);
  return { path, file, data, positionOf: yaml.positionOf };
}

/** What `parseConfig` leaves to when a configuration is joined with what it extends. */
export async function checkMerged({ data, file, positionOf, fileOf }: LoadedConfig): Promise<void> {
  const schema = await import('../generated/tokenwarden.schema.json', { with: { type: 'json' } }).then((module) => module.default);
  const problems = checkMeaning(data, positionOf, storeTypesOf(schema), fileOf);
  if (problems.length > 0) throw configError(file, problems);
}

/** The issuer modules that a store may name, as the generated schema lists them. */
function storeTypesOf(schema: { readonly properties: { readonly stores: { readonly items: { readonly properties: { readonly type: unknown } } } } }): readonly string[] {
  return (schema.properties.stores.items.properties.type as { readonly enum?: readonly string[] }).enum ?? [];
}

function shownFrom(cwd: string, path: string): string {
  const shown = relative(cwd, path);
  return shown === '' || shown.startsWith('..') || isAbsolute(shown) ? path : shown;
}
