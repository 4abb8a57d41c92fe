import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganizationReport } from '../../src/model/index.ts';
import type { FakeForge } from '../organization/fake-forge.ts';
import { startFakeGitea } from '../organization/fake-gitea.ts';
import { startFakeGitLab, type FakeGitLab } from '../organization/fake-gitlab.ts';
import { importCommits, madeToken, makeBare } from '../organization/made-repositories.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const LONG = 120_000;
const root = mkdtempSync(join(tmpdir(), 'forges-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function repository(path: string, token?: number): void {
  makeBare(join(root, `${path}.git`));
  importCommits(join(root, `${path}.git`), [{ ref: 'refs/heads/side', files: { 'README.md': `# ${path}\n`, ...(token === undefined ? {} : { 'a.env': `GITHUB_TOKEN=${madeToken(token)}\n` }) }, message: 'begin' }]);
}

async function audit(home: string, target: string, env: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly said: string; readonly report: OrganizationReport }> {
  const child = spawn(process.execPath, [COMMAND, 'audit', target, '--no-verify', '--report', 'json=out.json'], { cwd: home, env: { PATH: process.env['PATH'] ?? '', HOME: home, TOKENWARDEN_RETRY: '1s', TOKENWARDEN_RUNS: '2', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said, report: JSON.parse(readFileSync(join(home, 'out.json'), 'utf8')) as OrganizationReport };
}

const placesIn = (report: OrganizationReport, origin: string): readonly string[] => report.findings.flatMap(({ repositories }) => repositories.map(({ name, place }) => `${name} ${place.replace(origin, '')}`)).sort();

describe('a group at GitLab', () => {
  let forge: FakeGitLab;
  const home = mkdtempSync(join(root, 'home-'));
  beforeAll(async () => {
    const on = { issues_access_level: 'enabled', merge_requests_access_level: 'enabled', releases_access_level: 'enabled', builds_access_level: 'enabled', wiki_enabled: true, wiki_access_level: 'enabled', snippets_enabled: true, snippets_access_level: 'enabled' };
    forge = await startFakeGitLab(root, [
      { id: 1, path: 'acme/app', more: on },
      { id: 2, path: 'acme/sub/deep/old', more: { archived: true, forked_from_project: { id: 9 } } },
      { id: 3, path: 'acme/bare', more: { empty_repo: true } },
      { id: 4, path: 'acme/../x' },
      { id: 5, path: 'acme/closed', more: { issues_access_level: 'private' } },
      ...Array.from({ length: 100 }, (_, index) => ({ id: 100 + index, path: `acme/many/e${index}`, more: { empty_repo: true } })),
    ]);
    repository('acme/app');
    repository('acme/app.wiki', 10);
    repository('acme/app/snippets/77', 11);
    repository('acme/sub/deep/old', 12);
    repository('acme/closed');
    for (let index = 0; index < 100; index += 1) makeBare(join(root, `acme/many/e${index}.git`));
    makeBare(join(root, 'acme/bare.git'));
  });
  afterAll(() => forge.stop());
  const env = (): Record<string, string> => ({ GITLAB_URL: forge.origin, GITLAB_TOKEN: forge.token });

  it('is seen with subgroups, wikis, snippets, issues, merge requests, notes, releases, logs and artifacts, through trouble and over pages', async () => {
    forge.troubleEvery = 5;
    const { code, report, said } = await audit(home, 'gitlab:acme', env());
    forge.troubleEvery = 0;
    expect(placesIn(report, forge.origin)).toEqual([
      'acme/app /acme/app/-/issues/1#note_8:1:5',
      'acme/app /acme/app/-/issues/1:3:6',
      'acme/app /acme/app/-/jobs/302/artifacts/artifacts.zip!/deploy.env:1:14',
      'acme/app /acme/app/-/merge_requests/3#note_9:1:6',
      'acme/app /acme/app/-/releases/v1:3:7',
      'acme/app acme/app pipeline 30, build (301):2:7',
      'acme/app acme/app pipeline 30, build (311):2:7',
      'acme/app snippet 77 a.env:1:14',
      'acme/app.wiki a.env:1:14',
      'acme/sub/deep/old a.env:1:14',
    ]);
    expect(report.repositories.find(({ name }) => name === 'acme/app')).toMatchObject({ complete: true, runs: { planned: 2, scanned: 1, skipped: { expired: 1 }, older: 1 } });
    // One that cannot be a path, and one whose issues the token may not read: told, and never closed.
    expect([code, report.coverage.gaps.map(({ what }) => what), report.repositories.filter(({ complete }) => !complete).map(({ name, gaps }) => [name, ...gaps.map(({ what }) => what)])]).toEqual([3, ['a project in the list'], [['acme/closed', 'acme/closed: issues']]]);
    expect([report.coverage.reasons['empty'], forge.refused, said.includes(forge.token)]).toEqual([101, [], false]);
  }, LONG);

  it('is asked little when nothing has changed, and again when people wrote', async () => {
    forge.counts.clear();
    const { report } = await audit(home, 'gitlab:acme', env());
    expect(report.repositories.find(({ name }) => name === 'acme/app')?.state).toBe('unchanged');
    expect([forge.counts.get('/projects/1/issues'), forge.counts.get('/projects/1/issues/1/notes'), forge.counts.get('/projects/1/jobs/301/trace')]).toEqual([1, undefined, undefined]);
    forge.talkedAt = '2026-02-01T00:00:00Z';
    await audit(home, 'gitlab:acme', env());
    expect(forge.counts.get('/projects/1/issues/1/notes')).toBe(1);
  }, LONG);

  it('may be a user or one project', async () => {
    expect((await audit(home, 'gitlab:ana', env())).report.repositories.map(({ name }) => name)).toEqual(['acme/app', 'acme/app snippet 77', 'acme/app.wiki']);
    expect((await audit(home, 'gitlab:acme/closed', env())).report.repositories.map(({ name }) => name)).toEqual(['acme/closed']);
  }, LONG);
});

describe('an organisation at Gitea or Forgejo', () => {
  let forge: FakeForge;
  const home = mkdtempSync(join(root, 'home-'));
  beforeAll(async () => {
    forge = await startFakeGitea(root);
    for (let index = 0; index < 60; index += 1) makeBare(join(root, `acme/empty${index}.git`));
  });
  afterAll(() => forge.stop());

  it('is seen with texts, logs, artifacts and files of releases, through trouble; a file elsewhere is not asked for', async () => {
    forge.troubleEvery = 5;
    const { code, report, said } = await audit(home, 'gitea:acme', { GITEA_URL: forge.origin, GITEA_TOKEN: forge.token });
    forge.troubleEvery = 0;
    expect(placesIn(report, forge.origin)).toEqual([
      'acme/app /acme/app/actions/runs/13/artifacts/5/out.zip!/deploy.env:1:14',
      'acme/app /acme/app/issues/1#issuecomment-50:1:5',
      'acme/app /acme/app/issues/1:3:6',
      'acme/app /acme/app/pulls/2#issuecomment-3:1:8',
      'acme/app /acme/app/pulls/2#issuecomment-4:1:6',
      'acme/app /acme/app/releases/tag/v1:3:7',
      'acme/app /files/6/deploy.txt:1:14',
      'acme/app acme/app run 13, build:1:36',
    ]);
    expect(report.repositories.find(({ name }) => name === 'acme/app')).toMatchObject({ runs: { planned: 3, scanned: 2, skipped: { expired: 1 }, older: 5 }, gaps: [{ what: 'acme/app release 9, file elsewhere.txt' }] });
    expect([code, report.repositories.length, forge.refused, said.includes(forge.token)]).toEqual([3, 61, [], false]);
  }, LONG);

  it('needs to be told where the server is', async () => {
    const child = spawn(process.execPath, [COMMAND, 'audit', 'gitea:acme'], { cwd: home, env: { PATH: process.env['PATH'] ?? '', HOME: home } });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect([await new Promise((resolve) => child.once('close', resolve)), said]).toEqual([2, expect.stringContaining('GITEA_URL is not set')]);
  }, LONG);
});
