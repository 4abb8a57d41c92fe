import type { Path } from '../../lib/parse-yaml.ts';
import type { ConfigFile } from '../config-file.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { configError } from '../config/problem.ts';
import { joinPolicy, type KnownPolicy } from './join-policy.ts';
import { SETTING_KEYS } from './keys.ts';
import { delegatedBy, looserProblem, type Looser } from './looser.ts';
import { isAsTight, isSame, listOf, without } from './tighter.ts';

/** Where a part of the joined configuration stands. */
interface Source {
  readonly config: LoadedConfig;
  readonly path: Path;
}

/**
 * One configuration of a file and the one that it extends. Throws `CONFIG_LOOSENS` (all places at once) where the first says something looser
 * than the other demands and does not delegate.
 */
export function joinConfigs(own: LoadedConfig, extended: LoadedConfig, known: KnownPolicy): LoadedConfig {
  const isDelegated = delegatedBy(extended.data.delegates ?? []);
  const looser: Looser[] = [];
  const data: Record<string, unknown> = {};
  const sources = new Map<string, Source>();
  const note = (path: Path, config: LoadedConfig, from: Path = path): void => {
    sources.set(JSON.stringify(path), { config, path: from });
  };
  for (const { path, tighter, fallback, unit, adds } of SETTING_KEYS) {
    const [said, demanded] = [valueAt(own.data, path), valueAt(extended.data, path)];
    if (said === undefined) {
      if (demanded === undefined) continue;
      put(data, path, demanded);
      note(path, extended, placeIn(extended, path));
      continue;
    }
    const sum = adds ? join(said, demanded) : said;
    if (!isAsTight(tighter, sum, demanded ?? fallback, unit) && !isDelegated(path)) looser.push({ path: firstLooser(path, said, demanded, tighter), value: said, demanded: demanded ?? fallback, isStated: demanded !== undefined });
    put(data, path, sum);
    note(path, own, placeIn(own, path));
    if (adds && demanded !== undefined) noteParts(path, said, demanded, { own, extended, note });
  }
  if (own.data.policy !== undefined || extended.data.policy !== undefined) {
    const joined = joinPolicy(own.data.policy ?? {}, extended.data.policy ?? {}, known, isDelegated);
    looser.push(...joined.looser);
    data['policy'] = joined.policy;
    note(['policy'], extended);
    for (const path of joined.own) noteChecks(path, own, extended, note);
    for (const [id = '', name = ''] of joined.byPack) if (!sources.has(JSON.stringify(['policy', id, name])) && !isSaid(own, id, name)) note(['policy', id, name], own, ['policy', 'pack']);
    if (own.data.policy?.['pack'] !== undefined) note(['policy', 'pack'], own);
  }
  if (looser.length > 0) throw configError(own.file, looser.map((one) => looserProblem(one, own, extended)));
  const sourceOf = (path: Path): Source => {
    for (let length = path.length; length > 0; length -= 1) {
      const source = sources.get(JSON.stringify(path.slice(0, length)));
      if (source !== undefined) return { config: source.config, path: [...source.path, ...path.slice(length)] };
    }
    return { config: own, path };
  };
  return {
    path: own.path,
    file: own.file,
    data: data as LoadedConfig['data'],
    positionOf: (path) => {
      const source = sourceOf(path);
      return source.config.positionOf(source.path);
    },
    fileOf: (path) => sourceOf(path).config.file,
    isStated: (path) => {
      const { config, path: there } = sourceOf(path);
      return valueAt(config.data, there) !== undefined;
    },
    extended: { file: extended.file, delegates: extended.data.delegates ?? [], data: extended.data },
  };
}

/** Lists: what is demanded first, then what is new. Mappings: by name, the own ones win. */
function join(said: unknown, demanded: unknown): unknown {
  if (demanded === undefined) return said;
  if (Array.isArray(said)) return [...listOf(demanded), ...additions(said, demanded)];
  if (typeof said === 'object' && said !== null && typeof demanded === 'object') return { ...demanded, ...said };
  return said;
}

/** Globs that take back what others excuse count again: they hold for what stands before them. */
function additions(said: unknown, demanded: unknown): readonly unknown[] {
  return listOf(said).filter((entry) => (typeof entry === 'string' && entry.startsWith('!')) || !listOf(demanded).some((known) => isSame(known, entry)));
}

/** An entry that is one too many is a better place to look at than its list. */
function firstLooser(path: Path, said: unknown, demanded: unknown, tighter: unknown): Path {
  const [added] = tighter === 'fewer' || tighter === 'fewer-globs' ? without(said, demanded).filter((entry) => tighter === 'fewer' || typeof entry !== 'string' || !entry.startsWith('!')) : [];
  return added === undefined ? path : [...path, listOf(said).indexOf(added)];
}

type Note = (path: Path, config: LoadedConfig, from?: Path) => void;

function noteParts(path: Path, said: unknown, demanded: unknown, { own, extended, note }: { readonly own: LoadedConfig; readonly extended: LoadedConfig; readonly note: Note }): void {
  if (Array.isArray(said)) {
    const theirs = listOf(demanded);
    theirs.forEach((_, index) => note([...path, index], extended, [...placeIn(extended, path), index]));
    additions(said, demanded).forEach((entry, index) => note([...path, theirs.length + index], own, [...placeIn(own, path), said.indexOf(entry)]));
  } else if (typeof said === 'object' && said !== null) for (const name of Object.keys(demanded as object)) if (!(name in said)) note([...path, name], extended);
}

function noteChecks([id = '']: readonly string[], own: LoadedConfig, extended: LoadedConfig, note: Note): void {
  const said = own.data.policy?.[id];
  const demanded = extended.data.policy?.[id];
  note(['policy', id], own);
  if (typeof demanded !== 'object' || demanded === null) return;
  for (const name of Object.keys(demanded)) if (typeof said !== 'object' || said === null || !(name in said)) note(['policy', id, name], extended);
}

function isSaid({ data }: LoadedConfig, id: string, name: string): boolean {
  const said = data.policy?.[id];
  return typeof said === 'object' && said !== null && name in said;
}

/** A bare list below `rules:` is its `kinds`. */
export function valueAt(data: LoadedConfig['data'], path: Path): unknown {
  const plain: Readonly<Record<string, unknown>> = path[0] === 'rules' && Array.isArray(data.rules) ? { rules: { kinds: data.rules } } : data;
  return path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string | number, unknown>>)[step] : undefined), plain);
}

function placeIn({ data }: LoadedConfig, path: Path): Path {
  return path[0] === 'rules' && Array.isArray(data.rules) ? ['rules'] : path;
}

function put(data: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) {
    data[head] = value;
    return;
  }
  const inner = (data[head] ?? {}) as Record<string, unknown>;
  data[head] = inner;
  put(inner, rest, value);
}

export type ExtendedPart = { readonly file: string; readonly delegates: readonly string[]; readonly data: ConfigFile & Readonly<Record<string, unknown>> };
