import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fake, forge, index, issuer, line, tokenOf } from '../github/action-world.ts';
import { configuration, pullRequest, runStep, type Step, type StepOptions } from '../github/workspace.ts';

const run = promisify(execFile);
const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));


/** A nightly run on a machine that has never run before. */
const nightly = (commit: string, more: Partial<StepOptions> = {}): Promise<Step> =>
  runStep({ index, workspace: forge.checkout(commit), event: 'schedule', payload: { repository: { private: true } }, fake, forge, env: { GITHUB_REF: 'refs/heads/main', GITHUB_SHA: commit }, ...more });

describe('an alert', () => {
  it('keeps its rule and fingerprint while the issuer is silent, and over moves of its line: active, unknown, active, inactive', async () => {
    const token = tokenOf('a');
    issuer.says.set(token, true);
    await nightly(forge.commit('add', { 'tokenwarden.yml': configuration(issuer), 'a.ts': line(token) }));
    expect(fake.alerts.map(({ rule, life }) => [rule, life])).toEqual([['acme-key/live', ['open']]]);
    const [first] = fake.alerts.map(({ fingerprint }) => fingerprint);

    issuer.says.set(token, 'silent');
    const moved = forge.commit('move', { 'a.ts': `// a line\n// and another\n${line(token)}` });
    const silent = await nightly(moved);
    expect(fake.alerts.map(({ rule, fingerprint, life, line: at }) => [rule, fingerprint, life, at])).toEqual([['acme-key/live', first, ['open'], 3]]);
    expect(silent.summary).toContain('last known: active and breaking policy');

    issuer.says.set(token, true);
    const again = await nightly(moved);
    expect(fake.alerts).toMatchObject([{ rule: 'acme-key/live', fingerprint: first, life: ['open'] }]);
    expect(again.summary).toMatch(/https:\/\/github\.example\/o\/r\/security\/code-scanning\/1/);

    issuer.says.set(token, false);
    await nightly(moved);
    expect(fake.alerts.map(({ rule, fingerprint, life }) => [rule, fingerprint, life])).toEqual([
      ['acme-key/live', first, ['open', 'fixed']],
      ['acme-key', first, ['open']],
    ]);
    expect(fake.breaches).toEqual([]);
  });

  it('that somebody dismissed counts as a waiver where the base lets that person and reason, and never for a live credential', async () => {
    const tokens = ['p', 'q', 'r', 's', 't'].map(tokenOf);
    const [allowed = '', stranger = '', reason = '', live = '', role = ''] = tokens;
    const config = configuration(issuer, 'waivers: { dismissed-by: [ana, "role:maintain"], max-days: 30 }\n');
    const commit = forge.commit('add', { 'tokenwarden.yml': config, ...Object.fromEntries(tokens.map((token, at) => [`f${at}.ts`, line(token)])) });
    for (const token of tokens) issuer.says.set(token, 'silent');
    await nightly(commit);
    expect(fake.alerts).toHaveLength(5);
    const dismiss = (path: string, by: string, why: string, at = new Date().toISOString()): void => {
      const alert = fake.alerts.find((one) => one.path === path);
      if (alert === undefined) throw new Error(path);
      Object.assign(alert, { state: 'dismissed', dismissed: { by, reason: why, comment: 'seen', at } });
    };
    dismiss('f0.ts', 'Ana', 'false positive');
    dismiss('f1.ts', 'mallory', 'false positive');
    dismiss('f2.ts', 'ana', "won't fix");
    dismiss('f3.ts', 'ana', 'used in tests');
    dismiss('f4.ts', 'olga', 'used in tests');
    fake.roles.set('olga', 'admin').set('mallory', 'write');
    issuer.says.set(live, true);
    const report = join(forge.folder, 'report.json');
    const step = await nightly(commit, { inputs: { report: `json=${report}` } });
    const { findings } = JSON.parse(readFileSync(report, 'utf8')) as { findings: { failing: boolean; waiver?: { owner: string; kind?: string }; idleWaiver?: { why: string }; locations: { origin: { path: string } }[] }[] };
    const of = (path: string): (typeof findings)[number] | undefined => findings.find(({ locations }) => locations[0]?.origin.path === path);
    expect(of('f0.ts')).toMatchObject({ failing: false, waiver: { owner: 'Ana', kind: 'false-positive' } });
    expect(of('f1.ts')).toMatchObject({ failing: true, idleWaiver: { why: expect.stringContaining('does not name mallory') as string } });
    expect(of('f2.ts')).toMatchObject({ failing: true, idleWaiver: { why: expect.stringContaining('waivers.dismissed-reasons') as string } });
    expect(of('f3.ts')).toMatchObject({ failing: true, idleWaiver: { why: expect.stringContaining('a live credential is never waived') as string } });
    expect(of('f4.ts')).toMatchObject({ failing: false, waiver: { owner: 'olga' } });
    expect(step.code).toBe(1);
    expect(step.summary).toContain('dismissed without authority');
    dismiss('f0.ts', 'ana', 'false positive', '2026-01-01T00:00:00Z');
    expect((await nightly(commit)).summary).toContain('a dismissal counts for as many days as waivers.max-days says');
    for (const token of [stranger, reason, allowed, role]) expect(step.all).not.toContain(token);
    expect(fake.breaches).toEqual([]);
  }, 60_000);
});

describe('an upload', () => {
  it('that GitHub refuses while processing is told with its words, and changes no verdict', async () => {
    const commit = forge.commit('add', { 'tokenwarden.yml': configuration(issuer), 'a.ts': 'nothing\n' });
    fake.processingErrors = ['rejecting SARIF, as there are more runs than allowed'];
    fake.pendingPolls = 1;
    const step = await nightly(commit);
    expect(step.code).toBe(0);
    expect(step.summary).toContain('rejecting SARIF, as there are more runs than allowed');
  });

  it('of a repository without code scanning says so', async () => {
    const commit = forge.commit('add', { 'tokenwarden.yml': configuration(issuer), 'a.ts': line(tokenOf('n')) });
    fake.handlers.set('code-scanning/upload-sarif', () => ({ status: 403, value: { message: 'Advanced Security must be enabled for this repository to use code scanning.' } }));
    const step = await nightly(commit);
    expect(step.summary).toMatch(/Advanced Security must be enabled/);
    expect(step.outputs['sarif-id']).toBe('');
  });
});

describe('a token that nobody can be asked about and a change removed again', () => {
  it('passes once its owner attests that it was revoked, and not before', async () => {
    const config = `salt: ${'A'.repeat(22)}\nrules:\n  - { id: acme-key, pattern: 'acme_[a-z0-9]{32}' }\n`;
    const base = forge.commit('base', { 'tokenwarden.yml': config });
    const token = tokenOf('o');
    forge.commit('oops', { 'b.ts': line(token) });
    const head = forge.commit('remove', { 'b.ts': null });
    const state = join(forge.folder, 'kept');
    const judge = (): Promise<Step> => runStep({ index, workspace: forge.checkout(head), event: 'pull_request', payload: pullRequest({ base, head }), fake, forge, state, inputs: { upload: 'false', comment: 'false' } });
    const before = await judge();
    expect(before.code).toBe(1);
    expect(before.summary).toContain('Removed, and the history still holds it: revoke it first');
    const id = /<code>([0-9a-f]{12})<\/code>/.exec(before.summary)?.[1] ?? '';
    await run(process.execPath, [COMMAND, 'attest', id, '--owner', 'ana', '--purpose', 'still needed'], { env: { PATH: process.env['PATH'], HOME: state, XDG_STATE_HOME: state }, cwd: forge.home });
    expect((await judge()).code).toBe(1);
    await run(process.execPath, [COMMAND, 'attest', id, '--owner', 'ana', '--revoked'], { env: { PATH: process.env['PATH'], HOME: state, XDG_STATE_HOME: state }, cwd: forge.home });
    const after = await judge();
    expect(after.code).toBe(0);
    expect(after.summary).toContain('attested: revoked by hand');
  });

  it('cannot be attested where its issuer can be asked', async () => {
    const base = forge.commit('base', { 'tokenwarden.yml': configuration(issuer) });
    const token = tokenOf('v');
    issuer.says.set(token, true);
    const head = forge.commit('add', { 'b.ts': line(token) });
    const state = join(forge.folder, 'kept');
    const step = await runStep({ index, workspace: forge.checkout(head), event: 'pull_request', payload: pullRequest({ base, head }), fake, forge, state, inputs: { upload: 'false', comment: 'false' } });
    const id = /<code>([0-9a-f]{12})<\/code>/.exec(step.summary)?.[1] ?? '';
    await expect(run(process.execPath, [COMMAND, 'attest', id, '--owner', 'ana', '--revoked'], { env: { PATH: process.env['PATH'], HOME: state, XDG_STATE_HOME: state }, cwd: forge.home })).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('ATTEST_ASKABLE') as string });
  });
});

describe('a hostile workspace', () => {
  it('cannot have a report written through a link of its own', async () => {
    const base = forge.commit('base', { 'tokenwarden.yml': configuration(issuer) });
    symlinkSync('/tmp', join(forge.home, 'out'));
    const head = forge.commit('link', { 'b.txt': 'x\n' });
    const step = await runStep({ index, workspace: forge.checkout(head), event: 'pull_request', payload: pullRequest({ base, head }), fake, forge, inputs: { report: 'sarif=out/x.sarif' } });
    expect([step.code, step.stderr]).toEqual([2, expect.stringContaining('ACTION_UNTRUSTED_FILE')]);
  });

  it('is never judged by its own configuration, whatever the inputs or the event leave out', async () => {
    const base = forge.commit('base', { 'tokenwarden.yml': configuration(issuer) });
    const head = forge.commit('off', { 'tokenwarden.yml': 'ignore: ["**"]\n', 'b.ts': line(tokenOf('w')) });
    const workspace = forge.checkout(head);
    const act = (payload: unknown, inputs: Readonly<Record<string, string>> = {}): Promise<Step> => runStep({ index, workspace, event: 'pull_request', payload, fake, forge, inputs: { upload: 'false', ...inputs } });
    expect((await act(pullRequest({ base, head }), { history: 'true' })).outputs['findings']).toBe('1');
    expect(await act({ number: 7, pull_request: { number: 7 } })).toMatchObject({ code: 2, stderr: expect.stringContaining('ACTION_EVENT') as string });
  });
});

/** Whether this machine lets us take the network away from a process. */
const canUnshare = spawnSync('unshare', ['-rn', 'true']).status === 0;

describe.skipIf(!canUnshare)('without any network (unshare -rn)', () => {
  it('a scan finds the same: it sends nothing', async () => {
    const commit = forge.commit('add', { 'tokenwarden.yml': configuration(issuer), 'a.ts': line(tokenOf('x')) });
    const env = { PATH: process.env['PATH'], HOME: forge.folder, XDG_STATE_HOME: join(forge.folder, 'state'), NODE_OPTIONS: '' };
    const scan = (before: readonly string[]): Promise<unknown> => {
      const [program = '', ...args] = [...before, process.execPath, COMMAND, 'scan', '--report', 'json=-', '--no-cache'];
      return run(program, args, { cwd: forge.home, env }).then(({ stdout }) => stdout, (error: unknown) => (error as { readonly stdout: string }).stdout).then((text) => (JSON.parse(text) as { readonly findings: unknown }).findings);
    };
    const [alone, connected] = await Promise.all([scan(['unshare', '-rn']), scan([])]);
    expect(alone).toEqual(connected);
    expect(alone).toHaveLength(1);
    const step = await runStep({ index, workspace: forge.checkout(commit), event: 'schedule', payload: { repository: { private: true } }, forge, before: ['unshare', '-rn'], inputs: { verify: 'false' } });
    expect(step).toMatchObject({ code: 1, outputs: { findings: '1', coverage: 'complete' } });
    expect(issuer.asked).toEqual([]);
  });

  it('an audit says that nobody answered, and calls nothing dead', async () => {
    const commit = forge.commit('add', { 'tokenwarden.yml': configuration(issuer), 'a.ts': line(tokenOf('y')) });
    const step = await runStep({ index, workspace: forge.checkout(commit), event: 'schedule', payload: { repository: { private: true } }, forge, before: ['unshare', '-rn'] });
    expect(step.code).toBe(1);
    expect(step.summary).toMatch(/1 unknown/);
  });
});
