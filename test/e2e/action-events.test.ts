import { beforeEach, describe, expect, it } from 'vitest';
import { act, base, fake, forge, issuer, line, tokenOf } from '../github/action-world.ts';
import { pullRequest, push, type StepOptions } from '../github/workspace.ts';

const NONE = '0'.repeat(40);
const REPOSITORY = { repository: { id: 1, full_name: 'o/r', private: true, default_branch: 'main' } };
/** What a runner says of an event that belongs to the default branch. */
const onMain = (commit: string): Pick<StepOptions, 'env'> => ({ env: { GITHUB_REF: 'refs/heads/main', GITHUB_SHA: commit } });

function topic(files: Readonly<Record<string, string>>): string {
  forge.git('checkout', '-q', '-B', 'topic', base);
  return forge.commit('topic', files);
}

describe('a tree that is not the event\'s', () => {
  it('checked out by a workflow that a comment started: judged by the configuration of the event\'s commit, nobody asked, nothing uploaded', async () => {
    issuer.says.set(tokenOf('w'), true);
    const head = topic({ 'tokenwarden.yml': 'ignore: ["**"]\n', 'b.ts': line(tokenOf('w')) });
    const step = await act('issue_comment', { ...REPOSITORY, issue: { number: 7, pull_request: {} } }, forge.checkout(head), onMain(base));
    expect(step).toMatchObject({ code: 1, outputs: { findings: '1', 'sarif-id': '' } });
    expect(step.summary).toContain('configuration and waivers are those of the latter');
    expect(issuer.asked).toEqual([]);
    expect(fake.uploads).toEqual([]);
  });

  it('of the repository\'s own schedule is asked about, and not uploaded under another commit', async () => {
    const head = topic({ 'b.ts': line(tokenOf('s')) });
    const step = await act('schedule', REPOSITORY, forge.checkout(head), onMain(base));
    expect(step.outputs).toMatchObject({ findings: '1', 'sarif-id': '' });
    expect(issuer.asked).toEqual([tokenOf('s')]);
    expect(step.summary).toContain('which is not the commit of the event');
  });
});

describe('the log of a run that ended', () => {
  const run = (isFork: boolean): unknown => ({ ...REPOSITORY, workflow_run: { id: 77, head_sha: 'c'.repeat(40), event: 'pull_request', head_repository: { id: isFork ? 2 : 1 }, pull_requests: isFork ? [] : [{ number: 9, base: { repo: { id: 1 } } }] } });

  beforeEach(() => {
    fake.handlers.set('actions/get-workflow-run', () => ({ status: 200, value: { id: 77, run_attempt: 1, status: 'in_progress' } }));
    fake.handlers.set('actions/list-jobs-for-workflow-run-attempt', () => ({ status: 200, value: { total_count: 1, jobs: [{ id: 3, name: 'build', status: 'completed', conclusion: 'success' }] } }));
    fake.handlers.set('actions/list-workflow-run-artifacts', () => ({ status: 200, value: { total_count: 0, artifacts: [] } }));
    fake.handlers.set('actions/download-job-logs-for-workflow-run', () => ({ status: 302, file: Buffer.from(`2026-11-20T10:00:00.0000000Z using ${tokenOf('q')}\n`) }));
  });

  it('is read, and what it shows is reported on the pull request of the run', async () => {
    issuer.says.set(tokenOf('q'), true);
    const step = await act('workflow_run', run(false), forge.checkout(base), onMain(base));
    expect(step).toMatchObject({ code: 1, outputs: { findings: '1', 'sarif-id': '' } });
    expect(fake.comments).toMatchObject([{ issue: 9, body: expect.stringContaining('<!-- tokenwarden tokenwarden-log -->') as string }]);
    expect(fake.comments[0]?.body).toContain('run 77');
    expect(step.all).not.toContain(tokenOf('q'));
  });

  it('of a fork is read, and nobody is asked', async () => {
    issuer.says.set(tokenOf('q'), true);
    const step = await act('workflow_run', run(true), forge.checkout(base), onMain(base));
    expect(step).toMatchObject({ code: 1, outputs: { findings: '1' } });
    expect([issuer.asked, fake.comments]).toEqual([[], []]);
  });

  it('that the token may not read is no clean log', async () => {
    fake.lacks.add('actions: read');
    const step = await act('workflow_run', run(false), forge.checkout(base), onMain(base));
    expect(step).toMatchObject({ code: 2, stderr: expect.stringContaining('actions: read') as string });
  });
});

describe('a push', () => {
  it('of a tag on a commit that the default branch has adds nothing', async () => {
    fake.handlers.set('repos/compare-commits-with-basehead', () => ({ status: 200, value: { base_commit: { sha: base }, merge_base_commit: { sha: base } } }));
    const step = await act('push', push({ before: NONE, after: base, ref: 'refs/tags/v0' }), forge.checkout(base), { inputs: { upload: 'false' } });
    expect(step).toMatchObject({ code: 0, outputs: { findings: '0', coverage: 'complete' } });
  });

  it('over a commit that nobody has any more reads more, not less', async () => {
    forge.commit('add', { 'y.ts': line(tokenOf('y')) });
    const after = forge.commit('remove', { 'y.ts': '' });
    const step = await act('push', push({ before: 'd'.repeat(40), after, forced: true }), forge.checkout(after));
    expect(step.outputs).toMatchObject({ findings: '1', coverage: 'complete' });
    expect(step.summary).toContain('more than this push was read');
  });
});

describe('what is said and kept', () => {
  it('a run that cannot judge takes back the comment of an earlier one', async () => {
    const head = topic({ 'b.ts': line(tokenOf('a')) });
    await act('pull_request', pullRequest({ base, head }), forge.checkout(head));
    const step = await act('pull_request', pullRequest({ base, head }), forge.checkout(head), { inputs: { 'fail-on': 'nonsense' } });
    expect(step.code).toBe(2);
    expect(fake.comments.map(({ body }) => body)).toEqual([expect.stringContaining('could not run')]);
  });

  it('a configuration that the base lacks is missed in the summary, not in the log alone', async () => {
    const head = topic({ 'ci/x.yml': '{}\n' });
    const step = await act('pull_request', pullRequest({ base, head }), forge.checkout(head), { inputs: { config: 'ci/x.yml', upload: 'false' } });
    expect(step.summary).toContain('ci/x.yml does not count');
  });

  it('results of some targets close no alert of others', async () => {
    const commit = forge.commit('two', { 'src/y.ts': line(tokenOf('y')), 'lib/z.ts': line(tokenOf('z')) });
    await act('schedule', REPOSITORY, forge.checkout(commit), onMain(commit));
    await act('schedule', REPOSITORY, forge.checkout(commit), { ...onMain(commit), inputs: { targets: 'src' } });
    expect(fake.alerts.map(({ path, life }) => `${path} ${life.join()}`).sort()).toEqual(['lib/z.ts open', 'src/y.ts open', 'src/y.ts open']);
    expect(new Set(fake.alerts.map(({ category }) => category)).size).toBe(2);
  });

  it('an alert that could not be read is not closed by a run that got no answer', async () => {
    issuer.says.set(tokenOf('a'), true);
    const commit = forge.commit('add', { 'a.ts': line(tokenOf('a')) });
    await act('schedule', REPOSITORY, forge.checkout(commit), onMain(commit));
    issuer.says.set(tokenOf('a'), 'silent');
    fake.handlers.set('code-scanning/list-alerts-for-repo', () => ({ status: 503, value: { message: 'later' } }));
    const step = await act('schedule', REPOSITORY, forge.checkout(commit), onMain(commit));
    expect(step.summary).toContain('the alerts that it has could not be read');
    expect(fake.alerts.map(({ rule, life }) => [rule, life])).toEqual([['acme-key/live', ['open']]]);
  });

  it('a repository that never had an alert answers 404, and gets its first ones', async () => {
    issuer.says.set(tokenOf('n'), 'silent');
    const commit = forge.commit('add', { 'a.ts': line(tokenOf('n')) });
    fake.handlers.set('code-scanning/list-alerts-for-repo', () => ({ status: 404, value: { message: 'no analysis found' } }));
    const step = await act('schedule', REPOSITORY, forge.checkout(commit), onMain(commit));
    expect(step.outputs['sarif-id']).toBe('sarif-1');
    expect(step.summary).not.toContain('were not read');
  });

  it('an upload whose processing nobody tells of was uploaded all the same', async () => {
    fake.handlers.set('code-scanning/get-sarif', () => ({ status: 503, value: { message: 'later' } }));
    const step = await act('schedule', REPOSITORY, forge.checkout(base), onMain(base));
    expect(step.outputs['sarif-id']).toBe('sarif-1');
    expect(step.summary).toContain('has not processed the upload');
  });
});
