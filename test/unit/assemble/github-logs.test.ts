import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { githubLogs, readLogTarget } from '../../../src/assemble/index.ts';
import { isLog, Secret } from '../../../src/model/index.ts';
import { startFakeGitHub, type FakeGitHub } from '../../github/fake.ts';
import { removeFolders } from '../sources/build-repository.ts';
import { buildZip } from '../sources/build-zip.ts';
import { scanTarget, type Seen } from '../sources/scan-target.ts';

afterAll(removeFolders);

let fake: FakeGitHub;
beforeEach(async () => {
  fake = await startFakeGitHub();
});
afterEach(() => fake.stop());

const stamp = '2026-11-22T10:00:00.1234567Z ';
const HOME = 'http://127.0.0.1/o/r/actions/runs';
const zipOf = (files: Readonly<Record<string, string>>): Buffer => buildZip(Object.entries(files).map(([name, content]) => ({ name, content })));

interface Run {
  readonly id: number;
  readonly run_attempt?: number;
  readonly status?: string;
}

/** Runs with one job each, whose log says its run and attempt; answers to other questions come from `fake.handlers`. */
function arrange(runs: readonly Run[]): void {
  const shown = (run: Run): object => ({ run_attempt: 1, status: 'completed', ...run, html_url: `${HOME}/${run.id}` });
  fake.handlers.set('actions/list-workflow-runs-for-repo', () => ({ status: 200, value: { total_count: runs.length, workflow_runs: runs.map(shown) } }));
  fake.handlers.set('actions/get-workflow-run', ({ run_id }) => {
    const run = runs.find(({ id }) => String(id) === run_id);
    return run === undefined ? undefined : { status: 200, value: shown(run) };
  });
  fake.handlers.set('actions/list-jobs-for-workflow-run-attempt', ({ run_id }) => ({ status: 200, value: { total_count: 1, jobs: [{ id: Number(run_id) * 10, name: 'build / linux: x', status: 'completed', conclusion: 'success', html_url: `${HOME}/${run_id ?? ''}/job/7` }] } }));
  fake.handlers.set('actions/download-workflow-run-attempt-logs', ({ run_id, attempt_number }) => ({ status: 302, file: zipOf({ '0_build  linux x.txt': `${stamp}run ${run_id ?? ''} attempt ${attempt_number ?? ''}`, 'build  linux x/3_Deploy.txt': `${stamp}first\n${stamp}printed by ${run_id ?? ''}` }) }));
  fake.handlers.set('actions/list-workflow-run-artifacts', () => ({ status: 200, value: { total_count: 0, artifacts: [] } }));
}

async function scan(text: string): Promise<Seen> {
  const remote = githubLogs(readLogTarget(text), { apiUrl: fake.apiUrl, token: new Secret(fake.token, '', '********'), userAgent: 'tokenwarden-test', proxy: {}, now: () => new Date(Date.UTC(2026, 10, 22)) });
  const seen = await scanTarget({ kind: 'remote', remote, log: true });
  expect(fake.breaches).toEqual([]);
  return seen;
}

describe('a target log:github:OWNER/REPO', () => {
  it.each([
    ['log:github:o/r', { kind: 'latest' }],
    ['log:github:o/r@12', { kind: 'run', run: 12 }],
    ['log:github:o/r@12/3', { kind: 'run', run: 12, attempt: 3 }],
    ['log:github:o/r@2026-11-01', { kind: 'since', day: '2026-11-01' }],
  ])('%s is understood', (text, runs) => {
    expect(readLogTarget(text)).toEqual({ owner: 'o', repo: 'r', runs });
  });

  it.each(['log:github:', 'log:github:o', 'log:github:o/r/x', 'log:github:o/r@', 'log:github:o/r@main', 'log:github:../r?x'])('%s is refused, with the forms there are', (text) => {
    expect(() => readLogTarget(text)).toThrow(expect.objectContaining({ code: 'USAGE_LOG_TARGET' }) as Error);
  });

  it('is the last runs: job, step and line are named, with a link to the line', async () => {
    arrange([{ id: 5 }, { id: 4 }]);
    const seen = await scan('log:github:o/r');
    expect(seen.skips).toEqual([]);
    expect(seen.paths).toEqual(['o/r run 4!/0_build  linux x.txt', 'o/r run 4!/build  linux x/3_Deploy.txt', 'o/r run 5!/0_build  linux x.txt', 'o/r run 5!/build  linux x/3_Deploy.txt']);
    expect(seen.blobs.every(({ origin }) => isLog(origin))).toBe(true);
    expect(await seen.resolve('printed by 5')).toEqual([{ kind: 'member', path: 'build  linux x/3_Deploy.txt', archive: { kind: 'log', name: 'o/r run 5', job: 'build  linux x', step: 'Deploy', url: `${HOME}/5/job/7#step:3:2` } }]);
    expect(fake.requests.find(({ operation }) => operation === 'actions/list-workflow-runs-for-repo')).toBeDefined();
    expect(JSON.stringify(fake.downloads)).not.toContain(fake.token);
    expect(fake.downloads).toHaveLength(2);
  });

  it('may be one run with all its attempts, or one of them', async () => {
    arrange([{ id: 5, run_attempt: 2 }]);
    const all = await scan('log:github:o/r@5');
    expect(all.blobs.filter(({ text }) => text.includes('run 5')).map(({ text }) => text.trim())).toEqual(['run 5 attempt 1', 'run 5 attempt 2']);
    expect(all.paths).toContain('o/r run 5 attempt 2!/0_build  linux x.txt');
    const one = await scan('log:github:o/r@5/1');
    expect(one.paths).toEqual(['o/r run 5!/0_build  linux x.txt', 'o/r run 5!/build  linux x/3_Deploy.txt']);
    await expect(scan('log:github:o/r@5/3')).rejects.toMatchObject({ code: 'USAGE_LOG_TARGET' });
  });

  it('since a day asks for those runs, on as many pages as there are', async () => {
    arrange([]);
    const queries: string[] = [];
    fake.handlers.set('actions/list-workflow-runs-for-repo', (_parameters, query) => {
      queries.push(query.get('created') ?? '');
      const isFirst = query.get('page') === null;
      return { status: 200, value: { total_count: 2, workflow_runs: [{ id: isFirst ? 1 : 2, run_attempt: 1, status: 'completed', html_url: `${HOME}/1` }] }, headers: isFirst ? { link: `<${fake.apiUrl}/repos/o/r/actions/runs?created=%3E%3D2026-11-01&per_page=100&page=2>; rel="next"` } : {} };
    });
    expect((await scan('log:github:o/r@2026-11-01')).blobs.filter(({ text }) => text.includes('attempt')).map(({ text }) => text.trim())).toEqual(['run 1 attempt 1', 'run 2 attempt 1']);
    expect(queries).toEqual(['>=2026-11-01', '>=2026-11-01']);
  });

  it('whose logs expired is a named gap, and the others are read', async () => {
    arrange([{ id: 5 }, { id: 4 }]);
    const others = fake.handlers.get('actions/download-workflow-run-attempt-logs');
    fake.handlers.set('actions/download-workflow-run-attempt-logs', (parameters, query, body) => (parameters['run_id'] === '5' ? { status: 410, value: { message: 'Server Error' } } : others?.(parameters, query, body)));
    const seen = await scan('log:github:o/r');
    expect(seen.skips).toEqual([{ what: 'o/r run 5', reason: 'unreadable', detail: 'GitHub no longer keeps it: logs expire' }]);
    expect(seen.blobs.map(({ text }) => text.trim())).toContain('run 4 attempt 1');
  });

  it('with artifacts has them unpacked; what expired nobody can read, what is too large is a gap', async () => {
    arrange([{ id: 5 }]);
    const artifact = (id: number, name: string, more: object = {}): object => ({ id, name, expired: false, size_in_bytes: 10, ...more });
    fake.handlers.set('actions/list-workflow-run-artifacts', () => ({ status: 200, value: { total_count: 3, artifacts: [artifact(1, 'report a/b'), artifact(2, 'old', { expired: true }), artifact(3, 'huge', { size_in_bytes: 1 << 30 })] } }));
    fake.handlers.set('actions/download-artifact', () => ({ status: 302, file: zipOf({ 'out/.env': 'KEY=in an artifact' }) }));
    const seen = await scan('log:github:o/r@5');
    expect(seen.at(`${HOME}/5/artifacts/1/report%20a%2Fb.zip!/out/.env`).text).toBe('KEY=in an artifact');
    expect(seen.skips.map(({ what, reason }) => [what, reason])).toEqual([['o/r run 5, artifact old', 'expired'], ['o/r run 5, artifact huge', 'archive-limit']]);
  });

  it('that still runs is read as far as its jobs have ended', async () => {
    arrange([{ id: 5, status: 'in_progress' }]);
    const job = (id: number, name: string, status: string): object => ({ id, name, status, conclusion: status === 'completed' ? 'success' : null, html_url: `${HOME}/5/job/${id}` });
    fake.handlers.set('actions/list-jobs-for-workflow-run-attempt', () => ({ status: 200, value: { total_count: 2, jobs: [job(1, 'build', 'completed'), job(2, 'test', 'in_progress')] } }));
    fake.handlers.set('actions/download-job-logs-for-workflow-run', () => ({ status: 302, file: Buffer.from(`\uFEFF${stamp}said by build`) }));
    const seen = await scan('log:github:o/r@5');
    expect(await seen.resolve('said by build')).toEqual([{ kind: 'log', name: 'o/r run 5', job: 'build', url: `${HOME}/5/job/1` }]);
    expect(seen.skips.map(({ what, reason }) => [what, reason])).toEqual([['o/r run 5, test', 'unreadable']]);
  });

  it('that is not there, or may not be read, is an error that says so; a limit in the midst is a gap', async () => {
    await expect(scan('log:github:o/r')).rejects.toMatchObject({ code: 'GITHUB_NOT_FOUND' });
    arrange([{ id: 5 }, { id: 4 }]);
    fake.lacks.add('actions: read');
    await expect(scan('log:github:o/r')).rejects.toMatchObject({ code: 'GITHUB_PERMISSION', permission: 'actions: read' });
    fake.lacks.clear();
    fake.handlers.set('actions/download-workflow-run-attempt-logs', () => ({ status: 429, value: { message: 'slow down' }, headers: { 'retry-after': '7200' } }));
    const seen = await scan('log:github:o/r');
    expect(seen.skips.map(({ what, reason }) => [what, reason])).toEqual([['o/r run 5', 'unreadable'], ['o/r run 5', 'unreadable']]);
    expect(seen.blobs).toEqual([]);
  });
});
