import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { OPTION_NAMES, specOf } from '../../../src/settings/index.ts';
import { complaint, load, workingDirectory } from './folder.ts';

describe('settings', () => {
  it('are the defaults without any source', async () => {
    await using folder = await workingDirectory();
    const { values, sourceOf, stores, policy, accept, stateDir, warnings, configFile, fingerprintKey } = await load(folder.path);
    expect(values).toMatchObject({ failOn: 'low', minConfidence: 'medium', verify: true, archives: true, binaries: true, staged: false, report: [], ignore: [], onIssuerOutage: 'block', range: undefined, verifyCache: 0 });
    expect(OPTION_NAMES.every((name) => sourceOf(name).from === 'default')).toBe(true);
    expect({ stores, policy, accept, warnings, configFile }).toEqual({ stores: [], policy: {}, accept: [], warnings: [], configFile: undefined });
    expect(stateDir).toBe('/home/ana/.local/state/tokenwarden');
    expect(fingerprintKey.secrecy).toBe('public');
  });

  it('take the file over the defaults, the environment over the file and flags over all', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': 'timeout: 1m\njobs: 3\nmin-confidence: low\nfail-on: medium\n' });
    const { values, sourceOf } = await load(folder.path, {
      env: { TOKENWARDEN_FAIL_ON: 'high', TOKENWARDEN_JOBS: '5' },
      flags: { failOn: 'critical' },
    });
    expect(values).toMatchObject({ minConfidence: 'low', jobs: 5, failOn: 'critical', timeout: 60_000 });
    expect(sourceOf('failOn')).toEqual({ from: 'flag', flag: '--fail-on' });
    expect(sourceOf('jobs')).toEqual({ from: 'environment', name: 'TOKENWARDEN_JOBS' });
    expect(sourceOf('minConfidence')).toEqual({ from: 'configuration', file: 'tokenwarden.yml', line: 3, column: 17 });
    expect(sourceOf('cache')).toEqual({ from: 'default' });
  });

  it('take zero where it means never, and nowhere else', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': 'verify: { cache: 0s }\n' });
    expect((await load(folder.path)).values.verifyCache).toBe(0);
    expect((await load(folder.path, { flags: { verifyCache: '0s' } })).values.verifyCache).toBe(0);
    await expect(load(folder.path, { flags: { timeout: '0s' } })).rejects.toThrow(/above zero/);
  });

  it('add globs of all sources, and replace other lists', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': "ignore: ['docs/**']\n" });
    const { values } = await load(folder.path, { env: { TOKENWARDEN_IGNORE: 'a\nb\n', TOKENWARDEN_LOG: 'one.log' }, flags: { ignore: ['c'], log: ['two.log', '-'] } });
    expect(values.ignore).toEqual(['docs/**', 'a', 'b', 'c']);
    expect(values.log).toEqual([join(folder.path, 'two.log'), '-']);
  });

  it('take paths from the working directory, and an empty variable as not set', async () => {
    await using folder = await workingDirectory();
    const { values, stateDir } = await load(folder.path, { env: { TOKENWARDEN_FAIL_ON: '', TOKENWARDEN_REPORT: 'json=-\nsarif=out/a=b.sarif' }, flags: { state: 'here' } });
    expect(values.failOn).toBe('low');
    expect(values.report).toEqual([
      { format: 'json', file: '-' },
      { format: 'sarif', file: join(folder.path, 'out/a=b.sarif') },
    ]);
    expect(stateDir).toBe(join(folder.path, 'here'));
  });

  it('cannot be changed afterwards', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': 'policy: { max-lifetime: { temporary: 1h } }\n' });
    const settings = await load(folder.path);
    expect(() => Object.assign(settings.values, { failOn: 'high' })).toThrow(TypeError);
    expect(() => Object.assign(settings.policy['max-lifetime'] as object, { temporary: '9d' })).toThrow(TypeError);
  });

  it('never read a configuration for a command that needs none', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': '}{' });
    await expect(load(folder.path, { command: 'ledger export' })).resolves.toMatchObject({ stores: [] });
  });

  it('ignore variables of options that the command does not have', async () => {
    await using folder = await workingDirectory();
    const { values } = await load(folder.path, { command: 'scan', env: { TOKENWARDEN_EGRESS: 'true' } });
    expect(values.egress).toBe(false);
  });

  it('use the secret key of the environment over the public salt of the file', async () => {
    const salt = Buffer.alloc(16, 7).toString('base64url');
    const key = Buffer.alloc(32, 9).toString('base64url');
    await using folder = await workingDirectory({ 'tokenwarden.yml': `salt: ${salt}\n` });
    expect((await load(folder.path)).fingerprintKey).toMatchObject({ secrecy: 'public', bytes: new Uint8Array(Buffer.alloc(16, 7)) });
    expect((await load(folder.path, { env: { TOKENWARDEN_FINGERPRINT_KEY: key } })).fingerprintKey).toMatchObject({ secrecy: 'secret', bytes: new Uint8Array(Buffer.alloc(32, 9)) });
  });

  it('refuse a weak key without showing it', async () => {
    await using folder = await workingDirectory();
    const text = await complaint(load(folder.path, { env: { TOKENWARDEN_FINGERPRINT_KEY: 'tooshortkey' } }));
    expect(text).toContain('[FINGERPRINT_KEY_INVALID]');
    expect(text).not.toContain('tooshortkey');
  });

  it('count a gap as accepted through the day it expires, and say when it no longer is', async () => {
    const entry = (path: string, expires: string): string => `    - { path: '${path}', reason: videos, owner: ana@example.com, expires: ${expires} }\n`;
    await using folder = await workingDirectory({ 'tokenwarden.yml': `coverage:\n  accept:\n${entry('today/**', '2026-11-22')}${entry('past/**', '2026-11-21')}` });
    const { accept, warnings } = await load(folder.path);
    expect(accept.map(({ path }) => path)).toEqual(['today/**']);
    expect(warnings.map((text) => text.replaceAll(folder.path, 'CWD'))).toEqual(['tokenwarden.yml:4:7: the acceptance of gaps at past/** expired on 2026-11-21 and no longer counts; ana@example.com answers for it']);
  });

  it('warn of a variable that is nearly one of ours, and of a file by nearly the right name', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yaml': '' });
    const { warnings } = await load(folder.path, { env: { TOKENWARDEN_FAILON: 'x', TOKENWARDEN_STORE_SECRET_OF_OURS: 'y' } });
    expect(warnings).toHaveLength(2);
    expect(warnings.join('\n')).toMatch(/TOKENWARDEN_FAILON is not known; did you mean TOKENWARDEN_FAIL_ON\?\n.*tokenwarden\.yaml is not read/);
  });
});

describe('wrong values', () => {
  it.each([
    [{ flags: { failOn: 'hihg' } }, '[USAGE_WRONG_VALUE] --fail-on: expected critical, high, medium or low\nhint: did you mean high?'],
    [{ flags: { timeout: '10' } }, '[USAGE_WRONG_VALUE] --timeout: expected a duration such as 90s, 10m or 48h\nhint: see "tokenwarden scan --help"'],
    [{ flags: { timeout: '0s' } }, '[USAGE_WRONG_VALUE] --timeout: expected a duration above zero, such as 90s or 10m\nhint: see "tokenwarden scan --help"'],
    [{ flags: { report: ['sarif'] } }, '[USAGE_WRONG_VALUE] --report: expected FORMAT=FILE, for example sarif=out.sarif or json=-\nhint: see "tokenwarden scan --help"'],
    [{ flags: { jobs: '0' } }, '[USAGE_WRONG_VALUE] --jobs: expected a whole number from 1 to 9999\nhint: see "tokenwarden scan --help"'],
    [{ flags: { maxFileSize: '5 parsecs' } }, '[USAGE_WRONG_VALUE] --max-file-size: expected a size such as 10MB, 1GiB or a number of bytes\nhint: see "tokenwarden scan --help"'],
    [{ env: { TOKENWARDEN_ARCHIVES: 'nope' } }, '[USAGE_WRONG_VALUE] TOKENWARDEN_ARCHIVES: expected true or false\nhint: see "tokenwarden scan --help"'],
    [{ flags: { staged: true, history: true } }, '[USAGE_EXCLUSIVE] --staged and --history exclude each other\nhint: each of them replaces the work tree by something else: give one'],
    [{ flags: { range: 'A..B' }, env: { TOKENWARDEN_HISTORY: '1' } }, '[USAGE_EXCLUSIVE] --range and TOKENWARDEN_HISTORY exclude each other\nhint: each of them replaces the work tree by something else: give one'],
  ])('name their source and what was expected (%#)', async (given, expected) => {
    await using folder = await workingDirectory();
    expect(await complaint(load(folder.path, given))).toBe(expected);
  });
});

describe('the table of options', () => {
  it('gives each key and variable to one option only, and each flag to one of each command', () => {
    for (const field of ['key', 'env'] as const) {
      const names = OPTION_NAMES.flatMap((name) => specOf(name)[field] ?? []);
      expect(new Set(names).size, field).toBe(names.length);
    }
    const flags = OPTION_NAMES.flatMap((name) => specOf(name).commands.map((command) => `${command} ${specOf(name).flag ?? `(${name})`}`));
    expect(new Set(flags).size).toBe(flags.length);
  });

  it('never lets a configuration file, which a repository may bring, say where to write or what to send', () => {
    expect(OPTION_NAMES.filter((name) => specOf(name).key !== undefined).sort()).toMatchInlineSnapshot(`
      [
        "archives",
        "binaries",
        "cacheSize",
        "cloneCacheSize",
        "excludeRepository",
        "failOn",
        "forks",
        "ignore",
        "includeIgnored",
        "ingestTrust",
        "jobs",
        "maxArtifactSize",
        "maxFileSize",
        "maxRepositorySize",
        "minConfidence",
        "onIssuerOutage",
        "retention",
        "runs",
        "salt",
        "texts",
        "timeout",
        "verifyAllow",
        "verifyCache",
        "verifyDeny",
        "verifyMaxPerPr",
        "waiversDismissedBy",
        "waiversDismissedReasons",
        "waiversInline",
        "waiversMaxDays",
        "waiversRequireApproval",
      ]
    `);
  });

  it('gives no variable to what must be said each time', () => {
    expect(specOf('yes').env).toBeUndefined();
    expect(specOf('secret').env).toBeUndefined();
  });
});
