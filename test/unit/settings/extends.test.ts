import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WardenError } from '../../../src/model/index.ts';
import { loadSettings, type Settings, type SettingsRequest } from '../../../src/settings/index.ts';
import { complaint, NOW, workingDirectory } from './folder.ts';

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

interface Given extends Pick<SettingsRequest, 'bring' | 'config' | 'policy'> {
  readonly flags?: SettingsRequest['flags'];
  readonly env?: SettingsRequest['env'];
}

/** `own` extends `demanded`, which lies beside it. */
async function extending<T>(demanded: string, own: string, see: (settings: Promise<Settings>, folder: string) => Promise<T>, { flags = {}, env = {}, ...more }: Given = {}): Promise<T> {
  await using folder = await workingDirectory({ 'acme.yml': demanded, 'tokenwarden.yml': `extends: { file: acme.yml, sha256: ${sha256(demanded)} }\n${own}` });
  return await see(loadSettings({ command: 'audit', flags, env, cwd: folder.path, home: '/home/ana', now: NOW, ...more }), folder.path);
}

const told = (demanded: string, own: string): Promise<string> => extending(demanded, own, complaint);

describe('what a configuration extends', () => {
  it('holds, and each value says which file said it', async () => {
    await extending('fail-on: medium\npolicy: { max-lifetime: { persistent: 10d } }\n', 'min-confidence: low\npolicy: { stale: { unused: 7d } }\n', async (loading) => {
      const { values, sourceOf, policy, statedAt, extended } = await loading;
      expect([values.failOn, values.minConfidence]).toEqual(['medium', 'low']);
      expect(sourceOf('failOn')).toMatchObject({ from: 'configuration', file: 'acme.yml', line: 1 });
      expect(sourceOf('minConfidence')).toMatchObject({ file: 'tokenwarden.yml', line: 2 });
      expect(policy).toMatchObject({ 'max-lifetime': { persistent: '10d', temporary: '48h' }, stale: { unused: '7d' }, 'owner-required': false });
      expect(statedAt?.(['policy', 'max-lifetime', 'persistent'])).toMatchObject({ file: 'acme.yml', line: 2 });
      expect(statedAt?.(['policy', 'stale', 'unused'])).toMatchObject({ file: 'tokenwarden.yml', line: 3 });
      expect(statedAt?.(['policy', 'no-expiry', 'severity'])).toBeUndefined();
      expect(extended).toEqual({ file: 'acme.yml', delegates: [] });
    });
  });

  it('may be tightened in every way', async () => {
    const own = "fail-on: low\nignore: ['!vendor/keys/**']\ninclude-ignored: true\nwaivers: { require-approval: true, max-days: 30, inline: false }\npolicy: { max-lifetime: { persistent: 3d, severity: critical }, owner-required: true, leaked: { allowed: [] } }\n";
    await extending("fail-on: medium\nignore: ['vendor/**']\npolicy: { leaked: { allowed: [ { path: 'a/**', rule: '*' } ] } }\n", own, async (loading) => {
      const { values, policy } = await loading;
      expect([values.failOn, values.ignore, values.includeIgnored, values.waiversMaxDays, values.waiversInline]).toEqual(['low', ['vendor/**', '!vendor/keys/**'], true, 30, false]);
      expect(policy).toMatchObject({ 'max-lifetime': { persistent: '3d', severity: 'critical' }, 'owner-required': { severity: 'medium' }, leaked: { allowed: [] } });
    });
  });

  it('is tightened by a pack where the pack is tighter, and nowhere loosened by it', async () => {
    await extending("policy: { max-lifetime: { persistent: 3d }, max-age: { persistent: 30d }, leaked: { allowed: [ { path: 'a/**', rule: '*' } ] } }\n", 'policy: { pack: strict }\n', async (loading) => {
      expect((await loading).policy).toMatchObject({ pack: 'strict', 'max-lifetime': { persistent: '3d', temporary: '24h', severity: 'critical' }, 'max-age': { persistent: '7d' }, 'expiring-soon': { within: '3d' }, 'owner-required': { severity: 'high' }, leaked: { allowed: [{ path: 'a/**', rule: '*' }] } });
    });
  });

  const loosenings: readonly (readonly [what: string, demanded: string, own: string, says: RegExp])[] = [
    ['a threshold', 'fail-on: medium\n', 'fail-on: critical\n', /tokenwarden\.yml:2:10: fail-on: critical is looser than medium, which is what acme\.yml:1:10 demands/],
    ['a default that nobody wrote down', 'jobs: 2\n', 'min-confidence: high\n', /min-confidence: high is looser than medium, which is the default that acme\.yml leaves in force/],
    ['a duration in another unit', 'policy: { max-lifetime: { persistent: 48h } }\n', 'policy: { max-lifetime: { persistent: 1w } }\n', /policy\.max-lifetime\.persistent: 1w is looser than 48h, which is what acme\.yml:1:/],
    ['a size', 'max-file-size: 1GiB\n', 'max-file-size: 900m\n', /max-file-size: 900m is looser than 1GiB/],
    ['a check that is switched off', 'policy: { in-url: true }\n', 'policy: { in-url: false }\n', /policy\.in-url: false is looser/],
    ['a severity', 'jobs: 2\n', 'policy: { leaked: { severity: low } }\n', /policy\.leaked\.severity: low is looser than critical/],
    ['a looser pack', 'policy: { pack: strict }\n', 'policy: { pack: default }\n', /policy\.pack: default is looser than strict/],
    ['an excuse more', "ignore: ['a/**']\n", "ignore: ['a/**', '!b', 'c/**']\n", /tokenwarden\.yml:2:24: ignore\[2\]: is looser/],
    ['an accepted gap', 'jobs: 2\n', "coverage: { accept: [ { path: 'a', reason: r, owner: o, expires: 2030-01-01 } ] }\n", /coverage\.accept\[0\]/],
    ['a store, which would answer for tokens', 'jobs: 2\n', "stores: [ { id: mine, type: oauth, url: 'https://a.example.com', claims: [ { rule: x } ] } ]\n", /:2:9: stores: is looser/],
    ['issuers that are not asked', 'jobs: 2\n', 'verify: { deny: [github] }\n', /verify\.deny/],
    ['a rule that is switched off', 'jobs: 2\n', 'rules: { disable: [github-pat] }\n', /rules\.disable\[0\]/],
    ['a rule of its own, which may take the place of another', 'jobs: 2\n', "rules: [ { id: mine, pattern: 'mine_[0-9]{20}' } ]\n", /:2:8: rules\.kinds: is looser/],
    ['another salt', 'salt: AAAAAAAAAAAAAAAAAAAAAA\n', 'salt: BBBBBBBBBBBBBBBBBBBBBB\n', /salt: is looser than what acme\.yml:1:7 demands/],
    ['fewer signatures', `respond: { approvals: { four-eyes: true, required: 2 }, people: [ ${['ana', 'bob'].map((name, index) => `{ name: ${name}, key: '${publicKey(index)}' }`).join(', ')} ] }\n`, 'respond: { approvals: { required: 1 } }\n', /respond\.approvals\.required: 1 is looser than 2/],
  ];
  it.each(loosenings)('is never loosened by %s', async (_, demanded, own, says) => {
    const text = await told(demanded, own);
    expect(text).toMatch(/^\[CONFIG_LOOSENS\]/);
    expect(text).toMatch(says);
    expect(text).not.toMatch(/AAAAAA|BBBBBB|example\.com/);
  });

  it.each(loosenings)('is loosened by %s where it delegates that', async (_, demanded, own, says) => {
    const [, name = ''] = /(?:^|\s)([a-z]+(?:[.-][a-z]+)*)/.exec(says.source.replaceAll('\\', '').replace(/^.*?:\d+:\d+: /, '')) ?? [];
    const settings = await extending(`${demanded}delegates: [${name}]\n`, own, (loading) => loading);
    expect(settings.extended?.delegates).toEqual([name]);
  });

  it('tells all that loosens at once, in the order of the file', async () => {
    const text = await told('fail-on: medium\n', 'archives: false\nfail-on: critical\nbinaries: false\n');
    expect([...text.matchAll(/tokenwarden\.yml:(\d+)/g)].map(([, line]) => line)).toEqual(['2', '3', '4']);
    expect(text).toMatch(/^\[CONFIG_INVALID\]/);
  });

  it('gives stores, environments and owners to who extends it, by their names', async () => {
    const demanded = "stores: [ { id: sso, type: oauth, url: 'https://sso.example.com', claims: [ { rule: x } ] } ]\nenvironments: { live: ['live/**'] }\nrespond: { production: [live] }\ndelegates: [environments]\n";
    await extending(demanded, "verify: { allow: [sso] }\nenvironments: { test: ['test/**'] }\n", async (loading) => {
      expect(await loading.then(() => '', (error: unknown) => (error as WardenError).message)).toMatch(/verify\.allow: is looser/);
    });
    await extending(demanded, "policy: { promoted: { apart: ['*', live, test] } }\nenvironments: { test: ['test/**'] }\n", async (loading) => {
      const { environments, stores } = await loading;
      expect(environments).toEqual({ live: ['live/**'], test: ['test/**'] });
      expect(stores[0]?.placeOf?.(['url'])).toBe('acme.yml:1:40');
    });
    expect(await extending(`${demanded.replace('[environments]', '[stores]')}`, "stores: [ { id: sso, type: oauth, url: 'https://evil.example.com', claims: [ { rule: x } ] } ]\n", complaint)).toMatch(/CONFIG_DUPLICATE_STORE\] tokenwarden\.yml:2:/);
  });

  it('warns of what flags and variables loosen, which are of whoever runs it', async () => {
    await extending("fail-on: medium\nignore: ['a/**']\ndelegates: [archives]\n", '', async (loading) => {
      expect((await loading).warnings).toEqual([
        'TOKENWARDEN_IGNORE loosens ignore, which acme.yml does not delegate: this run does not show that its policy holds',
        '--fail-on loosens fail-on, which acme.yml does not delegate: this run does not show that its policy holds',
      ]);
    }, { flags: { failOn: 'high', archives: false, binaries: true }, env: { TOKENWARDEN_IGNORE: 'b/**', TOKENWARDEN_MIN_CONFIDENCE: 'low' } });
  });
});

describe('the digest', () => {
  const own = (digest: string, source = 'file: acme.yml'): string => `extends: { ${source}, sha256: ${digest} }\n`;

  it('says what was expected and what was found', async () => {
    await using folder = await workingDirectory({ 'acme.yml': 'fail-on: low\n', 'tokenwarden.yml': own(sha256('other')) });
    const text = await complaint(loadSettings({ command: 'scan', flags: {}, env: {}, cwd: folder.path, home: '/h', now: NOW }));
    expect(text).toContain(`[EXTENDS_DIGEST] tokenwarden.yml:1:36: extends.sha256: expected ${sha256('other')}, found ${sha256('fail-on: low\n')} in acme.yml`);
  });

  it('is of the bytes, whoever brought them', async () => {
    const bytes = Buffer.from('\ufefffail-on: high\n');
    const asked: unknown[] = [];
    await using folder = await workingDirectory({ 'tokenwarden.yml': own(sha256(bytes), 'repository: acme/policy, path: p/acme.yml, commit: abcdef6789abcdef6789abcdef6789abcdef6789') });
    const load = (answer: Uint8Array): Promise<Settings> => loadSettings({ command: 'scan', flags: {}, env: {}, cwd: folder.path, home: '/h', now: NOW, bring: (source) => Promise.resolve((asked.push(source), answer)) });
    const { values, sourceOf } = await load(bytes);
    expect([values.failOn, sourceOf('failOn')]).toMatchObject(['high', { file: 'acme/policy/p/acme.yml@abcdef6789ab' }]);
    expect(asked).toHaveLength(1);
    expect(await complaint(load(Buffer.from('fail-on: high\n')))).toMatch(/EXTENDS_DIGEST/);
  });

  it('is looked for beside the configuration of the base where that counts, never in the change', async () => {
    const [base, change] = ['fail-on: low\n', 'fail-on: critical\n'];
    await using folder = await workingDirectory({ 'acme.yml': change, 'tokenwarden.yml': own(sha256(change)) });
    const config = { file: 'abc:tokenwarden.yml', text: own(sha256(base)), read: () => Promise.resolve(base) };
    const { values } = await loadSettings({ command: 'scan', flags: {}, env: {}, cwd: folder.path, home: '/h', now: NOW, config });
    expect(values.failOn).toBe('low');
  });

  const wrong: readonly (readonly [what: string, own: string, says: RegExp])[] = [
    ['no source', `extends: { sha256: ${'f'.repeat(64)} }\n`, /expected one of file, url, or repository/],
    ['two sources', own('f'.repeat(64), "file: a.yml, url: 'https://a.example.com/a'"), /expected one of file, url/],
    ['half a source', own('f'.repeat(64), 'repository: acme/policy, path: a.yml'), /expected one of file, url/],
    ['plain http', own('f'.repeat(64), "url: 'http://a.example.com/a'"), /https URL/],
    ['a token in the URL', own('f'.repeat(64), "url: 'https://token@a.example.com/a'"), /without user name/],
    ['a way out of the repository', own('f'.repeat(64), `repository: acme/policy, path: a/../../b.yml, commit: ${'f'.repeat(40)}`), /without \. and \.\./],
    ['no digest', 'extends: { file: acme.yml }\n', /`sha256` is missing/],
    ['half a digest', own('abc'), /64 hex digits/],
    ['leave that somebody gives to themselves', `${own('f'.repeat(64))}delegates: [ignore]\n`, /only the file that is extended does/],
    ['leave for nothing', 'delegates: [policy.max-lifetme]\n', /there is no setting `policy\.max-lifetme`; did you mean `policy\.max-lifetime`/],
  ];
  it.each(wrong)('is refused with %s', async (_, text, says) => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': text });
    expect(await complaint(loadSettings({ command: 'scan', flags: {}, env: {}, cwd: folder.path, home: '/h', now: NOW }))).toMatch(says);
  });

  it.each([
    ['extends another one', `extends: { file: x.yml, sha256: ${'f'.repeat(64)} }\n`, /extends: cannot stand in a file that others extend/],
    ['names files of rules', 'rules: { files: [a.yml] }\n', /rules\.files: cannot stand/],
    ['says where heads of the ledger go', 'ledger: { anchors: [ { file: heads } ] }\n', /ledger: cannot stand/],
    ['hands a variable of ours to a store', "stores: [ { id: sso, type: oauth, url: 'https://sso.example.com', claims: [ { rule: x } ], auth: { method: bearer, token-env: AWS_SECRET_ACCESS_KEY } } ]\n", /acme\.yml.*AWS_SECRET_ACCESS_KEY/],
    ['is wrong', 'fail-on: lo\n', /acme\.yml:1:10: fail-on: expected/],
  ])('does not make good a file that %s', async (_, demanded, says) => {
    expect(await told(demanded, '')).toMatch(says);
  });

  it('leads to no file outside of a configuration that was merely found', async () => {
    await using folder = await workingDirectory({ 'acme.yml': 'fail-on: low\n' });
    await mkdir(join(folder.path, 'repo'));
    const load = (flags: SettingsRequest['flags'] = {}): Promise<Settings> => loadSettings({ command: 'scan', flags, env: {}, cwd: join(folder.path, 'repo'), home: '/h', now: NOW });
    await writeFile(join(folder.path, 'repo/tokenwarden.yml'), own(sha256('fail-on: low\n'), 'file: ../acme.yml'));
    expect(await complaint(load())).toMatch(/EXTENDS_OUTSIDE/);
    expect((await load({ config: 'tokenwarden.yml' })).values.failOn).toBe('low');
    await symlink('../acme.yml', join(folder.path, 'repo/link.yml'));
    await writeFile(join(folder.path, 'repo/tokenwarden.yml'), own(sha256('fail-on: low\n'), 'file: link.yml'));
    expect(await complaint(load())).toMatch(/EXTENDS_OUTSIDE/);
    await writeFile(join(folder.path, 'repo/tokenwarden.yml'), own(sha256(''), 'file: gone.yml'));
    expect(await complaint(load())).toMatch(/EXTENDS_UNREADABLE\] tokenwarden\.yml:1:18: extends\.file: .*does not exist/);
  });

  it('holds for the policy of another revision, too', async () => {
    const demanded = 'policy: { stale: { unused: 5d } }\n';
    await using folder = await workingDirectory({ 'acme.yml': demanded, 'judge.yml': `${own(sha256(demanded))}policy: { stale: { unused: 9d } }\n` });
    expect(await complaint(loadSettings({ command: 'scan', flags: {}, env: {}, cwd: folder.path, home: '/h', now: NOW, policy: { path: 'judge.yml' } }))).toMatch(/judge\.yml:2:\d+: policy\.stale\.unused: 9d is looser than 5d/);
  });
});

/** SPKI of an Ed25519 key that nobody has. */
function publicKey(index: number): string {
  return Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.alloc(32, index + 1)]).toString('base64');
}
