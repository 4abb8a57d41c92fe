import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sampleOf } from '../../src/rules/index.ts';
import { StoredCatalogue } from '../../src/rules/stored-catalogue.ts';
import { BuiltRepository, removeFolders, temporaryFolder } from '../unit/sources/build-repository.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const WAIVERS = '.tokenwarden-waivers.yml';
const catalogue = new StoredCatalogue(readFileSync(join(DIST, 'catalogue.jsonl')));

/** A made-up token of a kind, a different one for each number. */
function token(number: number, id = 'github-pat-classic'): string {
  const rule = catalogue.rules.find((one) => one.id === id);
  const [example] = rule?.examples ?? [];
  if (rule === undefined || example === undefined) throw new Error(`the catalogue has no ${id}`);
  return sampleOf(rule.id, { ...example, seed: number }).token;
}

/** A day so many from now: the command has the real clock. */
const day = (ahead: number): string => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const allow = (more = `expires=${day(30)}`): string => `tokenwarden:allow github-pat-classic reason="a test account" owner=ana@example.com ${more}`;

/** In parts, so that our own tree holds no such line. */
const DATABASE_LINE = ['url: postgres://app', 'Kx9mQ2vLr7Tz@db.internal.corp/main'].join(':');

interface Finding {
  readonly id: string;
  readonly failing: boolean;
  readonly waiver?: { readonly kind: string; readonly source: string; readonly owner: string; readonly expires: string };
  readonly idleWaiver?: { readonly state: string; readonly why: string };
  readonly credential: { readonly fingerprint: string; readonly rule: string };
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let repository: BuiltRepository;
let state = '';
beforeEach(() => {
  repository = new BuiltRepository(join(temporaryFolder(), 'work'));
  state = join(temporaryFolder(), 'state');
});
afterAll(removeFolders);

function tokenwarden(args: readonly string[], cwd = repository.path, input = ''): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(DIST, 'tokenwarden.js'), ...args], { cwd, input, encoding: 'utf8', timeout: 60_000, env: { PATH: process.env['PATH'] ?? '', HOME: state, TOKENWARDEN_STATE: state } });
  for (let number = 0; number < 12; number += 1) expect(`${stdout}${stderr}`).not.toContain(token(number).slice(4));
  return { status, stdout, stderr };
}

function scan(args: readonly string[] = [], cwd = repository.path): { readonly status: number | null; readonly findings: readonly Finding[]; readonly stderr: string } {
  const { status, stdout, stderr } = tokenwarden(['scan', '--report', 'json=-', ...args], cwd);
  return { status, stderr, findings: stdout === '' ? [] : (JSON.parse(stdout) as { findings: Finding[] }).findings };
}

function baseline(more: readonly string[] = [], cwd = repository.path): Ran {
  return tokenwarden(['baseline', '--owner', 'ana@example.com', '--reason', 'found when we began', '--expires', day(60), ...more], cwd);
}

const waivers = (): string => readFileSync(join(repository.path, WAIVERS), 'utf8');

/** An entry for the only finding there is, as a person would write it. */
function entryFor(finding: Finding | undefined, more: string): string {
  return `waivers:\n- { fingerprint: "${finding?.credential.fingerprint ?? ''}", rule: ${finding?.credential.rule ?? ''}, owner: ana, reason: "test", ${more} }\n`;
}

describe('a baseline', () => {
  it('silences what is there, until its date, and not what comes after', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n`, 'b.env': `B=${token(2)}\n` });
    expect(scan().status).toBe(1);
    expect(baseline()).toMatchObject({ status: 0, stderr: '', stdout: `${WAIVERS}: 2 findings, 2 added, 0 replaced, 0 as before\n` });
    expect(lstatSync(join(repository.path, WAIVERS)).mode & 0o044).toBe(0o044);
    const after = scan();
    expect(after.status).toBe(0);
    expect(after.findings.map(({ failing, waiver }) => ({ failing, kind: waiver?.kind, source: waiver?.source }))).toEqual([{ failing: false, kind: 'baseline', source: 'file' }, { failing: false, kind: 'baseline', source: 'file' }]);
    repository.write('c.env', `C=${token(3)}\n`);
    expect(scan().findings.filter(({ failing }) => failing)).toHaveLength(1);
    expect(tokenwarden(['scan', '--no-waivers']).status).toBe(1);
    writeFileSync(join(repository.path, WAIVERS), waivers().replaceAll(`expires: ${day(60)}`, `expires: ${day(-1)}`));
    const expired = scan();
    expect(expired.status).toBe(1);
    expect(expired.findings.filter(({ idleWaiver }) => idleWaiver?.state === 'expired')).toHaveLength(2);
  });

  it('is the same bytes for the same tree, wherever it lies and however often it is asked', () => {
    repository.commit({ 'x/a.env': `A=${token(1)}\n`, 'b.env': `B=${token(2)}\nC=${token(3)}\n` });
    baseline();
    const first = waivers();
    expect(baseline().stdout).toContain('0 added, 0 replaced, 3 as before');
    expect(waivers()).toBe(first);
    repository.write('b.env', `\n\n\nB=${token(2)}\n\nC=${token(3)}\n`);
    baseline();
    expect(waivers()).toBe(first);
    const elsewhere = join(temporaryFolder(), 'a', 'copy');
    mkdirSync(dirname(elsewhere));
    cpSync(repository.path, elsewhere, { recursive: true });
    writeFileSync(join(elsewhere, WAIVERS), '');
    baseline([], elsewhere);
    expect(readFileSync(join(elsewhere, WAIVERS), 'utf8')).toBe(first);
  });

  it('leaves out what its issuer called active, and leaves alone what people waived', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n`, 'b.env': `B=${token(2)}\n`, 'c.env': `C=${token(3)}\n` });
    const [live, given] = scan().findings;
    expect(tokenwarden(['waive', given?.id ?? '', '--owner', 'bo', '--reason', 'looked at it', '--expires', day(10)]).status).toBe(0);
    const inventory = new DatabaseSync(join(state, 'inventory.db'));
    inventory.prepare("UPDATE findings SET known_status = 'active', known_violating = 1, known_at = '2026-11-01T00:00:00.000Z' WHERE id = ?").run(live?.id ?? '');
    inventory.close();
    const { status, stdout } = baseline();
    expect(status).toBe(0);
    expect(stdout).toContain('1 added');
    expect(stdout).toContain('1 waived by people already');
    expect(stdout).toContain(`1 left out, because their issuers called them active`);
    expect(stdout).toContain(live?.id.slice(0, 12));
    expect(waivers()).not.toContain(live?.credential.fingerprint);
    expect(waivers()).toContain('owner: "bo"');
    expect(scan().findings.filter(({ failing }) => failing).map(({ id }) => id)).toEqual([live?.id]);
    // What becomes known active later is a finding again, though the baseline has it.
    const later = new DatabaseSync(join(state, 'inventory.db'));
    later.prepare("UPDATE findings SET known_status = 'active', known_violating = 1, known_at = '2026-11-01T00:00:00.000Z'").run();
    later.close();
    const now = scan();
    expect(now.findings.filter(({ failing }) => failing)).toHaveLength(3);
    expect(now.findings.map(({ idleWaiver }) => idleWaiver?.state).filter((one) => one === 'void')).toHaveLength(2);
  });

  it('covers secrets whose fingerprint is bound to their place', () => {
    repository.commit({ 'db.yml': `${DATABASE_LINE}\n` });
    expect(scan().status).toBe(1);
    baseline();
    repository.write('db.yml', `\n# moved down\n${DATABASE_LINE}\n`);
    expect(scan().status).toBe(0);
    repository.write('other.yml', `${DATABASE_LINE}\n`);
    expect(scan().findings.filter(({ failing }) => failing)).toHaveLength(1);
  });

  it('refuses to begin without somebody who answers for it, with a date too far off, or over a secret in its reason', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    const refused = (...args: readonly string[]) => {
      const { status, stderr } = tokenwarden(['baseline', ...args]);
      expect({ status, wrote: existsSync(join(repository.path, WAIVERS)) }).toEqual({ status: 2, wrote: false });
      return stderr;
    };
    expect(refused('--owner', 'ana')).toContain('a waiver needs --reason TEXT and --expires YYYY-MM-DD');
    expect(refused('--owner', 'ana', '--reason', 'x', '--expires', day(500))).toContain('over the limit of 365');
    expect(refused('--owner', 'ana', '--reason', 'x', '--expires', '2027-02-30')).toContain('expected a day of the calendar');
    expect(refused('--owner', 'ana', '--reason', 'x', '--expires', day(5), '--approved-by', 'Ana')).toContain('approved by its own requester');
    expect(refused('--owner', 'ana', '--reason', `because ${token(4)} is a test`, '--expires', day(5))).toContain('WAIVER_HOLDS_SECRET');
  });
});

describe('a waiver file', () => {
  it.each([
    ['without an expiry', 'kind: waiver', 'the waiver has no expiry'],
    ['that lasts too long', `expires: ${day(400)}`, 'over the limit of 365'],
    ['approved by its own requester', `expires: ${day(5)}, approved-by: Ana`, 'approved by its own requester'],
  ])('%s ends the run before it begins, with its place and what to do', (_, fields, message) => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    repository.write(WAIVERS, entryFor(scan().findings[0], fields));
    const { status, stdout, stderr } = tokenwarden(['scan']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`${WAIVERS.replaceAll('.', '\\.')}:2:\\d+: .*${message}.*; `));
  });

  it('is judged by the limits of tokenwarden.yml', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    const [finding] = scan().findings;
    repository.write(WAIVERS, entryFor(finding, `expires: ${day(20)}`));
    repository.write('tokenwarden.yml', 'waivers:\n  max-days: 10\n');
    expect(tokenwarden(['scan']).stderr).toContain('over the limit of 10 (waivers.max-days)');
    repository.write('tokenwarden.yml', 'waivers:\n  require-approval: true\n');
    expect(tokenwarden(['scan']).stderr).toContain('has no approval, which waivers.require-approval demands');
    repository.write(WAIVERS, entryFor(finding, `expires: ${day(20)}, approved-by: bo`));
    expect(scan()).toMatchObject({ status: 0, findings: [{ waiver: { approvedBy: 'bo' } }] });
  });

  it('is never a link, and never followed out of the tree to be written', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    const victim = join(temporaryFolder(), 'victim');
    writeFileSync(victim, 'precious\n');
    symlinkSync(victim, join(repository.path, WAIVERS));
    expect(tokenwarden(['scan'])).toMatchObject({ status: 2 });
    expect(baseline()).toMatchObject({ status: 2 });
    expect(readFileSync(victim, 'utf8')).toBe('precious\n');
  });

  it('written under another fingerprint key is said to match nothing', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    baseline();
    repository.write('tokenwarden.yml', 'salt: Zml4LW1lLXdpdGgtcmFuZG9tLWJ5dGVz\n');
    expect(scan()).toMatchObject({ status: 1, stderr: expect.stringContaining('another fingerprint key') as string });
    expect(baseline()).toMatchObject({ status: 2, stderr: expect.stringContaining('WAIVERS_OTHER_KEY') as string });
  });
});

describe('a target that is not the working directory', () => {
  it('silences nothing of itself: neither by its waiver file nor by comments', () => {
    repository.commit({ 'a.env': `A=${token(1)} # ${allow()}\n` });
    baseline();
    repository.commit();
    expect(scan().status).toBe(0);
    const home = temporaryFolder();
    const from = scan([repository.path], home);
    expect(from).toMatchObject({ status: 1, findings: [{ failing: true, idleWaiver: { state: 'requested', why: expect.stringContaining('no target waives its own findings') as string } }] });
    // Nor may it end the run by what is wrong in them.
    repository.write(WAIVERS, 'waivers: 7\n').write('a.env', `A=${token(1)} # tokenwarden:allow github-pat-classic\n`);
    expect(scan([repository.path], home).status).toBe(1);
    expect(scan(['work'], dirname(repository.path)).status).toBe(1);
    // The working directory's own file, or one that the user names, does.
    repository.git('checkout', '--quiet', '.');
    copyFileSync(join(repository.path, WAIVERS), join(home, WAIVERS));
    expect(scan([repository.path], home).status).toBe(0);
    expect(scan(['--waivers-from', join(repository.path, WAIVERS), repository.path], temporaryFolder()).status).toBe(0);
  });
});

describe('in a range', () => {
  it('a waiver of the file counts if the base commit has it; one that the head adds is a request', () => {
    const base = repository.commit({ 'a.env': 'nothing\n' });
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    baseline();
    const head = repository.commit();
    const asked = scan(['--range', `${base}..${head}`]);
    expect(asked).toMatchObject({ status: 1, findings: [{ failing: true, idleWaiver: { state: 'requested', why: expect.stringContaining(base.slice(0, 12)) as string } }] });
    expect(tokenwarden(['scan', '--range', `${base}..${head}`]).stdout).toContain('requested, does not count');
    const next = repository.commit({ 'b.env': `B=${token(1)}\n` });
    expect(scan(['--range', `${head}..${next}`])).toMatchObject({ status: 0, findings: [{ waiver: { kind: 'baseline' } }] });
  });

  it('the head can neither prolong a waiver nor, by its mistakes, end what the base has', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    const [finding] = scan().findings;
    const base = repository.commit({ [WAIVERS]: entryFor(finding, `expires: ${day(-3)}`) });
    const head = repository.commit({ 'b.env': `B=${token(1)}\n`, [WAIVERS]: entryFor(finding, `expires: ${day(30)}`) });
    expect(scan(['--range', `${base}..${head}`])).toMatchObject({ status: 1, findings: [{ idleWaiver: { state: 'requested', expires: day(30) } }] });
    const wrong = repository.commit({ [WAIVERS]: 'waivers:\n- nothing\n' });
    const { status, stderr } = tokenwarden(['scan', '--range', `${base}..${wrong}`]);
    expect(status).toBe(2);
    expect(stderr).toContain(`${wrong.slice(0, 12)}:${WAIVERS}:2:3: expected an entry`);
  });

  it('what is wrong at the base does not count and is said, so that a change can put it right', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    const [finding] = scan().findings;
    const base = repository.commit({ [WAIVERS]: entryFor(finding, 'kind: waiver') });
    const head = repository.commit({ 'b.env': `B=${token(1)}\n`, [WAIVERS]: entryFor(finding, `expires: ${day(30)}`) });
    const { status, stderr } = scan(['--range', `${base}..${head}`]);
    expect(status).toBe(1);
    expect(stderr).toContain('this waiver does not count');
  });

  it('a comment counts if it stood on that line at the base', () => {
    const base = repository.commit({ 'a.env': `one\nA=${token(1)} # ${allow()}\ntwo\n` });
    const renamed = repository.commit({ 'a.env': `one\nKEY=${token(1)} # ${allow()}\ntwo\n` });
    expect(scan(['--range', `${base}..${renamed}`])).toMatchObject({ status: 0, findings: [{ waiver: { source: 'inline' } }] });
    const added = repository.commit({ 'b.env': `B=${token(2)} # ${allow()}\n` });
    expect(scan(['--range', `${base}..${added}`]).findings.filter(({ failing }) => failing)).toMatchObject([{ idleWaiver: { state: 'requested' } }]);
    const copied = repository.commit({ 'a.env': `one\nKEY=${token(1)} # ${allow()}\nMORE=${token(3)} # ${allow()}\ntwo\n` });
    expect(scan(['--range', `${added}..${copied}`])).toMatchObject({ status: 1, findings: [{ failing: true, idleWaiver: { state: 'requested' } }] });
    const longer = repository.commit({ 'a.env': `one\nK=${token(1)} # ${allow(`expires=${day(90)}`)}\ntwo\n` });
    expect(scan(['--range', `${base}..${longer}`]).findings.some(({ failing, idleWaiver }) => failing && idleWaiver?.state === 'requested')).toBe(true);
  });

  it('a secret that is put under an old comment is not covered', () => {
    const base = repository.commit({ 'a.yml': `x: 1\n# ${allow()}\nold: ${token(1)}\n` });
    const head = repository.commit({ 'a.yml': `x: 1\n# ${allow()}\nnew: ${token(2)}\nold: ${token(1)}\n` });
    expect(scan(['--range', `${base}..${head}`]).findings.filter(({ failing }) => failing)).toHaveLength(1);
  });

  it('waivers of a subdirectory are those of its own file', () => {
    const base = repository.commit({ 'sub/keep': '' });
    repository.commit({ 'sub/a.env': `A=${token(1)}\n` });
    baseline([], join(repository.path, 'sub'));
    const middle = repository.commit();
    const head = repository.commit({ 'sub/b.env': `B=${token(1)}\n` });
    expect(scan(['--range', `${middle}..${head}`], join(repository.path, 'sub')).status).toBe(0);
    expect(scan(['--range', `${base}..${head}`], join(repository.path, 'sub')).status).toBe(1);
    expect(scan(['--range', `${middle}..${head}`]).status).toBe(1);
  });
});

describe('what is staged', () => {
  it('is waived by HEAD, not by what is staged beside it', () => {
    repository.commit({ 'a.env': 'nothing\n', 'c.env': `C=${token(4)} # ${allow()}\n` });
    repository.write('a.env', `A=${token(1)}\n`).write('b.env', `B=${token(2)} # ${allow()}\n`).write('c.env', `CC=${token(4)} # ${allow()}\n`);
    baseline();
    repository.git('add', '--all');
    const staged = scan(['--staged']);
    expect(staged.status).toBe(1);
    expect(staged.findings.filter(({ failing }) => failing)).toHaveLength(2);
    expect(staged.findings.filter(({ waiver }) => waiver?.source === 'inline')).toHaveLength(1);
    repository.git('reset', '--quiet');
    repository.git('add', WAIVERS);
    repository.commitIndex('waivers first');
    repository.git('add', '--all');
    expect(scan(['--staged']).status).toBe(0);
  });

  it('has nothing to be waived by before the first commit', () => {
    repository.write('a.env', `A=${token(1)} # ${allow()}\n`);
    repository.git('add', '--all');
    expect(scan(['--staged'])).toMatchObject({ status: 1, stderr: expect.stringContaining('no waiver counts: there is no commit yet') as string });
  });
});

describe('--waivers-from', () => {
  it('a revision judges a work tree as the pull request that it is', () => {
    const base = repository.commit({ 'a.env': `A=${token(1)} # ${allow()}\n`, 'b.env': `B=${token(2)}\n` });
    baseline();
    repository.commit();
    repository.write('a.env', `A=${token(1)} # ${allow()}\n`);
    expect(scan(['--waivers-from', 'HEAD']).status).toBe(0);
    const pulled = scan(['--waivers-from', base]);
    expect(pulled.status).toBe(1);
    expect(pulled.findings.map(({ waiver, idleWaiver }) => waiver?.source ?? idleWaiver?.state).sort()).toEqual(['inline', 'requested']);
    // What a repository calls its files decides nothing: a revision is no path.
    repository.write('main', readFileSync(join(repository.path, WAIVERS), 'utf8'));
    repository.git('branch', '--force', 'other', base);
    repository.write('other', waivers());
    expect(scan(['--waivers-from', 'other']).status).toBe(1);
  });

  it('a file is all that counts: comments only ask', () => {
    repository.commit({ 'a.env': `A=${token(1)} # ${allow()}\n` });
    const empty = join(temporaryFolder(), 'none.yml');
    writeFileSync(empty, 'waivers: []\n');
    expect(scan(['--waivers-from', empty])).toMatchObject({ status: 1, findings: [{ idleWaiver: { state: 'requested' } }] });
    expect(tokenwarden(['scan', '--waivers-from', './gone.yml'])).toMatchObject({ status: 2, stderr: expect.stringContaining('WAIVERS_NOT_FOUND') as string });
    const gone = tokenwarden(['scan', '--waivers-from', 'gone']);
    expect(gone.status).not.toBe(0);
    expect(gone.stderr).toMatch(/REVISION_UNKNOWN|no waiver counts/);
  });

  it('a commit that is not in this clone lets nothing count', () => {
    repository.commit({ 'a.env': `A=${token(1)} # ${allow()}\n` });
    baseline();
    const { status, stderr } = scan(['--waivers-from', 'f'.repeat(40)]);
    expect(status).toBe(1);
    expect(stderr).toContain('no waiver counts: the base commit is not in this clone');
  });
});

describe('comments', () => {
  it.each([
    ['behind the secret', (secret: string) => `key: ${secret}  # ${allow()}\n`],
    ['above it', (secret: string) => `# ${allow()}\nkey: ${secret}\n`],
    ['in JSON', (secret: string) => `{\n  "//": ${JSON.stringify(allow())},\n  "key": "${secret}"\n}\n`],
    ['in XML', (secret: string) => `<a>\n<!-- ${allow()} -->\n<key>${secret}</key></a>\n`],
    ['in UTF-16', (secret: string) => Buffer.from(`\ufeffkey=${secret} ; ${allow()}\r\n`, 'utf16le')],
  ])('waive %s', (_, content) => {
    repository.commit({ 'a.txt': content(token(1)) });
    expect(scan()).toMatchObject({ status: 0, findings: [{ failing: false, waiver: { source: 'inline' } }] });
    repository.write('tokenwarden.yml', 'waivers:\n  inline: false\n');
    expect(scan().status).toBe(1);
  });

  it('waive a place, and a finding only if all of its places are covered', () => {
    repository.commit({ 'a.env': `A=${token(1)} # ${allow()}\n`, 'b.env': `B=${token(1)}\n` });
    expect(scan()).toMatchObject({ status: 1, findings: [{ idleWaiver: { state: 'partial', why: expect.stringContaining('1 of its 2 places') as string } }] });
    repository.write('b.env', `# ${allow()}\nB=${token(1)}\n`);
    expect(scan().status).toBe(0);
  });

  it('that are wrong make the run exit 2, after the reports were written', () => {
    repository.commit({ 'a.env': `one\nA=${token(1)} # tokenwarden:allow github-pat-classic reason="x" owner=ana\n` });
    const report = join(temporaryFolder(), 'out.json');
    const { status, stdout, stderr } = tokenwarden(['scan', '--report', `json=${report}`]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/a\.env:2:\d+: the waiver comment has no expiry; say when it ends/);
    expect(stdout).toContain('2: 1 waiver comment is wrong; besides, 1 finding at or above low fails this run');
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ findings: [{ failing: true }], waiverProblems: [expect.stringContaining('a.env:2:') as string] });
  });

  it('count for nothing in a log, in a message, or in history', () => {
    repository.commit({ 'ci.log': `token ${token(1)} # ${allow()}\n` }, `leak ${token(2)} # ${allow()}`);
    expect(scan(['--log', 'ci.log']).findings.some(({ failing }) => failing)).toBe(true);
    expect(scan(['--history']).findings.filter(({ failing }) => failing)).toHaveLength(2);
  });
});

describe('two branches', () => {
  it('that each waive something merge without conflict, and both count', () => {
    repository.commit({ 'a.env': 'nothing\n', '.gitattributes': `${WAIVERS} merge=union\n` });
    baseline();
    repository.commit();
    for (const [number, branch] of ['one', 'two'].entries()) {
      repository.git('checkout', '--quiet', '-b', branch, 'main');
      repository.write(`${branch}.env`, `X=${token(number + 5)}\n`);
      baseline();
      repository.commit();
    }
    repository.git('merge', '--quiet', '--no-edit', 'one');
    expect(repository.git('status', '--porcelain')).toBe('');
    expect(scan()).toMatchObject({ status: 0 });
    expect(scan().findings.filter(({ waiver }) => waiver !== undefined)).toHaveLength(2);
  });
});

describe('waive and feedback', () => {
  it('accept one finding of the last run, and print the comment that does the same', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n`, 'b.env': `B=${token(2)}\n` });
    const [first] = scan().findings;
    const waived = tokenwarden(['waive', first?.id.slice(0, 8) ?? '', '--owner', 'ana', '--approved-by', 'bo', '--reason', 'a test account', '--expires', day(9)]);
    expect(waived.status).toBe(0);
    expect(scan().findings.filter(({ failing }) => failing)).toHaveLength(1);
    const comment = waived.stderr.split('\n').find((line) => line.startsWith('tokenwarden:allow')) ?? '';
    const file = readFileSync(join(repository.path, 'a.env'), 'utf8').includes(token(1)) ? 'a.env' : 'b.env';
    for (const name of ['a.env', 'b.env']) repository.write(name, `# ${comment}\n${readFileSync(join(repository.path, name), 'utf8')}`);
    writeFileSync(join(repository.path, WAIVERS), '');
    expect(file).toBe('a.env');
    expect(scan().status).toBe(0);
  });

  it('remember a false positive by rule and shape, ask for its approval, and apply it once it is there', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    const [finding] = scan().findings;
    const said = tokenwarden(['feedback', finding?.id ?? '', '--false-positive', '--reason', 'a build number', '--owner', 'ana']);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toContain('shape ghp_<base62:36>');
    expect(said.stdout).toContain("- { recipe: 'ghp_<base62:36>'");
    expect(scan()).toMatchObject({ status: 1, findings: [{ idleWaiver: { state: 'requested', kind: 'false-positive' } }] });
    expect(tokenwarden(['feedback', finding?.id ?? '', '--false-positive', '--owner', 'ana', '--approved-by', 'ana']).status).toBe(2);
    expect(tokenwarden(['feedback', finding?.id ?? '', '--false-positive', '--owner', 'ana', '--approved-by', 'bo']).status).toBe(0);
    repository.write('deep/b.env', `B=${token(1)}\n`);
    expect(scan()).toMatchObject({ status: 0, findings: [{ waiver: { kind: 'false-positive', approvedBy: 'bo' } }] });
    expect(tokenwarden(['rules', 'stats']).stdout).toMatch(/^github-pat-classic +1 +0 +0 +1 +1$/m);
    expect(tokenwarden(['rules', 'stats', 'github-pat-classic']).stdout).toContain('false positive of the shape ghp_<base62:36>');
    expect(tokenwarden(['rules', 'stats', 'github-pat-clasic'])).toMatchObject({ status: 2, stderr: expect.stringContaining('did you mean github-pat-classic') as string });
    for (const name of ['inventory.db', 'inventory.db-wal']) if (existsSync(join(state, name))) expect(readFileSync(join(state, name), 'latin1')).not.toContain(token(1).slice(4));
  });

  it('an open request does not end a waiver that holds, and feedback needs to say what it is', () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    const [finding] = scan().findings;
    tokenwarden(['waive', finding?.id ?? '', '--owner', 'ana', '--reason', 'x', '--expires', day(9)]);
    expect(tokenwarden(['feedback', finding?.id ?? '', '--false-positive']).stdout).toContain('stays as it is');
    expect(scan().status).toBe(0);
    expect(tokenwarden(['feedback', finding?.id ?? '']).stderr).toContain('feedback needs --false-positive');
  });
});
