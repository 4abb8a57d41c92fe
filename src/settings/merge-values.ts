import { listOf } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { configError, type Problem } from './config/problem.ts';
import type { Environment } from './environment.ts';
import type { CommandName, Kind, KindValues, OptionSpec } from './option.ts';
import { OPTION_NAMES, specOf, type OptionName, type OptionValues } from './options.ts';
import { readValue, type Read } from './read-value.ts';
import type { ValueSource } from './settings.ts';

/** As the command line gave them: text, texts of a repeatable one, or a boolean of a switch. */
export type FlagValues = { readonly [N in OptionName]?: string | boolean | readonly string[] };

export interface MergeRequest {
  readonly command: CommandName;
  readonly flags: FlagValues;
  readonly env: Environment;
  readonly cwd: string;
  readonly config: LoadedConfig | undefined;
}

type Value = KindValues[Kind];
interface Given {
  readonly source: ValueSource;
  readonly values: readonly Value[];
}

/** Merges the sources of every option: the strongest wins, lists that add up keep all. Throws on the first wrong flag or variable. */
export function mergeValues(request: MergeRequest): { readonly values: OptionValues; readonly sources: Readonly<Record<OptionName, ValueSource>> } {
  const values: Record<string, Value | readonly Value[] | undefined> = {};
  const sources: Record<string, ValueSource> = {};
  const problems: Problem[] = [];
  for (const name of OPTION_NAMES) {
    const spec = specOf(name);
    const used = spec.commands.includes(request.command);
    const given = used ? [fromConfig(spec, request, problems), fromEnvironment(spec, request), fromFlags(name, spec, request)].filter((one) => one !== undefined) : [];
    const strongest = given.at(-1);
    sources[name] = strongest?.source ?? { from: 'default' };
    if (spec.list === 'add') values[name] = given.flatMap((one) => one.values);
    else if (spec.list === 'replace') values[name] = strongest?.values ?? [];
    else values[name] = strongest?.values.at(-1) ?? defaultOf(spec, request.cwd);
  }
  if (problems.length > 0) throw configError(request.config?.file ?? '', problems);
  return { values: values as unknown as OptionValues, sources: sources as Record<OptionName, ValueSource> };
}

/** Defaults are written as people would: a text is read like one of theirs. */
function defaultOf(spec: OptionSpec, cwd: string): Value | undefined {
  if (spec.kind === 'on') return false;
  if (spec.kind === 'off') return true;
  return typeof spec.fallback === 'string' ? must(spec, spec.fallback, cwd, 'the default') : spec.fallback;
}

/** The schema has judged shapes; here texts become milliseconds and bytes. */
function fromConfig(spec: OptionSpec, { config, cwd }: MergeRequest, problems: Problem[]): Given | undefined {
  if (spec.key === undefined || config === undefined) return undefined;
  const path = spec.key.split('.');
  const raw = path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined), config.data);
  if (raw === undefined) return undefined;
  const at = config.positionOf(path);
  const values: Value[] = [];
  for (const item of Array.isArray(raw) ? raw : [raw]) {
    const read: Read = typeof item === 'boolean' ? { ok: true, value: item } : readValue(spec, String(item), cwd);
    if (read.ok) values.push(read.value);
    else problems.push({ at, ...(config.fileOf === undefined ? {} : { file: config.fileOf(path) }), code: 'CONFIG_WRONG_VALUE', message: `${spec.key}: expected ${read.expected}` });
  }
  return { source: { from: 'configuration', file: config.fileOf?.(path) ?? config.file, ...at }, values };
}

/** An empty variable counts as not set, as workflows pass empty inputs. */
function fromEnvironment(spec: OptionSpec, { env, cwd }: MergeRequest): Given | undefined {
  const text = spec.env === undefined ? undefined : env[spec.env];
  if (spec.env === undefined || text === undefined || text.trim() === '') return undefined;
  const items = spec.list === undefined ? [text] : text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return { source: { from: 'environment', name: spec.env }, values: items.map((item) => must(spec, item.trim(), cwd, spec.env ?? '')) };
}

function fromFlags(name: OptionName, spec: OptionSpec, { flags, cwd }: MergeRequest): Given | undefined {
  const raw = flags[name];
  if (raw === undefined || spec.flag === undefined) return undefined;
  const source: ValueSource = { from: 'flag', flag: spec.flag };
  if (typeof raw === 'boolean') return { source, values: [raw] };
  const items = typeof raw === 'string' ? [raw] : raw;
  return { source, values: items.map((item) => must(spec, item, cwd, spec.flag ?? '')) };
}

function must(spec: OptionSpec, text: string, cwd: string, where: string): Value {
  const read = readValue(spec, text, cwd);
  if (read.ok) return read.value;
  const hint = read.meant === undefined ? `see "tokenwarden ${listOf(spec.commands.slice(0, 1))} --help"` : `did you mean ${printable(read.meant)}?`;
  throw new WardenError('USAGE_WRONG_VALUE', `${where}: expected ${read.expected}`, { hint });
}
