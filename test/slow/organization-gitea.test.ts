import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganizationReport } from '../../src/model/index.ts';
import { madeToken } from '../organization/made-repositories.ts';
import { prepareGitea, startGitea, type GiteaServer } from './servers/gitea.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const prepared = await prepareGitea();
const missing = 'missing' in prepared ? prepared.missing : undefined;

/** `npm run build` first: it is the command that is tried. */
describe.skipIf(missing !== undefined)(`an organisation at a real Gitea${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: GiteaServer;
  let token: string;
  const home = mkdtempSync(join(tmpdir(), 'organization-gitea-'));

  async function api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const form = body instanceof FormData;
    const response = await fetch(`${server.url}/api/v1${path}`, { method, headers: { authorization: `token ${token}`, ...(form ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  }
  const put = (repo: string, path: string, text: string, more: object = {}): Promise<unknown> => api('POST', `/repos/acme/${repo}/contents/${path}`, { content: Buffer.from(text).toString('base64'), message: `add ${path}`, ...more });

  beforeAll(async () => {
    if (!('home' in prepared)) return;
    server = await startGitea(prepared);
    ({ token } = await server.mint('setup', ['all']));
    await api('POST', '/orgs', { username: 'acme', visibility: 'private' });
    for (const [name, more] of [['leaky', {}], ['quiet', {}], ['bare', { auto_init: false }], ['old', {}], ['bald', {}]] as const) await api('POST', '/orgs/acme/repos', { name, private: true, auto_init: true, default_branch: 'main', ...more });
    await put('leaky', 'a.env', `GITHUB_TOKEN=${madeToken(1)}\n`, { new_branch: 'side' });
    await put('leaky', '.gitea/workflows/ci.yml', 'on: push\njobs:\n  a:\n    runs-on: nowhere\n    steps:\n      - run: true\n');
    await put('old', 'b.env', `GITHUB_TOKEN=${madeToken(2)}\n`);
    await api('PATCH', '/repos/acme/old', { archived: true });
    await api('PATCH', '/repos/acme/bald', { has_issues: false, has_pull_requests: false, has_wiki: false, has_actions: false, has_releases: false });
    await api('POST', '/repos/acme/quiet/wiki/new', { title: 'Home', content_base64: Buffer.from(`GITHUB_TOKEN=${madeToken(3)}\n`).toString('base64') });
    const issue = await api('POST', '/repos/acme/quiet/issues', { title: 'It fails', body: `with ${madeToken(4)} here` });
    await api('POST', `/repos/acme/quiet/issues/${String(issue['number'])}/comments`, { body: `and with ${madeToken(5)} too` });
    await put('quiet', 'c.txt', 'c\n', { new_branch: 'c' });
    const pull = await api('POST', '/repos/acme/quiet/pulls', { title: 'c', head: 'c', base: 'main', body: `pull ${madeToken(6)} it` });
    await api('POST', `/repos/acme/quiet/pulls/${String(pull['number'])}/reviews`, { body: `review ${madeToken(7)} said`, event: 'COMMENT', comments: [{ path: 'c.txt', body: `line ${madeToken(8)} said`, new_position: 1 }] });
    const release = await api('POST', '/repos/acme/quiet/releases', { tag_name: 'v1', target_commitish: 'main', name: 'v1', body: `release ${madeToken(9)} notes` });
    const form = new FormData();
    form.append('attachment', new Blob([`GITHUB_TOKEN=${madeToken(10)}\n`]), 'deploy.txt');
    await api('POST', `/repos/acme/quiet/releases/${String(release['id'])}/assets?name=deploy.txt`, form);
    await api('POST', '/repos/acme/leaky/forks', { name: 'leaky-fork' });
  }, 900_000);
  afterAll(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  function audit(own: string, target = 'gitea:acme', ...more: readonly string[]): { readonly code: number | null; readonly said: string; readonly report: OrganizationReport } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'audit', target, '--no-verify', '--report', 'json=out.json', ...more], { cwd: home, env: { PATH: process.env['PATH'] ?? '', HOME: home, GITEA_URL: server.url, GITEA_TOKEN: own, TOKENWARDEN_RETRY: '1s' }, encoding: 'utf8' });
    return { code: status, said: `${stdout}${stderr}`, report: JSON.parse(readFileSync(join(home, 'out.json'), 'utf8')) as OrganizationReport };
  }

  it('is seen whole by a token that may only read: code of all refs, wiki, issue, comments, review, release and its file', async () => {
    const reader = await server.mint('reader', ['read:organization', 'read:repository', 'read:issue', 'read:user']);
    const { code, said, report } = audit(reader.token);
    const places = report.findings.flatMap(({ repositories }) => repositories.map(({ name, place }) => `${name} ${place.replace(server.url, '')}`)).sort();
    expect(places).toEqual([
      'acme/leaky a.env:1:14',
      'acme/old b.env:1:14',
      'acme/quiet /acme/quiet/issues/1#issuecomment-1:1:10',
      'acme/quiet /acme/quiet/issues/1:3:6',
      'acme/quiet /acme/quiet/pulls/2#issuecomment-3:1:6',
      'acme/quiet /acme/quiet/pulls/2#issuecomment-4:1:8',
      'acme/quiet /acme/quiet/pulls/2:3:6',
      'acme/quiet /acme/quiet/releases/download/v1/deploy.txt:1:14',
      'acme/quiet /acme/quiet/releases/tag/v1:3:9',
      'acme/quiet.wiki Home.md:1:14',
    ]);
    expect([code, report.coverage.complete, report.coverage.gaps, said.includes(reader.token)]).toEqual([1, true, [], false]);
    expect(report.repositories.map(({ name, state, reason }) => [name, reason ?? state])).toEqual([['acme/bald', 'scanned'], ['acme/bare', 'empty'], ['acme/bare.wiki', 'no-wiki'], ['acme/leaky', 'scanned'], ['acme/leaky.wiki', 'no-wiki'], ['acme/old', 'scanned'], ['acme/old.wiki', 'no-wiki'], ['acme/quiet', 'scanned'], ['acme/quiet.wiki', 'scanned']]);
  }, 120_000);

  it('says what a token may not read, and closes nothing for it', async () => {
    const blind = await server.mint('blind', ['read:organization', 'read:repository', 'read:user']);
    const { code, report } = audit(blind.token);
    expect([code, report.coverage.complete, report.difference.gone]).toEqual([3, false, []]);
    expect(report.repositories.find(({ name }) => name === 'acme/quiet')?.gaps.map(({ what }) => what)).toContain('acme/quiet: issues and pull requests');
  }, 120_000);

  it('may be a user or one repository', () => {
    expect(audit(token, `gitea:${server.user}`).report.repositories.map(({ name }) => name)).toContain(`${server.user}/leaky-fork`);
    expect(audit(token, 'gitea:acme/old').report.findings).toHaveLength(1);
  }, 120_000);
});
