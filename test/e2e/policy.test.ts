import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sampleOf } from '../../src/rules/index.ts';
import { StoredCatalogue } from '../../src/rules/stored-catalogue.ts';
import { BuiltRepository, removeFolders, temporaryFolder } from '../unit/sources/build-repository.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const catalogue = new StoredCatalogue(readFileSync(join(DIST, 'catalogue.jsonl')));

/** A made-up token, a different one for each number. */
function token(number: number): string {
  const rule = catalogue.rules.find(({ id }) => id === 'github-pat-classic');
  const [example] = rule?.examples ?? [];
  if (rule === undefined || example === undefined) throw new Error('the catalogue has no classic GitHub token');
  return sampleOf(rule.id, { ...example, seed: number }).token;
}

interface Finding {
  readonly id: string;
  readonly introspection: { readonly status: string; readonly why?: string };
  readonly failing: boolean;
  readonly locations: readonly { readonly origin: { readonly path: string }; readonly region: { readonly startLine: number } }[];
  readonly credential: { readonly fingerprint: string };
  readonly verdicts: readonly { readonly check: string; readonly verdict: { readonly status: string; readonly evidence?: string; readonly why?: string; readonly threshold?: string } }[];
}

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly findings: readonly Finding[];
}

/** What the store says of each token; it speaks RFC 7662. */
const said = new Map<string, Readonly<Record<string, unknown>>>();
let server: Server;
let repository: BuiltRepository;
let state = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const given = new URLSearchParams(body).get('token') ?? '';
      const answer = request.url === '/introspect' ? JSON.stringify(said.get(given) ?? { active: false }) : undefined;
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(answer ?? '{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  repository = new BuiltRepository(join(temporaryFolder(), 'work'));
  state = join(temporaryFolder(), 'state');
  said.clear();
});
afterAll(async () => {
  removeFolders();
  server.close();
  await once(server, 'close');
});

function tokenwarden(args: readonly string[], cwd = repository.path): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(DIST, 'tokenwarden.js'), ...args], { cwd, timeout: 60_000, maxBuffer: 1 << 26, env: { PATH: process.env['PATH'] ?? '', HOME: state, TOKENWARDEN_STATE: state } }, (error, stdout, stderr) => {
      for (let number = 0; number < 6; number += 1) expect(`${stdout}${stderr}`).not.toContain(token(number).slice(4));
      const findings = stdout.startsWith('{') ? (JSON.parse(stdout) as { findings: Finding[] }).findings : [];
      resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr, findings });
    });
  });
}

const run = (command: 'scan' | 'audit', ...args: readonly string[]): Promise<Ran> => tokenwarden([command, '--report', 'json=-', ...args]);
const verdict = (ran: Ran, check: string, index = 0): { readonly status: string; readonly evidence?: string; readonly why?: string } | undefined => ran.findings[index]?.verdicts.find((one) => one.check === check)?.verdict;

function write(path: string, content: string): void {
  mkdirSync(dirname(join(repository.path, path)), { recursive: true });
  writeFileSync(join(repository.path, path), content);
}

/** The store, and what else the configuration holds. */
function configuration(more = ''): string {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return `stores:
  - id: sso
    type: oauth
    url: ${url}
    allow-private: true
    claims: [{ rule: github-pat-classic }]
    auth: { method: none }
    endpoints: { introspection: ${url}/introspect, revocation: ${url}/revoke }
verify: { allow: [sso] }
${more}`;
}

const epoch = (days: number): number => Math.floor(Date.now() / 1000) + days * 86_400;
const alive = (more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({ active: true, sub: 'svc', scope: 'read', iat: epoch(-1), exp: epoch(5), ...more });

describe('a range is judged by the configuration of its start', () => {
  it('so that a change cannot switch off what it is judged by', async () => {
    const base = repository.commit({ 'tokenwarden.yml': 'fail-on: low\n', 'README.md': 'x\n' });
    const head = repository.commit({ 'tokenwarden.yml': "fail-on: critical\nignore: ['*.env']\npolicy: { shared: false }\n", 'a.env': `A=${token(1)}\n` });
    const judged = await run('scan', '--range', `${base}..${head}`);
    expect(judged.status).toBe(1);
    expect(verdict(judged, 'shared')).toMatchObject({ status: 'pass' });
    // Whoever names a configuration means it.
    expect((await run('scan', '--range', `${base}..${head}`, '--config', 'tokenwarden.yml')).status).toBe(0);
  });

  it('rule files included', async () => {
    write('rules/keep', '');
    const made = await tokenwarden(['rules', 'new', 'acme', 'token', '--out', 'rules/acme.yml']);
    expect(made.status, made.stderr).toBe(0);
    const base = repository.commit({ 'tokenwarden.yml': 'rules: { files: [rules/acme.yml] }\n', 'rules/acme.yml': readFileSync(join(repository.path, 'rules/acme.yml'), 'utf8') });
    const head = repository.commit({ 'rules/acme.yml': 'this: is no rule file\n', 'a.env': `A=${token(1)}\n` });
    expect((await run('scan', '--range', `${base}..${head}`)).status).toBe(1);
    expect((await run('scan')).status).toBe(2);
  });

  it('and says so where the start has none', async () => {
    const base = repository.commit({ 'README.md': 'x\n' });
    const head = repository.commit({ 'tokenwarden.yml': 'policy: { shared: false }\n', 'a.env': `A=${token(1)}\n` });
    const judged = await run('scan', '--range', `${base}..${head}`);
    expect(judged.stderr).toContain('tokenwarden.yml does not count');
    expect(verdict(judged, 'shared')).toMatchObject({ status: 'pass' });
  });
});

describe('--policy-from', () => {
  it('takes the policy of a revision, and leaves the rest of the configuration', async () => {
    repository.commit({ 'tokenwarden.yml': 'policy: { shared: { places: 1 } }\n', 'README.md': 'x\n' });
    repository.git('branch', 'trusted');
    repository.commit({ 'tokenwarden.yml': "ignore: ['b.env']\npolicy: { shared: false }\n", 'a.env': `A=${token(1)}\n`, 'c.env': `A=${token(1)}\n`, 'b.env': `B=${token(2)}\n` });
    const own = await run('scan');
    expect(verdict(own, 'shared')).toBeUndefined();
    const trusted = await run('scan', '--policy-from', 'trusted');
    expect(trusted.findings).toHaveLength(1);
    expect(verdict(trusted, 'shared')).toMatchObject({ status: 'violation' });
  });

  it('takes a file', async () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    write('ours/policy.yml', 'policy: { pack: strict, shared: false }\n');
    const ran = await run('scan', '--policy-from', './ours/policy.yml');
    expect(verdict(ran, 'shared')).toBeUndefined();
    expect(verdict(ran, 'recertify-every')).toMatchObject({ status: 'undetermined' });
  });

  it.each([
    ['mian', 'REVISION_UNKNOWN'],
    ['./gone.yml', 'CONFIG_NOT_FOUND'],
    ['HEAD', 'POLICY_NOT_FOUND'],
    ['f'.repeat(40), 'POLICY_NOT_FOUND'],
  ])('is an error where %s leads nowhere', async (from, code) => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    expect(await run('scan', '--policy-from', from)).toMatchObject({ status: 2, stderr: expect.stringContaining(code) as string });
  });

  it('names place and nearest spelling of a typing error in it', async () => {
    repository.commit({ 'tokenwarden.yml': 'policy: { shraed: false }\n' });
    repository.commit({ 'tokenwarden.yml': 'policy: { shared: false }\n' });
    const ran = await run('scan', '--policy-from', 'HEAD~1');
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/[0-9a-f]{12}:tokenwarden\.yml:1:11: .*did you mean `shared`/);
  });
});

it('--waivers-from with a typing error is an error, too', async () => {
  repository.commit({ 'a.env': `A=${token(1)}\n` });
  expect(await run('scan', '--waivers-from', 'orgin/main')).toMatchObject({ status: 2, stderr: expect.stringContaining('REVISION_UNKNOWN') as string });
});

describe('audit --promote', () => {
  it('stops an artifact that carries a token, even where git ignores it', async () => {
    repository.commit({ '.gitignore': 'dist\n', 'README.md': 'x\n' });
    write('dist/app.js', `const key = '${token(1)}';\n`);
    write('deploy/prod/.env', `KEY=${token(2)}\n`);
    const ran = await run('audit', '--no-verify', '--promote', 'dist', 'deploy/prod');
    expect(ran.status).toBe(1);
    const [travelling] = ran.findings.filter(({ failing }) => failing);
    expect(travelling?.locations.map(({ origin }) => origin.path)).toEqual(['dist/app.js']);
    expect(travelling?.verdicts.find(({ check }) => check === 'promoted')?.verdict).toMatchObject({ status: 'violation', evidence: expect.stringContaining('would travel to deploy/prod') as string });
    write('dist/app.js', 'const key = process.env.KEY;\n');
    const clean = await run('audit', '--no-verify', '--promote', 'dist', 'deploy/prod');
    expect(clean.status).toBe(0);
    expect(clean.findings.map(({ failing }) => failing)).toEqual([false]);
  });

  it('takes environments by their names', async () => {
    repository.commit({ 'tokenwarden.yml': 'environments: { test: [t/**], live: [l/**] }\n', 't/a.env': `A=${token(1)}\n`, 'l/a.env': `A=${token(1)}\n`, 'l/b.env': `B=${token(2)}\n` });
    const ran = await run('audit', '--no-verify', '--promote', 'test', 'live');
    expect(ran.status).toBe(1);
    expect(ran.findings.filter(({ failing }) => failing).map(({ verdicts }) => verdicts.find(({ check }) => check === 'promoted')?.verdict.evidence)).toEqual([expect.stringContaining('live holds the same one at l/a.env') as string]);
  });

  it.each([
    [['dist'], 'takes exactly two targets'],
    [['dist', 'prdo'], 'did you mean prod?'],
    [['dist', './dist'], 'are the same'],
    [['dist', 'issuer:x'], 'are paths or environments'],
    [['dist', 'prod', '--history'], 'looks at what lies there now'],
  ])('refuses %j', async (args, message) => {
    repository.commit({ 'dist/a': 'x\n' });
    expect(await run('audit', '--no-verify', '--promote', ...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) as string });
  });
});

describe('what is declared', () => {
  it('permits tokens by fingerprint and by what their issuer says, and no others', async () => {
    repository.commit({ 'a.env': `A=${token(1)}\n`, 'b.env': `B=${token(2)}\n`, 'prod/c.env': `C=${token(3)}\n` });
    for (const number of [1, 2, 3]) said.set(token(number), alive({ sub: `svc-${number}`, scope: number === 3 ? 'read admin' : 'read' }));
    write('tokenwarden.yml', configuration());
    const before = await run('audit');
    expect(before.findings.map((_, index) => verdict(before, 'undeclared', index)?.status)).toEqual(['notApplicable', 'notApplicable', 'notApplicable']);
    const fingerprint = before.findings.find(({ locations }) => locations[0]?.origin.path === 'a.env')?.credential.fingerprint ?? '';
    write(
      'tokenwarden.yml',
      configuration(`tokens:
  - { fingerprint: '${fingerprint}', purpose: deploys, owner: ana, scopes: [read] }
  - { identity: svc-3, purpose: reports, owner: bo, scopes: [read], environments: [dev] }
`),
    );
    const after = await run('audit');
    const of = (path: string, check: string) => after.findings.find(({ locations }) => locations[0]?.origin.path === path)?.verdicts.find((one) => one.check === check)?.verdict;
    expect(of('a.env', 'undeclared')).toMatchObject({ status: 'pass', evidence: expect.stringContaining('tokens[0] permits') as string });
    expect(of('a.env', 'drifted')).toMatchObject({ status: 'pass' });
    expect(of('b.env', 'undeclared')).toMatchObject({ status: 'violation' });
    expect(of('prod/c.env', 'drifted')).toMatchObject({ status: 'violation', evidence: expect.stringMatching(/admin.*outside of dev/) as string });
  });

  it('finds owners in CODEOWNERS, in the configuration first, and knows who left', async () => {
    repository.commit({ '.github/CODEOWNERS': '*.env @org/team\n/free/\n', 'a.env': `A=${token(1)}\n`, 'free/b.txt': `B=${token(2)}\n`, 'ours/c.env': `C=${token(3)}\n` });
    for (const number of [1, 2, 3]) said.set(token(number), alive({ sub: undefined }));
    write('tokenwarden.yml', configuration("owners: [{ path: 'ours/**', owner: bob }]\npolicy: { owner-required: true, stale-owner: { left: [bob] } }\n"));
    const ran = await run('audit');
    const of = (path: string, check: string) => ran.findings.find(({ locations }) => locations[0]?.origin.path === path)?.verdicts.find((one) => one.check === check)?.verdict;
    expect(of('a.env', 'owner-required')).toMatchObject({ status: 'pass', evidence: expect.stringContaining('.github/CODEOWNERS:1') as string });
    expect(of('free/b.txt', 'owner-required')).toMatchObject({ status: 'violation' });
    expect(of('ours/c.env', 'stale-owner')).toMatchObject({ status: 'violation', evidence: expect.stringContaining('tokenwarden.yml: owners[0]') as string });
  });

  it.each([
    ['tokens: [{ purpose: p, owner: o }]', 'expected fingerprint, token-id, name or identity'],
    ['tokens: [{ purpose: p, owner: o, name: n, environments: [prdo] }]', 'did you mean `prod`'],
    ['policy: { over-scoped: { allow: [{ environment: stagng, scopes: [] }] } }', 'did you mean `staging`'],
    ['owners: [{ paht: a, owner: o }]', 'did you mean `path`'],
    ['environments: { none: [a] }', 'environments'],
    ['tokens: [{ purpose: p, owner: o, name: n, rule: github-pat-clasic }]', 'did you mean `github-pat-classic`'],
  ])('is wrong in %j, and that is said', async (yaml, message) => {
    repository.commit({ 'tokenwarden.yml': `${yaml}\n` });
    expect(await run('scan')).toMatchObject({ status: 2, stderr: expect.stringContaining(message) as string });
  });
});

describe('what earlier runs knew', () => {
  it('a scope that was added stays a violation until its owner confirms it', async () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    write('tokenwarden.yml', configuration());
    said.set(token(1), alive());
    expect(verdict(await run('audit'), 'scope-creep')).toMatchObject({ status: 'notApplicable' });
    expect(verdict(await run('audit'), 'scope-creep')).toMatchObject({ status: 'pass' });
    said.set(token(1), alive({ scope: 'read write' }));
    for (let again = 0; again < 2; again += 1) expect(verdict(await run('audit', '--no-cache'), 'scope-creep')).toMatchObject({ status: 'violation', evidence: expect.stringContaining('now also write') as string });
    const [finding] = (await run('audit', '--no-cache')).findings;
    const attested = await tokenwarden(['attest', finding?.id ?? '', '--owner', 'ana', '--purpose', 'deploys']);
    expect(attested).toMatchObject({ status: 0, stdout: expect.stringContaining('it may read, write') as string });
    expect(verdict(await run('audit', '--no-cache'), 'scope-creep')).toMatchObject({ status: 'pass' });
    expect((await tokenwarden(['ledger', 'verify'])).status).toBe(0);
    expect(readFileSync(join(state, 'ledger.jsonl'), 'utf8')).toContain('"event":"attest"');
  });

  it('silence past the grace becomes a plan, and a word ends it', async () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    write('tokenwarden.yml', configuration("policy: { leaked: { allowed: [{ path: 'a.env' }] }, recertify-every: { every: 30d, grace: 7d } }\n"));
    said.set(token(1), alive());
    const first = await run('audit');
    expect(verdict(first, 'recertify-every')).toMatchObject({ status: 'pass' });
    const database = new DatabaseSync(join(state, 'inventory.db'));
    database.exec(`UPDATE findings SET first_seen = '${new Date(Date.now() - 8 * 86_400_000).toISOString()}'`);
    database.close();
    const plan = join(state, 'plan.json');
    const silent = await run('audit', '--plan', plan);
    expect(verdict(silent, 'recertify-every')).toMatchObject({ status: 'violation' });
    expect((JSON.parse(readFileSync(plan, 'utf8')) as { actions: { kind: string; why: string[] }[] }).actions).toMatchObject([{ kind: 'revoke', why: [expect.stringContaining('recertify-every') as string] }]);
    expect((await tokenwarden(['attest', first.findings[0]?.id.slice(0, 8) ?? '', '--owner', 'ana', '--purpose', 'deploys'])).status).toBe(0);
    expect(verdict(await run('audit', '--plan', plan), 'recertify-every')).toMatchObject({ status: 'pass', evidence: expect.stringContaining('ana confirmed it') as string });
    expect((JSON.parse(readFileSync(plan, 'utf8')) as { actions: unknown[] }).actions).toEqual([]);
  });

  it('attest refuses what is dead, what nobody answers for, and secrets', async () => {
    repository.commit({ 'a.env': `A=${token(1)}\n` });
    write('tokenwarden.yml', configuration());
    const [finding] = (await run('audit')).findings;
    const attest = (...args: readonly string[]) => tokenwarden(['attest', finding?.id ?? '', ...args]);
    expect(await attest('--owner', 'ana', '--purpose', 'x')).toMatchObject({ status: 2, stderr: expect.stringContaining('ATTEST_DEAD') as string });
    expect(await attest('--owner', 'ana')).toMatchObject({ status: 2, stderr: expect.stringContaining('--purpose TEXT') as string });
    expect(await attest('--owner', 'ana', '--purpose', `for ${token(2)}`)).toMatchObject({ status: 2, stderr: expect.stringContaining('WAIVER_HOLDS_SECRET') as string });
  });
});

it('explain shows each fact with its source and time, the threshold and the fix', async () => {
  repository.commit({ 'a.env': `A=${token(1)}\n` });
  write('tokenwarden.yml', configuration());
  said.set(token(1), alive({ iat: epoch(-200) }));
  const [finding] = (await run('audit')).findings;
  const { stdout } = await tokenwarden(['explain', finding?.id ?? '']);
  expect(stdout).toMatch(/violated +max-age/);
  expect(stdout).toMatch(/fact +issued \d{4}-\d\d-\d\dT[\d:]+Z, said by sso at \d{4}-\d\d-\d\d \d\d:\d\d/);
  expect(stdout).toMatch(/limit +replaced within 90d/);
  expect(stdout).toMatch(/fix +Rotate it/);
});

describe('a workflow that takes the static key of a cloud', () => {
  const workflow = (...names: readonly string[]): string => `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: deploy\n        env:\n${names.map((name) => `          ${name}: \${{ secrets.${name} }}\n`).join('')}`;

  it('is a finding though nothing but the name of the key is known, one for the parts of a key', async () => {
    repository.commit({ '.github/workflows/deploy.yml': workflow('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'NPM_TOKEN') });
    const ran = await run('audit');
    expect(ran.status).toBe(1);
    expect(ran.findings).toMatchObject([{ failing: true, locations: [{ origin: { path: '.github/workflows/deploy.yml' }, region: { startLine: 8 } }, { region: { startLine: 9 } }], introspection: { status: 'notAttempted', why: 'name-only' } }]);
    expect(ran.findings[0]?.verdicts.map(({ check }) => check)).toEqual(['static-where-short-lived-exists']);
    expect(verdict(ran, 'static-where-short-lived-exists')).toMatchObject({ status: 'violation', evidence: expect.stringContaining('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY') as string });
    expect((await run('scan')).findings).toEqual([]);
  });

  it('weighs what the policy says, and can be switched off', async () => {
    repository.commit({ '.github/workflows/a.yml': workflow('GCP_CREDENTIALS'), 'tokenwarden.yml': 'policy: { static-where-short-lived-exists: { severity: low } }\n' });
    expect(await run('audit', '--fail-on', 'medium')).toMatchObject({ status: 0, findings: [{ failing: false }] });
    expect((await run('audit')).status).toBe(1);
    repository.commit({ 'tokenwarden.yml': 'policy: { static-where-short-lived-exists: false }\n' });
    expect(await run('audit')).toMatchObject({ status: 0, findings: [] });
  });

  it('is left to a person by a plan, and not to "fix"', async () => {
    repository.commit({ '.github/workflows/a.yml': workflow('AZURE_CLIENT_SECRET') });
    await tokenwarden(['audit', '--plan', join(state, 'plan.json')]);
    const plan = JSON.parse(readFileSync(join(state, 'plan.json'), 'utf8')) as { readonly actions: readonly unknown[]; readonly manual: readonly { readonly steps: string }[] };
    expect(plan.actions).toEqual([]);
    expect(plan.manual.map(({ steps }) => steps)).toEqual([expect.stringContaining('federated identity credential') as string]);
    const before = readFileSync(join(repository.path, '.github/workflows/a.yml'), 'utf8');
    const fixed = await tokenwarden(['fix', '--write']);
    expect(fixed.stdout).toContain('left for a person');
    expect(readFileSync(join(repository.path, '.github/workflows/a.yml'), 'utf8')).toBe(before);
  });
});
