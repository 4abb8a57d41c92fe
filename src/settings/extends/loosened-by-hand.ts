import { printable } from '../../lib/printable.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Environment } from '../environment.ts';
import type { FlagValues } from '../merge-values.ts';
import { OPTION_NAMES, specOf, type OptionName } from '../options.ts';
import { describeSource, type ValueSource } from '../settings.ts';
import { SETTING_KEYS } from './keys.ts';
import { delegatedBy } from './looser.ts';
import { isAsTight } from './tighter.ts';

/**
 * What flags and environment loosen of what the configuration's extended file demands. Whoever starts a run decides what it does, but nobody shall
 * take its outcome for that of the demanded one.
 */
export function loosenedByHand({ data, extended }: LoadedConfig, sources: Readonly<Record<OptionName, ValueSource>>, { flags, env }: { readonly flags: FlagValues; readonly env: Environment }): readonly string[] {
  if (extended === undefined) return [];
  const isDelegated = delegatedBy(extended.delegates);
  return OPTION_NAMES.flatMap((name) => {
    const spec = specOf(name);
    const source = sources[name];
    const row = SETTING_KEYS.find(({ path }) => path.join('.') === spec.key);
    if (row === undefined || (source.from !== 'flag' && source.from !== 'environment') || isDelegated(row.path)) return [];
    const given = source.from === 'flag' ? flags[name] : env[source.name];
    const demanded = row.path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[step] : undefined), data) ?? row.fallback;
    if (row.tighter === 'first' || isAsTight(row.tighter, asConfigured(given, spec.kind, spec.list !== undefined, row.adds ? demanded : []), demanded, row.unit)) return [];
    return [`${describeSource(source)} loosens ${row.path.join('.')}, which ${printable(extended.file)} does not delegate: this run does not show that its policy holds`];
  });
}

/** A flag or a variable, as a configuration would have it. */
function asConfigured(given: unknown, kind: string, isList: boolean, before: unknown): unknown {
  if (isList) return [...(Array.isArray(before) ? (before as readonly unknown[]) : []), ...(Array.isArray(given) ? (given as readonly unknown[]) : String(given).split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== ''))];
  if (kind === 'on' || kind === 'off') return typeof given === 'boolean' ? given : /^(?:true|1|yes|on)$/i.test(String(given).trim());
  const text = String(given).trim();
  return kind === 'count' ? Number(text) : text;
}
