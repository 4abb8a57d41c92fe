import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganizationReport } from '../../src/model/index.ts';
import { startFakeOrganization, type FakeOrganization } from '../organization/fake-organization.ts';
import { madeToken, makeRepositories, OWNER, type MadeRepository } from '../organization/made-repositories.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const LONG = 60_000;

let root: string;
let organization: FakeOrganization;
let home: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'organization-people-'));
  home = mkdtempSync(join(root, 'home-'));
  const made = (number: number, kind: MadeRepository['kind'], ...tokens: readonly number[]): MadeRepository => ({ number, name: `r${number}`, kind, isPrivate: number !== 4, tokens });
  const all = [made(1, 'plain'), made(2, 'leaky', 2, 1), made(3, 'archived', 3), made(4, 'leaky', 4, 1), made(5, 'leaky', 5, 1), made(6, 'leaky', 6, 1)];
  makeRepositories(root, all);
  organization = await startFakeOrganization(root, all);
}, LONG);
afterAll(async () => {
  await organization.stop();
  rmSync(root, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly said: string;
  readonly report: OrganizationReport;
}

/** The next night. */
async function audit(...more: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, 'audit', `github:${OWNER}`, '--no-verify', '--report', 'json=out.json', ...more], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: home, GITHUB_API_URL: organization.apiUrl, TOKENWARDEN_GITHUB_APP_ID: organization.app.id, TOKENWARDEN_GITHUB_APP_KEY: organization.app.privateKey, TOKENWARDEN_RETRY: '1s' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said, report: JSON.parse(readFileSync(join(home, 'out.json'), 'utf8')) as OrganizationReport };
}

const repository = (number: number): MadeRepository => {
  const found = organization.repositories.find((one) => one.number === number);
  if (found === undefined) throw new Error('no such repository');
  return found;
};
const change = (number: number, over: Partial<MadeRepository> | undefined): void => {
  (organization as { repositories: readonly MadeRepository[] }).repositories = organization.repositories.flatMap((one) => (one.number === number ? (over === undefined ? [] : [{ ...one, ...over }]) : [one]));
};
/** The credential of a number, by where it lies. */
const of = (report: OrganizationReport, number: number) => report.findings.find(({ repositories }) => repositories.length === 1 && repositories[0]?.name === `${OWNER}/${repository(number).name}`);

describe('an organisation, night after night', () => {
  it('has everything new in the first run, and all still there in the second', async () => {
    const { code, report } = await audit();
    expect([code, report.difference.new, report.findings.length]).toEqual([1, 6, 6]);
    const { report: second } = await audit();
    expect([second.difference.still, second.difference.new, second.difference.otherSettings]).toEqual([6, 0, undefined]);
    expect(second.repositories.every(({ id }) => /^100\d(?:\.wiki)?$/.test(id ?? ''))).toBe(true);
  }, LONG);

  it('uploads what each repository has to its own code scanning, at its default branch, and tells where it could not', async () => {
    organization.api.handlers.set('code-scanning/upload-sarif', ({ repo }) => (repo === 'r5' ? { status: 403, value: { message: 'Code scanning is not enabled for this repository. Please enable code scanning in the repository settings.' } } : undefined));
    const { report, said } = await audit('--upload-sarif');
    const told = Object.fromEntries(report.repositories.map(({ name, upload }) => [name, upload?.state]));
    expect(told).toEqual({ [`${OWNER}/r1`]: 'nothing', [`${OWNER}/r2`]: 'uploaded', [`${OWNER}/r3`]: 'off', [`${OWNER}/r4`]: 'uploaded', [`${OWNER}/r5`]: 'off', [`${OWNER}/r6`]: 'uploaded', [`${OWNER}/r1.wiki`]: undefined });
    expect(said).toContain('code scanning: 3 repositories uploaded, 1 with nothing to upload, 2 without code scanning, 0 not uploaded');
    const { uploads } = organization.api;
    expect(uploads.map(({ ref, commit, problems, log }) => [ref, /^[0-9a-f]{40}$/.test(commit), problems, log?.runs[0]?.automationDetails?.id, log?.runs[0]?.results?.length])).toEqual(Array.from({ length: 3 }, () => ['refs/heads/main', true, [], 'tokenwarden-organization/', 2]));
    expect(JSON.stringify(uploads)).not.toContain(madeToken(2));
    // The same settings and nothing new: nothing is uploaded again.
    const again = await audit('--upload-sarif');
    expect([uploads.length, again.report.repositories.filter(({ upload }) => upload?.state === 'uploaded').length]).toEqual([3, 3]);
    expect(organization.breaches).toEqual([]);
  }, LONG);

  it('knows a renamed repository, and closes nothing of it as long as it is not seen', async () => {
    await audit();
    renameSync(join(root, OWNER, 'r2.git'), join(root, OWNER, 'renamed.git'));
    change(2, { name: 'renamed' });
    const { report } = await audit();
    expect([report.difference.still, report.difference.new, report.difference.gone]).toEqual([6, 0, []]);
    expect(of(report, 2)?.change).toBe('still');
    // Renamed again, and not to be had in this run.
    change(2, { name: 'nowhere' });
    const { report: partial, code } = await audit();
    expect([code, partial.difference.gone, partial.difference.unseen.map(({ repositories }) => repositories)]).toEqual([3, [], [[`${OWNER}/renamed`]]]);
    renameSync(join(root, OWNER, 'renamed.git'), join(root, OWNER, 'nowhere.git'));
    const { report: back } = await audit();
    expect([back.difference.still, back.difference.reopened, back.difference.unseen, of(back, 2)?.change]).toEqual([6, 0, [], 'still']);
  }, LONG);

  it('keeps what lies in a repository that became archived and private, and calls gone what a deleted one held', async () => {
    change(4, { kind: 'archived', isPrivate: true });
    change(5, undefined);
    const { report, code } = await audit();
    expect([code, report.difference.still, report.difference.gone.map(({ repositories }) => repositories)]).toEqual([1, 5, [[`${OWNER}/r5`]]]);
    expect(of(report, 4)).toMatchObject({ change: 'still', exposure: 'private' });
    expect(report.repositories.find(({ name }) => name === `${OWNER}/r4`)).toMatchObject({ isArchived: true, visibility: 'private' });
  }, LONG);

  it('keeps one issue for each owner in each private repository, and none where the world reads', async () => {
    const issues: { number: number; repo: string; title: string; body: string; state: string }[] = [];
    const shown = ({ repo: _, ...issue }: (typeof issues)[number]): object => ({ id: issue.number, ...issue });
    const publicNow = new Set<string>();
    let writes = 0;
    organization.api.handlers.set('issues/list-for-repo', ({ repo }) => ({ status: 200, value: issues.filter((one) => one.repo === repo).map(shown) }));
    organization.api.handlers.set('repos/get', ({ owner, repo = '' }) => ({ status: 200, value: { id: 1, full_name: `${owner}/${repo}`, private: !publicNow.has(repo), visibility: publicNow.has(repo) ? 'public' : 'private' } }));
    organization.api.handlers.set('issues/create', ({ repo = '' }, _, body) => {
      writes += 1;
      const issue = { number: issues.length + 1, repo, state: 'open', ...(body as { title: string; body: string }) };
      issues.push(issue);
      return { status: 201, value: shown({ number: issue.number, repo, title: issue.title, body: issue.body, state: 'open' }) };
    });
    organization.api.handlers.set('issues/update', ({ issue_number: number }, _, body) => {
      writes += 1;
      const issue = issues.find((one) => String(one.number) === number);
      if (issue === undefined) return { status: 404, value: { message: 'Not Found' } };
      Object.assign(issue, body);
      return { status: 200, value: shown(issue) };
    });
    change(2, { isPrivate: false });
    publicNow.add('r6');
    const dry = await audit('--owner-issues', '--alerts-dry-run', '--no-texts');
    expect([writes, dry.said.includes(`issue in ${OWNER}/r6 for Ana <ana@example.com>, not written`)]).toEqual([0, true]);
    // Public by now: asked before each post.
    const first = await audit('--owner-issues', '--no-texts');
    expect([issues, first.report.issues?.map(({ state, why }) => [state, why])]).toEqual([[], [['failed', 'the repository is not private any more']]]);
    publicNow.clear();
    const { report } = await audit('--owner-issues', '--no-texts');
    expect(issues.map(({ repo, state, title }) => [repo, state, title])).toEqual([['r6', 'open', 'Credentials to act on, for Ana <anaexample.com>']]);
    expect(report.issues?.map(({ state }) => state)).toEqual(['opened']);
    expect(issues[0]?.body).toContain('`Ana <ana@example.com>` committed these credentials');
    expect(issues[0]?.body.replaceAll(/`[^`]*`/g, '')).not.toMatch(/ghp_|@/);
    // Nothing new, nothing written; and a state that was lost finds it again.
    expect([(await audit('--owner-issues', '--no-texts')).report.issues?.map(({ state }) => state), writes]).toEqual([['unchanged'], 1]);
    rmSync(join(home, '.local'), { recursive: true, force: true });
    expect([(await audit('--owner-issues', '--no-texts')).report.issues?.map(({ state, number }) => [state, number]), issues.length]).toEqual([[['updated', 1]], 1]);
    // A run that did not see the repository closes nothing; one that saw it whole does, and what comes back opens it again.
    renameSync(join(root, OWNER, 'r6.git'), join(root, OWNER, 'away.git'));
    expect([(await audit('--owner-issues', '--no-texts')).report.issues?.map(({ state }) => state), issues[0]?.state]).toEqual([['left'], 'open']);
    renameSync(join(root, OWNER, 'r1.git'), join(root, OWNER, 'clean.git'));
    renameSync(join(root, OWNER, 'clean.git'), join(root, OWNER, 'r6.git'));
    expect([(await audit('--owner-issues', '--no-texts')).report.issues?.map(({ state }) => state), issues[0]?.state]).toEqual([['closed'], 'closed']);
    renameSync(join(root, OWNER, 'r6.git'), join(root, OWNER, 'r1.git'));
    renameSync(join(root, OWNER, 'away.git'), join(root, OWNER, 'r6.git'));
    expect([(await audit('--owner-issues', '--no-texts')).report.issues?.map(({ state }) => state), issues.map(({ state }) => state)]).toEqual([['updated'], ['open']]);
    expect(organization.breaches).toEqual([]);
  }, LONG * 2);

  it('calls nothing gone that it was told to leave out, nor where it was asked another question', async () => {
    const { report } = await audit('--exclude-repository', `${OWNER}/r6`);
    expect([report.difference.otherSettings, report.difference.gone, report.difference.unseen.map(({ repositories }) => repositories)]).toEqual([true, [], [[`${OWNER}/r6`]]]);
    const { report: same } = await audit('--exclude-repository', `${OWNER}/r6`);
    expect([same.difference.otherSettings, same.difference.gone, same.difference.unseen.length]).toEqual([undefined, [], 1]);
    const { report: all } = await audit();
    expect([all.difference.unseen, of(all, 6)?.change]).toEqual([[], 'still']);
  }, LONG);
});
