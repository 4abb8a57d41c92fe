import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { act, base, fake, forge, issuer, line, moveBase, tokenOf, type More } from '../github/action-world.ts';
import { configuration, pullRequest, push, startIssuer, type Step } from '../github/workspace.ts';

const NONE = '0'.repeat(40);


/** The verdict alone, without what GitHub is told. */
const judged = (event: string, payload: unknown, workspace: string, more: More = {}): Promise<Step> => act(event, payload, workspace, { ...more, inputs: { upload: 'false', comment: 'false', ...more.inputs } });

/** A topic branch off the base. */
function topic(files: Readonly<Record<string, string | null>>, message = 'topic'): string {
  forge.git('checkout', '-q', '-B', 'topic', base);
  return forge.commit(message, files);
}

function nothingLeaks(step: Step, ...tokens: readonly string[]): void {
  for (const token of tokens) {
    for (const form of [token, Buffer.from(token).toString('base64').replace(/=+$/, ''), encodeURIComponent(token)]) expect(step.all).not.toContain(form);
    expect(JSON.stringify(fake.uploads)).not.toContain(token);
  }
  expect(step.all).not.toContain(fake.token);
}

describe('a pull request', () => {
  it('that adds a live token fails, with marks, summary, one comment and an upload', async () => {
    const token = tokenOf('a');
    issuer.says.set(token, true);
    const head = topic({ 'src/b.ts': line(token) });
    const step = await act('pull_request', pullRequest({ base, head }), forge.checkout(head));
    expect(step.code).toBe(1);
    expect(step.stdout).toMatch(/^::error file=src\/b\.ts,line=1,col=14,title=acme-key is active::/m);
    expect(step.summary).toContain('1 finding: 1 critical');
    expect(step.outputs).toEqual({ findings: '1', 'sarif-id': 'sarif-1', plan: '', coverage: 'complete', 'exit-code': '1' });
    expect(fake.comments.map(({ body }) => body)).toEqual([expect.stringContaining('1 finding: 1 critical')]);
    expect(fake.uploads).toMatchObject([{ ref: 'refs/pull/7/head', commit: head, problems: [] }]);
    expect(fake.alerts).toMatchObject([{ rule: 'acme-key/live', path: 'src/b.ts', line: 1, state: 'open' }]);
    expect(fake.breaches).toEqual([]);
    expect(step.left).toEqual([]);
    nothingLeaks(step, token);
  });

  it('keeps its one comment up to date and adds none, and says nothing where there is nothing to say', async () => {
    const clean = topic({ 'c.txt': 'nothing\n' });
    const first = await act('pull_request', pullRequest({ base, head: clean }), forge.checkout(clean));
    expect([first.code, fake.comments.length]).toEqual([0, 0]);
    const token = tokenOf('a');
    const head = topic({ 'b.ts': line(token) });
    fake.comments.push({ id: 1, issue: 7, body: '<!-- tokenwarden tokenwarden -->\nI am a stranger', author: 'mallory' });
    await act('pull_request', pullRequest({ base, head }), forge.checkout(head));
    await act('pull_request', pullRequest({ base, head }), forge.checkout(head));
    const ours = (): readonly string[] => fake.comments.filter(({ author }) => author !== 'mallory').map(({ body }) => body);
    expect(ours()).toHaveLength(1);
    const mended = forge.commit('mend', { 'b.ts': 'const key = process.env.KEY;\n' });
    issuer.says.set(token, false);
    const last = await act('pull_request', pullRequest({ base, head: mended }), forge.checkout(mended));
    expect(last.code).toBe(0);
    expect(ours()).toHaveLength(1);
    expect(ours()[0]).toContain('inactive');
    expect(fake.comments.find(({ author }) => author === 'mallory')?.body).toContain('I am a stranger');
    expect(fake.breaches).toEqual([]);
  });

  it('that removed a token again reads "revoke first" while it lives, and passes once it is dead', async () => {
    const token = tokenOf('r');
    issuer.says.set(token, true);
    topic({ 'b.ts': line(token) });
    const head = forge.commit('oops', { 'b.ts': null });
    const before = await act('pull_request', pullRequest({ base, head }), forge.checkout(head));
    expect(before.code).toBe(1);
    expect(before.summary).toContain('Removed, still live: revoke first');
    issuer.says.set(token, false);
    const after = await act('pull_request', pullRequest({ base, head }), forge.checkout(head));
    expect(after.code).toBe(0);
    expect(after.summary).not.toContain('revoke first');
  });

  it('of a fork is never verified', async () => {
    const token = tokenOf('f');
    issuer.says.set(token, true);
    const head = topic({ 'b.ts': line(token) });
    for (const need of ['security-events: write', 'pull-requests: write']) fake.lacks.add(need);
    const step = await act('pull_request', pullRequest({ base, head, fork: true }), forge.checkout(head), { inputs: { verify: 'true' } });
    expect(step.code).toBe(1);
    expect(issuer.asked).toEqual([]);
    expect(step.summary).toContain('security-events: write');
    expect(step.summary).toContain('pull-requests: write');
    expect(step.stdout).toContain('::error file=b.ts');
    expect(step.outputs['sarif-id']).toBe('');
  });

  it('asks about verify.max-per-pr credentials and says what it did not ask', async () => {
    const few = forge.commit('few', { 'tokenwarden.yml': configuration(issuer).replace('stores:', 'verify: { max-per-pr: 3 }\nstores:') });
    moveBase(few);
    const tokens = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(tokenOf);
    const head = topic(Object.fromEntries(tokens.map((token, at) => [`f${at}.ts`, line(token)])));
    const step = await act('pull_request', pullRequest({ base, head }), forge.checkout(head));
    expect(new Set(issuer.asked).size).toBe(3);
    expect(step.summary).toContain('verify.max-per-pr');
    expect(step.code).toBe(1);
  });

  it('whose commits are not in a shallow checkout is fetched from the server of the workflow, with its token and nothing else', async () => {
    forge.git('checkout', '-q', 'main');
    for (let at = 0; at < 4; at += 1) moveBase(forge.commit(`main ${at}`, { 'a.txt': `${at}\n` }));
    topic({ 'one.ts': line(tokenOf('o')) }, 'one');
    const head = forge.commit('two', { 'two.ts': line(tokenOf('t')) });
    const workspace = forge.checkout(head);
    const step = await act('pull_request', pullRequest({ base, head }), workspace);
    expect(step.outputs).toMatchObject({ findings: '2', coverage: 'complete' });
    expect(new Set(forge.asked)).toEqual(new Set([`basic ${Buffer.from(`x-access-token:${fake.token}`).toString('base64')}`]));
  });

  it('whose base nobody can give is a named gap, exit 3, and nothing is uploaded', async () => {
    const head = topic({ 'b.ts': line(tokenOf('g')) });
    const step = await act('pull_request', pullRequest({ base: 'd'.repeat(40), head }), forge.checkout(head), { inputs: { 'fail-on': 'low' } });
    expect(step.code).toBe(3);
    expect(step.outputs).toMatchObject({ coverage: 'incomplete', 'sarif-id': '' });
    expect(step.summary).toMatch(/could not be fetched/);
    expect(step.summary).toMatch(/nothing was uploaded to code scanning: coverage is incomplete/);
    expect(fake.uploads).toEqual([]);
  });

  it('in a public repository shows nobody whether a token works, what it may do and for whom', async () => {
    const [live, dead] = [tokenOf('l'), tokenOf('d')];
    issuer.says.set(live, true).set(dead, false);
    const head = topic({ 'live.ts': line(live), 'dead.ts': line(dead) });
    const step = await act('pull_request', pullRequest({ base, head, isPublic: true }), forge.checkout(head));
    expect(step.code).toBe(1);
    expect(new Set(issuer.asked)).toEqual(new Set([live, dead]));
    expect(step.all).toMatch(/live\.ts/);
    expect(step.all).not.toMatch(/robot-of-payments|repo:write|admin:everything|\bactive\b|\binactive\b|critical|\/live\b|accepts it|127\.0\.0\.1:\d+, oauth/);
    // The two findings read the same but for their place.
    const about = (name: string): string => (step.summary.split('\n').find((one) => one.includes(name)) ?? '').replace(name, '');
    expect(about('live.ts')).toBe(about('dead.ts'));
    // GitHub shows alerts of a pull request beside its lines, to everybody.
    expect(fake.alerts.map(({ rule }) => rule)).toEqual(['acme-key', 'acme-key']);
    expect(JSON.stringify(fake.uploads)).not.toMatch(/robot-of-payments|repo:write|admin:everything|"(?:active|inactive)"|is active|is inactive|\/live/);
    // Those of a branch are for people who may write.
    await act('push', push({ before: base, after: head, isPublic: true }), forge.checkout(head), { env: { GITHUB_REF: 'refs/heads/main', GITHUB_SHA: head } });
    expect(fake.alerts.filter(({ ref }) => ref === 'refs/heads/main').map(({ rule }) => rule).sort()).toEqual(['acme-key', 'acme-key/live']);
    nothingLeaks(step, live, dead);
  });
});

describe('a hostile pull request', () => {
  it('cannot switch itself off with a configuration, rules or waivers of its own', async () => {
    const token = tokenOf('h');
    const evil = { 'b.ts': line(token), 'tokenwarden.yml': 'ignore: ["**"]\nfail-on: critical\nrules: { disable: [acme-key] }\n', '.tokenwarden-waivers.yml': 'version: 1\nwaivers: []\n', 'ci/strict.yml': 'ignore: ["**"]\n' };
    const head = topic(evil);
    const step = await judged('pull_request', pullRequest({ base, head }), forge.checkout(head));
    expect(step.outputs.findings).toBe('1');
    const named = await judged('pull_request', pullRequest({ base, head }), forge.checkout(head), { inputs: { config: 'ci/strict.yml' } });
    // What the base does not have does not count: then the defaults hold, and that is said.
    expect(named.stderr).toContain('ci/strict.yml does not count');
    expect(named.outputs.coverage).toBe('complete');
  });

  it('is judged by the base version of a configuration that the workflow names', async () => {
    moveBase(forge.commit('config elsewhere', { 'tokenwarden.yml': 'fail-on: low\n', 'ci/warden.yml': configuration(issuer) }));
    const token = tokenOf('i');
    issuer.says.set(token, true);
    const head = topic({ 'b.ts': line(token), 'ci/warden.yml': 'ignore: ["**"]\n' });
    const step = await judged('pull_request', pullRequest({ base, head }), forge.checkout(head), { inputs: { config: 'ci/warden.yml' } });
    expect(step.outputs.findings).toBe('1');
    expect(issuer.asked).toEqual([token]);
  });

  it('never has its own hosts asked', async () => {
    const trap = await startIssuer();
    try {
      const token = tokenOf('j');
      const head = topic({ 'b.ts': `curl -H 'Authorization: Bearer ${token}' ${trap.url}/introspect\n`, 'tokenwarden.yml': configuration(trap) });
      await judged('pull_request', pullRequest({ base, head }), forge.checkout(head));
      expect(trap.asked).toEqual([]);
      expect(issuer.asked).toEqual([token]);
    } finally {
      await trap.stop();
    }
  });

  it.each([
    ['state', '.tokenwarden-state'],
    ['policy-from', './policy.yml'],
  ])('cannot be believed through the input %s', async (name, value) => {
    const head = topic({ 'policy.yml': 'policy: {}\n', 'b.ts': line(tokenOf('k')) });
    const step = await judged('pull_request', pullRequest({ base, head }), forge.checkout(head), { inputs: { [name]: value } });
    expect(step.code).toBe(2);
    expect(step.stderr).toContain('ACTION_UNTRUSTED_FILE');
    expect(step.stdout).toMatch(/^::error title=tokenwarden could not run::/m);
  });

  it('with links out of the workspace reads nothing there', async () => {
    const secret = join(forge.folder, 'outside.txt');
    writeFileSync(secret, line(tokenOf('s')));
    forge.git('checkout', '-q', '-B', 'topic', base);
    mkdirSync(join(forge.home, 'dir'));
    symlinkSync(secret, join(forge.home, 'dir/link.txt'));
    symlinkSync(secret, join(forge.home, '.tokenwarden-waivers.yml'));
    const head = forge.commit('links', { 'b.ts': line(tokenOf('n')) });
    const step = await judged('pull_request', pullRequest({ base, head }), forge.checkout(head));
    expect(step.outputs.findings).toBe('1');
    expect(step.all).not.toContain('outside.txt:');
  });

  it('cannot give the runner commands through names and messages', async () => {
    issuer.says.set(tokenOf('c'), true).set(tokenOf('v'), true);
    const head = topic({ 'b\n::set-output name=findings::0.ts': line(tokenOf('c')), '::error::x.ts': line(tokenOf('v')) }, '::add-mask::everything\n\n##[error]nothing to see');
    const step = await judged('pull_request', pullRequest({ base, head }), forge.checkout(head));
    const gate = /^::stop-commands::(\S+)$/m.exec(step.stdout)?.[1] ?? 'none';
    let stopped = false;
    for (const text of step.stdout.split('\n')) {
      if (text === `::stop-commands::${gate}`) stopped = true;
      else if (text === `::${gate}::`) stopped = false;
      else if (!stopped && text.startsWith('::')) expect(text).toMatch(/^::(?:error|warning|notice) (?:file=[^,:]+(?:,line=\d+,col=\d+)?,)?title=[^:,]+::/);
      else if (stopped) expect(text).not.toMatch(/^\s*::(?!stop-commands)/);
    }
    expect(step.code).toBe(1);
  });

  it('that changes workflows is told apart', async () => {
    const head = topic({ '.github/workflows/tokenwarden.yml': 'on: push\n', 'c.txt': 'x\n' });
    const step = await judged('pull_request', pullRequest({ base, head }), forge.checkout(head));
    expect(step.summary).toContain('changes what workflows do');
    expect(step.code).toBe(0);
  });

  it('of eight hundred files and two hundred tokens stays within the limits', async () => {
    const files = Object.fromEntries(Array.from({ length: 800 }, (_one, at) => [`d${at % 50}/f${at}.ts`, at % 4 === 0 ? line(`acme_${String(at).padStart(6, '0')}${'k3j9x2m7q8w1'.repeat(3).slice(0, 26)}`) : `export const n = ${at};\n`]));
    const head = topic(files);
    const step = await act('pull_request', pullRequest({ base, head }), forge.checkout(head), { inputs: { verify: 'false' } });
    expect(step.outputs).toMatchObject({ findings: '200', coverage: 'complete' });
    expect([...step.stdout.matchAll(/^::error file/gm)]).toHaveLength(10);
    expect(step.stdout).toContain('190 more findings are in the summary');
    expect(Buffer.byteLength(step.summary)).toBeLessThan(1_048_576);
    expect(fake.comments[0]?.body.length).toBeLessThan(65_536);
    expect(fake.uploads[0]?.problems).toEqual([]);
  });
});

describe('other events', () => {
  it('a push judges what it adds, and code scanning gets the whole tree', async () => {
    const [old, added] = [tokenOf('o'), tokenOf('p')];
    const before = forge.commit('old', { 'old.ts': line(old) });
    const after = forge.commit('new', { 'new.ts': line(added) });
    issuer.says.set(added, true);
    const step = await act('push', push({ before, after }), forge.checkout(after), { env: { GITHUB_REF: 'refs/heads/main', GITHUB_SHA: after } });
    expect(step.outputs.findings).toBe('1');
    expect(step.summary).toContain('new.ts');
    expect(step.summary).not.toContain('old.ts');
    expect(issuer.asked).toEqual([added]);
    expect(fake.alerts.map(({ path, rule }) => `${path} ${rule}`).sort()).toEqual(['new.ts acme-key/live', 'old.ts acme-key']);
    expect(fake.comments).toEqual([]);
  });

  it('a force-push asks the server for the commit that was left behind', async () => {
    const before = forge.commit('will be gone', { 'x.txt': 'x\n' });
    forge.git('reset', '-q', '--hard', base);
    const after = forge.commit('instead', { 'y.ts': line(tokenOf('y')) });
    const step = await act('push', push({ before, after, forced: true }), forge.checkout(after, { depth: 0 }), { inputs: { upload: 'false' } });
    expect(step.outputs).toMatchObject({ findings: '1', coverage: 'complete' });
  });

  it('the first push reads all of history', async () => {
    forge.commit('add', { 'z.ts': line(tokenOf('z')) });
    const after = forge.commit('remove', { 'z.ts': null });
    const step = await act('push', push({ before: NONE, after }), forge.checkout(after));
    expect(step.outputs).toMatchObject({ findings: '1', coverage: 'complete' });
    expect(fake.alerts).toMatchObject([{ category: 'tokenwarden-history' }]);
  });

  it('the first push of a branch reads what the default branch lacks', async () => {
    forge.commit('on main', { 'm.ts': line(tokenOf('m')) });
    moveBase(forge.git('rev-parse', 'HEAD'));
    const head = topic({ 'q.ts': line(tokenOf('q')) });
    fake.handlers.set('repos/compare-commits-with-basehead', () => ({ status: 200, value: { base_commit: { sha: base }, merge_base_commit: { sha: base } } }));
    const step = await act('push', push({ before: NONE, after: head, ref: 'refs/heads/topic' }), forge.checkout(head), { inputs: { upload: 'false' } });
    expect(step.outputs.findings).toBe('1');
    expect(step.summary).toContain('q.ts');
  });

  it('a merge group, a schedule and a deleted branch', async () => {
    const head = topic({ 'g.ts': line(tokenOf('w')) });
    const workspace = forge.checkout(head);
    const group = await act('merge_group', { merge_group: { base_sha: base, head_sha: head, head_ref: 'refs/heads/gh-readonly-queue/main/pr-7' }, repository: { private: true } }, workspace);
    expect(group.outputs.findings).toBe('1');
    expect(fake.uploads).toMatchObject([{ ref: 'refs/heads/gh-readonly-queue/main/pr-7' }]);
    const nightly = await act('schedule', { repository: { private: true } }, workspace, { env: { GITHUB_REF: 'refs/heads/main', GITHUB_SHA: head } });
    expect(nightly.outputs.findings).toBe('1');
    const gone = await act('push', push({ before: head, after: NONE, deleted: true }), workspace);
    expect([gone.code, gone.outputs.findings]).toEqual([0, '0']);
  });

  it('without a token it still finds, and says what it could not do', async () => {
    const head = topic({ 'b.ts': line(tokenOf('u')) });
    const step = await act('pull_request', pullRequest({ base, head }), forge.checkout(head, { depth: 0 }), { fake: undefined, inputs: { verify: 'false' } });
    expect(step.code).toBe(1);
    expect(step.summary).toMatch(/no GITHUB\\?_TOKEN was given/);
  });

  it('is no step of a workflow: exit 2, one clear sentence', async () => {
    const step = await act('push', push({ before: base, after: base }), forge.home, { env: { GITHUB_REPOSITORY: '' } });
    expect(step.code).toBe(2);
    expect(step.stderr).toContain('ACTION_ENVIRONMENT');
  });
});
