import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEVERITIES, type Strictness } from '../../../src/model/index.ts';
import { CHECKS, readPolicy } from '../../../src/policy/index.ts';
import { joinConfigs } from '../../../src/settings/extends/join-configs.ts';
import type { KnownPolicy } from '../../../src/settings/extends/join-policy.ts';
import { SETTING_KEYS, type SettingKey } from '../../../src/settings/extends/keys.ts';
import { OPTION_NAMES, specOf } from '../../../src/settings/options.ts';
import type { LoadedConfig } from '../../../src/settings/config/load-config.ts';
import { recordOf, type RecordRow } from '../policy/record.ts';

const KNOWN = JSON.parse(readFileSync(new URL('../../../src/settings/generated/checks.json', import.meta.url), 'utf8')) as KnownPolicy;

function configOf(file: string, data: object): LoadedConfig {
  return { path: `/w/${file}`, file, data: data as LoadedConfig['data'], positionOf: () => ({ line: 1, column: 1 }) };
}

const DURATIONS = ['30m', '2h', '48h', '10d', '2w', '90d'];
const SIZES = ['900k', '10MB', '1GiB', '2g', '5000000'];

/** Values that a setting may have, in a few words. */
function valuesOf({ tighter, unit, path, fallback }: SettingKey): fc.Arbitrary<unknown> {
  if (typeof tighter === 'object') return fc.constantFrom(...tighter);
  if (tighter === 'on' || tighter === 'off') return fc.boolean();
  if (tighter === 'lower' || tighter === 'higher') return unit === 'bytes' ? fc.constantFrom(...SIZES) : typeof fallback === 'number' || path.at(-1) === 'max-days' ? fc.integer({ min: 1, max: 50 }) : fc.constantFrom(...DURATIONS);
  return fc.subarray(['a/**', '!a/b', 'c', '!c', 'd/**']);
}

const anyConfig: fc.Arbitrary<object> = fc.tuple(...SETTING_KEYS.map((key) => fc.option(valuesOf(key), { nil: undefined, freq: 2 }))).map((values) => {
  const data: Record<string, unknown> = {};
  values.forEach((value, index) => {
    const path = SETTING_KEYS[index]?.path ?? [];
    if (value === undefined) return;
    let at = data;
    for (const step of path.slice(0, -1)) at = (at[step] ??= {}) as Record<string, unknown>;
    at[path.at(-1) ?? ''] = value;
  });
  return data;
});

const at = (data: unknown, path: readonly string[]): unknown => path.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], data);
const MS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 604800e3 };
const BYTES: Readonly<Record<string, number>> = { k: 1e3, MB: 1e6, g: 1e9, GiB: 2 ** 30, '': 1 };
/** Another reading of amounts than the program's. */
function amount(value: unknown, unit: string): number {
  if (value === undefined) return Infinity;
  const [, number = '', suffix = ''] = /^(\d+)(.*)$/.exec(String(value)) ?? [];
  return Number(number) * (typeof value === 'number' ? 1 : ((unit === 'bytes' ? BYTES : MS)[suffix] ?? Number.NaN));
}

/** What gitignore makes of a few paths: the last glob that fits decides. */
function ignored(globs: readonly string[]): ReadonlySet<string> {
  const fits = (glob: string, path: string): boolean => (glob.endsWith('/**') ? path.startsWith(glob.slice(0, -2)) : glob === path);
  return new Set(['a/b', 'a/x', 'c', 'd/e'].filter((path) => globs.reduce((is, glob) => (fits(glob.replace(/^!/, ''), path) ? !glob.startsWith('!') : is), false)));
}

function looserThan(order: Strictness, value: unknown, demanded: unknown, unit: string): boolean {
  if (typeof order === 'object') return order.indexOf(String(value)) < order.indexOf(String(demanded));
  const [list, wanted] = [value, demanded].map((one) => (Array.isArray(one) ? (one as readonly string[]) : []));
  switch (order) {
    case 'lower':
      return amount(value, unit) > amount(demanded, unit);
    case 'higher':
      return amount(value, unit) < amount(demanded, unit);
    case 'on':
      return demanded === true && value !== true;
    case 'off':
      return demanded === false && value !== false;
    case 'fewer':
      return (list ?? []).some((entry) => !(wanted ?? []).includes(entry));
    case 'fewer-globs':
      return [...ignored(list ?? [])].some((path) => !ignored(wanted ?? []).has(path));
    case 'further':
      return (wanted ?? []).some((entry) => !(list ?? []).includes(entry));
    case 'same':
      return JSON.stringify(value) !== JSON.stringify(demanded);
    case 'first':
      return demanded !== undefined && JSON.stringify(value) !== JSON.stringify(demanded);
    case 'free':
      return false;
  }
}

describe('every setting', () => {
  it('that a configuration may have says which value is the tighter one', () => {
    for (const name of OPTION_NAMES) expect([name, specOf(name).tighter !== undefined]).toEqual([name, specOf(name).key !== undefined]);
  });

  it('of the schema is compared: options, checks and the other parts', () => {
    const schema = JSON.parse(readFileSync(new URL('../../../src/settings/generated/tokenwarden.schema.json', import.meta.url), 'utf8')) as { properties: Record<string, { properties?: object }> };
    const compared = new Set(SETTING_KEYS.map(({ path }) => path[0]));
    expect(Object.keys(schema.properties).filter((key) => !compared.has(key)).sort()).toEqual(['delegates', 'extends', 'policy']);
    for (const section of ['respond', 'sla', 'ledger', 'verify', 'waivers', 'organization', 'coverage', 'ingest']) {
      const below = new Set(SETTING_KEYS.filter(({ path }) => path[0] === section).map(({ path }) => path[1]));
      expect(Object.keys(schema.properties[section]?.properties ?? {}).sort()).toEqual([...below].sort());
    }
  });
});

describe('no combination', () => {
  it('of two configurations is looser than the extended one, but in what that delegates', () => {
    let joined = 0;
    fc.assert(
      fc.property(anyConfig, anyConfig, fc.subarray(SETTING_KEYS.map(({ path }) => path.join('.')), { minLength: 0 }), fc.boolean(), (own, demanded, some, all) => {
        const delegates = all ? some : SETTING_KEYS.filter(({ path }) => !some.includes(path.join('.'))).map(({ path }) => path.join('.'));
        let result: LoadedConfig;
        try {
          result = joinConfigs(configOf('own.yml', own), configOf('acme.yml', { ...demanded, delegates }), KNOWN);
        } catch {
          return;
        }
        joined += 1;
        for (const { path, tighter, unit, fallback } of SETTING_KEYS) {
          if (delegates.includes(path.join('.'))) continue;
          const [value, wanted] = [at(result.data, path) ?? fallback, at(demanded, path) ?? fallback];
          expect([path.join('.'), value, wanted, looserThan(tighter, value, wanted, unit)]).toEqual([path.join('.'), value, wanted, false]);
        }
      }),
      { seed: 7, numRuns: 600 },
    );
    expect(joined).toBeGreaterThan(20);
  });

  it('of one setting each is looser, either, and what is as tight is never refused', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...SETTING_KEYS).chain((key) => fc.tuple(fc.constant(key), valuesOf(key), fc.option(valuesOf(key), { nil: undefined }))), ([key, own, demanded]) => {
        const put = (value: unknown): object => key.path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as object;
        const wanted = demanded ?? key.fallback;
        try {
          const result = joinConfigs(configOf('own.yml', put(own)), configOf('acme.yml', demanded === undefined ? {} : put(demanded)), KNOWN);
          expect(looserThan(key.tighter, at(result.data, key.path), wanted, key.unit)).toBe(false);
        } catch (error) {
          if ((error as { code?: string }).code !== 'CONFIG_LOOSENS') throw error;
          refused += 1;
          if (!key.adds && key.tighter !== 'same') expect(looserThan(key.tighter, own, wanted, key.unit)).toBe(true);
        }
      }),
      { seed: 8, numRuns: 2500 },
    );
    expect(refused).toBeGreaterThan(200);
  });
});

interface Row extends RecordRow {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly now: string;
}

/** Every token of the checks' tables, with the settings that stand there and a few more. */
const TABLES = CHECKS.map((check) => ({ check, rows: JSON.parse(readFileSync(new URL(`../../../fixtures/policy/${check.id}.json`, import.meta.url), 'utf8')) as readonly Row[] }));

function paramsOf({ check, rows }: (typeof TABLES)[number]): fc.Arbitrary<unknown> {
  const defaults = check.defaults as Readonly<Record<string, unknown>>;
  const values = (name: string): readonly unknown[] => rows.flatMap(({ params }) => (params?.[name] === undefined ? [] : [params[name]]));
  const fields = Object.fromEntries(Object.entries(defaults).map(([name, value]) => {
    const seen = [value, ...values(name)];
    const more = typeof value === 'number' ? [1, 2, 3, 9] : typeof value === 'string' ? DURATIONS : [[]];
    return [name, fc.option(Array.isArray(value) ? fc.subarray(seen.flat()) : fc.constantFrom(...seen, ...(typeof value === 'object' ? [] : more)), { nil: undefined })] as const;
  }));
  return fc.oneof(fc.boolean(), fc.record({ ...fields, severity: fc.option(fc.constantFrom(...SEVERITIES), { nil: undefined }) }).map((some) => Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined))));
}

describe.each(TABLES.map((table) => [table.check.id, table] as const))('a token that breaks %s', (id, table) => {
  it('breaks it under whatever extends that policy, and as badly', () => {
    const rank = (severity: string): number => (SEVERITIES as readonly string[]).indexOf(severity);
    let seen = 0;
    const packs = fc.option(fc.constantFrom('default', 'strict'), { nil: undefined });
    fc.assert(
      fc.property(fc.option(paramsOf(table), { nil: undefined }), fc.option(paramsOf(table), { nil: undefined }), packs, packs, (own, demanded, ownPack, demandedPack) => {
        const policy = (params: unknown, pack: string | undefined): object => ({ ...(params === undefined ? {} : { [id]: params }), ...(pack === undefined ? {} : { pack }) });
        let joined: LoadedConfig;
        let before: ReturnType<typeof readPolicy>;
        let after: ReturnType<typeof readPolicy>;
        try {
          before = readPolicy(policy(demanded, demandedPack), CHECKS);
          joined = joinConfigs(configOf('own.yml', { policy: policy(own, ownPack) }), configOf('acme.yml', { policy: policy(demanded, demandedPack) }), KNOWN);
          after = readPolicy(joined.data.policy, CHECKS);
        } catch {
          return;
        }
        const [was, is] = [before, after].map(({ entries }) => entries.find(({ check }) => check.id === id));
        if (was === undefined) return;
        expect(is, 'the check is on').toBeDefined();
        expect(rank(is?.severity ?? 'low')).toBeLessThanOrEqual(rank(was.severity));
        for (const row of table.rows) {
          if (was.check.judge(recordOf(row), was.params, new Date(row.now)).status !== 'violation') continue;
          seen += 1;
          expect([row, own, demanded, is?.check.judge(recordOf(row), is.params, new Date(row.now)).status]).toEqual([row, own, demanded, 'violation']);
        }
      }),
      { seed: 9, numRuns: 120 },
    );
    expect(seen).toBeGreaterThan(10);
  });
});
