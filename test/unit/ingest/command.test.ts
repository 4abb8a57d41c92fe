import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeGitHub, type FakeGitHub } from '../../github/fake.ts';
import { ran, type FakeOptions, type Ran } from '../cli/fake-io.ts';
import { removeFolders, temporaryFolder } from '../sources/build-repository.ts';
import { gitleaks, kingfisherJson, sarif, sarifResult, tokenOf, trufflehog } from './samples.ts';

afterAll(removeFolders);

const TOKEN = tokenOf('github-pat-classic');
const COMMIT = 'cd'.repeat(20);

interface Finding {
  readonly id: string;
  readonly ruleId: string;
  readonly locations: readonly { readonly origin: Readonly<Record<string, unknown>>; readonly region: { readonly startLine: number; readonly startColumn: number } }[];
}

interface Report {
  readonly findings: readonly Finding[];
  readonly coverage: { readonly complete: boolean; readonly skipped: readonly { readonly what: string; readonly reason: string; readonly detail?: string }[] };
}

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
});

async function run(args: readonly string[], options: FakeOptions = {}): Promise<Ran & { readonly report: Report }> {
  const result = await ran([...args, '--no-verify', '--report', 'json=out.json', '--state', join(folder, 'state')], { cwd: folder, ...options });
  expect(`${result.stdout}${result.stderr}`).not.toContain(TOKEN);
  const text = result.code === 2 ? '{}' : readFileSync(join(folder, 'out.json'), 'utf8');
  expect(text).not.toContain(TOKEN);
  return { ...result, report: JSON.parse(text) as Report };
}

const write = (name: string, content: string | object): void => writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

describe('tokenwarden ingest', () => {
  it('reports what another tool found as its own scan would, and says who told it', async () => {
    write('gl.json', [gitleaks({ secret: TOKEN, path: 'src/app.env', line: 12, column: 14 }), gitleaks({ secret: TOKEN, path: 'old.env', line: 3, column: 1, commit: COMMIT })]);
    const { code, report } = await run(['ingest', 'gl.json']);
    expect(code).toBe(1);
    expect(report.findings).toMatchObject([{ ruleId: 'github-pat-classic', locations: [{ origin: { kind: 'file', path: 'src/app.env', reportedBy: 'gitleaks' }, region: { startLine: 12, startColumn: 14 } }, { origin: { kind: 'commit', path: 'old.env', commit: COMMIT, reportedBy: 'gitleaks' }, region: { startLine: 3 } }] }]);
    mkdirSync(join(folder, 'src'));
    write('src/app.env', `${'\n'.repeat(11)}GITHUB_TOKEN=${TOKEN}\n`);
    const own = await run(['audit', 'src']);
    expect(own.report.findings.map(({ id }) => id)).toEqual(report.findings.map(({ id }) => id));
  });

  it('joins several reports and standard input to one finding', async () => {
    const at = { secret: TOKEN, path: 'a.env', line: 2, column: 5 };
    write('kf.json', kingfisherJson(at));
    write('x.sarif', sarif('gitleaks', [sarifResult(at)]));
    const { report } = await run(['ingest', 'kf.json', 'x.sarif', '-'], { stdin: JSON.stringify(trufflehog(at)) });
    expect(report.findings).toHaveLength(1);
    expect(new Set(report.findings[0]?.locations.map(({ origin }) => origin['reportedBy']))).toEqual(new Set(['gitleaks', 'kingfisher', 'trufflehog']));
  });

  it('keeps a secret that no rule of ours knows, and many of them', async () => {
    const values = Array.from({ length: 300 }, (_, index) => `pq:${index}:${Buffer.from(`unknown kind ${index * 7919}`).toString('hex')}`);
    write('gl.json', values.map((secret, index) => ({ ...gitleaks({ secret, path: 'a.txt', line: 1 + (index % 10), column: 1 }), RuleID: 'their-own' })));
    const { report } = await run(['ingest', 'gl.json']);
    expect(report.findings.length).toBe(300);
  });

  it('reads the file where the report holds no plaintext, and names what it cannot find there', async () => {
    write('app.env', `one\nGITHUB_TOKEN=${TOKEN}\nGITHUB_TOKEN=${tokenOf('npm-access-token')}\n`);
    write('gl.json', [gitleaks({ secret: 'REDACTED', path: 'app.env', line: 2, column: 14 }), gitleaks({ secret: 'REDACTED', path: 'gone.env', line: 1, column: 1 }), gitleaks({ secret: 'REDACTED', path: '../../etc/passwd', line: 1, column: 1 })]);
    const { code, report } = await run(['ingest', 'gl.json']);
    expect(report.findings.map(({ ruleId, locations }) => [ruleId, locations.length])).toEqual([['github-pat-classic', 1]]);
    expect(report.findings[0]?.locations[0]?.origin).toEqual({ kind: 'file', path: 'app.env' });
    expect(report.coverage.skipped.map(({ what, reason }) => [what, reason])).toEqual([['etc/passwd:1', 'unreadable'], ['gone.env:1', 'unreadable']]);
    expect(code).toBe(3);
  });

  it('says of an AWS key id without its secret key that it was not judged, and not of one with it', async () => {
    const id = tokenOf('aws-access-key-id');
    const at = { secret: id, path: 'app.env', line: 2, column: 1 };
    write('alone.json', [{ ...gitleaks(at), RuleID: 'aws-access-token' }]);
    const alone = await run(['ingest', 'alone.json']);
    expect(alone.report.findings).toEqual([]);
    expect(alone.report.coverage.skipped).toMatchObject([{ what: 'app.env:2', reason: 'unreadable', detail: expect.stringContaining('gitleaks reports aws-access-token there') as string }]);
    expect(alone.code).toBe(3);
    write('both.json', [{ ...gitleaks(at), RuleID: 'aws-access-token', Match: `${id}:${tokenOf('aws-access-key')}` }]);
    const both = await run(['ingest', 'both.json']);
    expect(both.report.findings.map(({ ruleId }) => ruleId)).toEqual(['aws-access-key']);
    expect(both.report.coverage.complete).toBe(true);
  });

  it('bears a path with a NUL and other control characters, with the secret and without', async () => {
    write('gl.json', [gitleaks({ secret: TOKEN, path: 'a\0b\u001b[31m', line: 1, column: 1 }), gitleaks({ secret: 'REDACTED', path: 'c\0d', line: 1, column: 1 })]);
    const { code, stdout, report } = await run(['ingest', 'gl.json']);
    expect(code).toBe(3);
    expect(stdout).not.toMatch(/[\0\u001b]/);
    expect(report.findings).toHaveLength(1);
  });

  it('plans nothing for what only a report tells, until a scan sees it', async () => {
    write('gl.json', [gitleaks({ secret: TOKEN, path: 'app.env', line: 1, column: 14 })]);
    const alone = await run(['ingest', 'gl.json']);
    expect(alone.report.findings[0]?.locations).toMatchObject([{ origin: { reportedBy: 'gitleaks' } }]);
    write('app.env', `GITHUB_TOKEN=${TOKEN}\n`);
    const both = await run(['audit', 'app.env', 'ingest:gl.json']);
    expect(both.report.findings).toHaveLength(1);
    expect(both.report.findings[0]?.locations.map(({ origin }) => origin['reportedBy'])).toEqual([undefined]);
  });

  it.each([
    ['missing.json', 'INGEST_UNREADABLE'],
    ['broken.json', 'INGEST_DAMAGED'],
    ['package.json', 'INGEST_FORMAT'],
    ['github:nothing', 'USAGE_INGEST_SOURCE'],
  ])('%s ends in exit 2 with %s', async (source, expected) => {
    write('broken.json', '[{"RuleID": ');
    write('package.json', { name: 'x' });
    const { code, stderr } = await run(['ingest', source]);
    expect(code).toBe(2);
    expect(stderr).toContain(`[${expected}]`);
  });

  it('without a source says what it takes', async () => {
    expect(await ran(['ingest'], { cwd: folder })).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE_INGEST_SOURCE') as string });
  });
});

describe('tokenwarden ingest github:OWNER/REPO', () => {
  let fake: FakeGitHub;
  beforeEach(async () => {
    fake = await startFakeGitHub();
  });
  afterEach(() => fake.stop());

  it('takes every secret-scanning alert at each of its locations', async () => {
    fake.handlers.set('secret-scanning/list-alerts-for-repo', () => ({ status: 200, value: [{ number: 7, secret: TOKEN, secret_type: 'github_personal_access_token', state: 'open', html_url: 'https://github.example/o/r/security/secret-scanning/7' }] }));
    fake.handlers.set('secret-scanning/list-locations-for-alert', () => ({
      status: 200,
      value: [
        { type: 'commit', details: { path: 'src/app.env', start_line: 4, end_line: 4, start_column: 14, end_column: 54, blob_sha: 'ab'.repeat(20), blob_url: '', commit_sha: COMMIT, commit_url: '' } },
        { type: 'issue_body', details: { issue_body_url: 'https://api.github.example/repos/o/r/issues/1' } },
      ],
    }));
    const { report } = await run(['ingest', 'github:o/r'], { env: { GITHUB_API_URL: fake.apiUrl, GITHUB_TOKEN: fake.token } });
    expect(report.findings).toMatchObject([{ ruleId: 'github-pat-classic', locations: [{ origin: { kind: 'commit', path: 'src/app.env', blob: 'ab'.repeat(20), commit: COMMIT, reportedBy: 'github' } }, { origin: { kind: 'url', url: 'https://api.github.example/repos/o/r/issues/1', reportedBy: 'github' } }] }]);
    expect(fake.requests.every(({ authorization }) => authorization === `Bearer ${fake.token}`)).toBe(true);
  });

  it('names the permission that is missing, and exits 2', async () => {
    fake.lacks.add('secret-scanning-alerts: read');
    const { code, stderr } = await run(['ingest', 'github:o/r'], { env: { GITHUB_API_URL: fake.apiUrl, GITHUB_TOKEN: fake.token } });
    expect(code).toBe(2);
    expect(stderr).toContain('secret-scanning-alerts: read');
  });
});
