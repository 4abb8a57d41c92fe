import { join, resolve } from 'node:path';
import { access } from 'node:fs/promises';
import { endOfDay } from '../lib/day.ts';
import { listOf } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type Sla } from '../model/index.ts';
import type { AcceptConfig } from './config-file.ts';
import { checkEnvNames } from './config/check-env-names.ts';
import { checkIssuerNames } from './config/check-issuer-names.ts';
import { checkRuleNames } from './config/check-rule-names.ts';
import { loadConfig, parseConfig, type LoadedConfig } from './config/load-config.ts';
import { suspiciousNames, type Environment } from './environment.ts';
import { readFingerprintKey } from './fingerprint-key.ts';
import { valueAt } from './extends/join-configs.ts';
import { loosenedByHand } from './extends/loosened-by-hand.ts';
import { resolveExtends, type ResolveExtends } from './extends/resolve.ts';
import { ownRulesOf, type ReadText } from './own-rules.ts';
import { mergeValues, type FlagValues } from './merge-values.ts';
import { specOf, type OptionName, type OptionValues } from './options.ts';
import { anchorsOf, respondPolicyOf, slaOf } from './respond-policy.ts';
import { describeSource, type AcceptedGap, type Settings, type ValueSource } from './settings.ts';
import { stateDirectory } from './state-directory.ts';
import type { CommandName } from './option.ts';

export interface SettingsRequest {
  readonly command: CommandName;
  /** What the command line gave, as text; absent options were not given. */
  readonly flags: FlagValues;
  readonly env: Environment;
  /** Absolute; relative paths are taken from here, and its `tokenwarden.yml` is the configuration unless another is named. */
  readonly cwd: string;
  /** The user's home directory, absolute; the state lives there unless told otherwise. */
  readonly home: string;
  readonly now: Date;
  /** Instead of the working directory's configuration (never of one that the user names): `text` undefined is none. */
  readonly config?: { readonly file: string; readonly text: string | undefined; /** What else lies there. */ readonly read: ReadText };
  /** Fetches what a configuration extends, where that does not lie beside it. Absent: such a configuration is an error. */
  readonly bring?: NonNullable<ResolveExtends['bring']>;
  /** Whose policy, environments, owners and tokens hold instead of the configuration's. */
  readonly policy?: { readonly file: string; readonly text: string | undefined } | { readonly path: string };
}

export const CONFIG_NAME = 'tokenwarden.yml';

/**
 * Defaults, then configuration file, then environment, then flags. Throws `WardenError` (`CONFIG_*`, `USAGE_*`) that
 * names the source of each wrong value. Commands that take no `--config` read no file.
 */
export async function loadSettings(request: SettingsRequest): Promise<Settings> {
  const { command, flags, env, cwd, home, now } = request;
  const warnings: string[] = [...suspiciousNames(env)];
  const config = specOf('config').commands.includes(command) ? await findConfig(request, warnings) : undefined;
  const judging = request.policy === undefined ? config : await loadPolicy(request.policy, request);
  const { values, sources } = mergeValues({ command, flags, env, cwd, config });
  if (config?.extended !== undefined) warnings.push(...loosenedByHand(config, sources, { flags, env }));
  const ownRules = config === undefined ? undefined : ownRulesOf(config, namedConfig(flags, env) !== undefined, cwd, namedConfig(flags, env) === undefined ? request.config?.read : undefined);
  const sourceOf = (name: OptionName): ValueSource => sources[name];
  checkExclusive(values, sourceOf);
  return freeze({
    values,
    sourceOf,
    ...(config === undefined ? {} : { configFile: config.path, statedAt: placesIn(config) }),
    ...(config?.extended === undefined ? {} : { extended: { file: config.extended.file, delegates: config.extended.delegates } }),
    stores: config === undefined ? [] : placedStores(config),
    policy: judging?.data.policy ?? {},
    policyFile: judging?.file ?? CONFIG_NAME,
    ...(judging?.data.environments === undefined ? {} : { environments: judging.data.environments }),
    owners: judging?.data.owners ?? [],
    ...(judging?.data.tokens === undefined ? {} : { tokens: judging.data.tokens.map(({ 'token-id': tokenId, ...token }) => ({ ...token, ...(tokenId === undefined ? {} : { tokenId }) })) }),
    grants: config?.data.grants ?? [],
    rotations: config?.data.rotations ?? [],
    accept: acceptedGaps(config, now, warnings),
    respond: respondPolicyOf(config?.data.respond),
    ...(config?.data.sla === undefined ? {} : { sla: slaOf(config.data.sla) as Sla }),
    anchors: anchorsOf(config?.data.ledger, config?.path ?? join(cwd, CONFIG_NAME)),
    ...(ownRules === undefined ? {} : { ownRules }),
    fingerprintKey: readFingerprintKey(env.TOKENWARDEN_FINGERPRINT_KEY, values.salt),
    checkRuleNames: (ids, issuers) => {
      for (const one of new Set([config, judging])) {
        if (one === undefined) continue;
        checkRuleNames(one, ids);
        if (issuers !== undefined) checkIssuerNames(one, issuers);
      }
    },
    stateDir: values.state ?? stateDirectory(env, home),
    warnings,
  });
}

async function loadPolicy(policy: NonNullable<SettingsRequest['policy']>, { cwd, bring }: SettingsRequest): Promise<LoadedConfig | undefined> {
  const isNamed = 'path' in policy;
  const own = isNamed ? await loadConfig(resolve(cwd, policy.path), true, cwd) : policy.text === undefined ? undefined : await parseConfig(policy.text, policy.file, join(cwd, CONFIG_NAME));
  return own === undefined ? undefined : resolveExtends(own, { named: isNamed, cwd, ...(bring === undefined ? {} : { bring }) });
}

async function findConfig(request: SettingsRequest, warnings: string[]): Promise<LoadedConfig | undefined> {
  const { flags, env, cwd, config: given, bring } = request;
  const named = namedConfig(flags, env);
  const setup = { named: named !== undefined, cwd, ...(bring === undefined ? {} : { bring }) };
  if (named !== undefined) {
    const config = await loadConfig(resolve(cwd, named), true, cwd);
    return config === undefined ? undefined : resolveExtends(config, setup);
  }
  if (given !== undefined) {
    const read = given.text === undefined ? undefined : await parseConfig(given.text, given.file, join(cwd, CONFIG_NAME));
    if (read === undefined) return undefined;
    checkEnvNames(read);
    return resolveExtends(read, { ...setup, read: given.read });
  }
  const config = await loadConfig(join(cwd, CONFIG_NAME), false, cwd);
  if (config !== undefined) {
    checkEnvNames(config);
    return resolveExtends(config, setup);
  }
  const other = join(cwd, 'tokenwarden.yaml');
  if (await access(other).then(() => true, () => false)) warnings.push(`tokenwarden.yaml is not read: the configuration file is called ${CONFIG_NAME} (or name it with --config)`);
  return undefined;
}

function placesIn({ data, file, positionOf, fileOf, isStated }: LoadedConfig): NonNullable<Settings['statedAt']> {
  return (path) => ((isStated?.(path) ?? valueAt(data, path) !== undefined) ? { file: fileOf?.(path) ?? file, ...positionOf(path) } : undefined);
}

/** What the user calls the configuration, if at all. */
export function namedConfig(flags: FlagValues, env: Environment): string | undefined {
  return [flags.config, env.TOKENWARDEN_CONFIG].find((path): path is string => typeof path === 'string' && path !== '');
}

/** A mistake that only shows when a store is set up is told with its place, too. */
function placedStores({ data, file, positionOf, fileOf }: LoadedConfig): Settings['stores'] {
  return (data.stores ?? []).map((store, index) => ({
    ...store,
    placeOf: (path) => {
      const at = ['stores', index, ...path];
      const { line, column } = positionOf(at);
      return `${printable(fileOf?.(at) ?? file)}:${line}:${column}`;
    },
  }));
}

const MODES = ['staged', 'range', 'history'] as const;

function checkExclusive(values: OptionValues, sourceOf: (name: OptionName) => ValueSource): void {
  const given = MODES.filter((name) => values[name] !== undefined && values[name] !== false);
  if (given.length < 2) return;
  const names = given.map((name) => describeSource(sourceOf(name)));
  throw new WardenError('USAGE_EXCLUSIVE', `${listOf(names).replace(' or ', ' and ')} exclude each other`, { hint: 'each of them replaces the work tree by something else: give one' });
}

function acceptedGaps(config: LoadedConfig | undefined, now: Date, warnings: string[]): readonly AcceptedGap[] {
  const live = (entry: AcceptConfig, index: number): boolean => {
    const end = endOfDay(entry.expires);
    if (end !== undefined && end.getTime() >= now.getTime()) return true;
    const at = config?.positionOf(['coverage', 'accept', index]) ?? { line: 1, column: 1 };
    warnings.push(
      `${printable(config?.fileOf?.(['coverage', 'accept', index]) ?? config?.file ?? '')}:${at.line}:${at.column}: the acceptance of gaps at ${printable(entry.path)} expired on ${entry.expires} and no longer counts; ${printable(entry.owner)} answers for it`,
    );
    return false;
  };
  return (config?.data.coverage?.accept ?? []).filter(live);
}

function freeze(settings: Settings): Settings {
  const deep = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return;
    Object.freeze(value);
    Object.values(value).forEach(deep);
  };
  deep(settings);
  return settings;
}
