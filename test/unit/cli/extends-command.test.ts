import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeGitHub, type FakeGitHub } from '../../github/fake.ts';
import { ran } from './fake-io.ts';

const DEMANDED = 'fail-on: medium\npolicy: { stale: { unused: 5d } }\n';
const COMMIT = 'abcdef6789abcdef6789abcdef6789abcdef6789';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let fake: FakeGitHub;
let folder: string;

beforeEach(async () => {
  fake = await startFakeGitHub();
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-extends-'));
});

afterEach(async () => {
  await fake.stop();
  await rm(folder, { recursive: true, force: true });
});

const write = (text: string, digest = sha256(DEMANDED)): void => writeFileSync(join(folder, 'tokenwarden.yml'), `extends: { repository: acme/policy, path: teams/all.yml, commit: ${COMMIT}, sha256: ${digest} }\n${text}`);
const answer = (content: string): void => void fake.handlers.set('repos/get-content', ({ owner, repo, path }, query) => {
  expect([owner, repo, path, query.get('ref')]).toEqual(['acme', 'policy', 'teams/all.yml', COMMIT]);
  return { status: 200, value: { type: 'file', encoding: 'base64', content: Buffer.from(content).toString('base64').replace(/.{20}/g, '$&\n'), name: 'all.yml', path: 'teams/all.yml' } };
});
const call = (...argv: readonly string[]): ReturnType<typeof ran> => ran(argv, { cwd: folder, env: { GITHUB_API_URL: fake.apiUrl, GITHUB_TOKEN: fake.token, PATH: process.env['PATH'] ?? '' } });

describe('a configuration that extends a file at GitHub', () => {
  it('reads it once with the token, keeps a private copy, and believes no copy that was changed', async () => {
    answer(DEMANDED);
    write('');
    const first = await call('settings', 'show', '--state', 'state');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^extends acme\/policy\/teams\/all\.yml@abcdef6789ab; delegated: nothing\n/);
    expect(first.stdout).toMatch(/^policy\.stale\.unused +5d +acme\/policy\/teams\/all\.yml@abcdef6789ab:2:28$/m);
    expect(first.stdout).toMatch(/^policy\.no-expiry\.severity +high +the default$/m);
    const copies = join(folder, 'state/extended');
    const copy = join(copies, `${sha256(DEMANDED)}.yml`);
    expect([readdirSync(copies), statSync(copy).mode & 0o777, statSync(copies).mode & 0o777]).toEqual([[`${sha256(DEMANDED)}.yml`], 0o600, 0o700]);
    expect((await call('scan', '--state', 'state', '.')).code).toBe(0);
    expect(fake.requests.map(({ operation, authorization }) => [operation, authorization])).toEqual([['repos/get-content', `Bearer ${fake.token}`]]);
    chmodSync(copy, 0o600);
    writeFileSync(copy, 'fail-on: critical\n');
    expect((await call('settings', 'show', '--state', 'state')).stdout).toMatch(/^fail-on +"medium"/m);
    expect(fake.requests).toHaveLength(2);
    expect(readFileSync(copy, 'utf8')).toBe(DEMANDED);
    expect(fake.breaches).toEqual([]);
  });

  it('runs nothing where the file is another one, is not there, or is loosened', async () => {
    answer('fail-on: critical\n');
    write('');
    const other = await call('scan', '--state', 'state', '.');
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining(`expected ${sha256(DEMANDED)}, found ${sha256('fail-on: critical\n')}`)]);
    expect(existsSync(join(folder, 'state/extended'))).toBe(false);
    fake.handlers.set('repos/get-content', () => ({ status: 404, value: { message: 'Not Found' } }));
    const gone = await call('scan', '--state', 'state', '.');
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('EXTENDS_UNREACHABLE')]);
    answer(DEMANDED);
    write('fail-on: high\n');
    const looser = await call('scan', '--state', 'state', '.');
    expect([looser.code, looser.stderr]).toEqual([2, expect.stringContaining('fail-on: high is looser than medium')]);
  });

  it('takes it from the base with --range: a change can neither drop nor move it', async () => {
    answer(DEMANDED);
    const git = (...args: readonly string[]): string => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-C', folder, ...args], { encoding: 'utf8' });
    git('init', '-q');
    mkdirSync(join(folder, 'policy'));
    writeFileSync(join(folder, 'policy/all.yml'), DEMANDED);
    const beside = (demanded: string, more: string): void => writeFileSync(join(folder, 'tokenwarden.yml'), `extends: { file: policy/all.yml, sha256: ${sha256(demanded)} }\n${more}`);
    beside(DEMANDED, 'min-confidence: low\n');
    git('add', '.');
    git('commit', '-qm', 'base');
    writeFileSync(join(folder, 'policy/all.yml'), 'fail-on: critical\n');
    beside('fail-on: critical\n', 'min-confidence: high\ndelegates: []\n');
    git('commit', '-qam', 'drop it');
    const change = await call('scan', '--state', 'state', '--range', 'HEAD~1..HEAD', '.');
    expect([change.code, change.stdout]).toEqual([0, expect.stringContaining('at or above medium')]);
    writeFileSync(join(folder, 'tokenwarden.yml'), 'fail-on: critical\n');
    git('commit', '-qam', 'drop it for good');
    expect((await call('scan', '--state', 'state', '--range', 'HEAD~2..HEAD', '.')).stdout).toContain('at or above medium');
    expect(fake.requests).toEqual([]);
  });

  it('refuses plain private addresses by URL, and says so', async () => {
    writeFileSync(join(folder, 'tokenwarden.yml'), `extends: { url: 'https://127.0.0.1:1/policy.yml', sha256: ${sha256(DEMANDED)} }\n`);
    const { code, stderr } = await call('scan', '--state', 'state', '.');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/EXTENDS_UNREACHABLE/)]);
  });
});
