import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { parse } from 'yaml';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OrganizationReport } from '../../src/model/index.ts';
import { seededRandom } from '../../src/rules/seeded-random.ts';
import { brokenSums } from '../organization/check-sums.ts';
import { startFakeOrganization, type FakeOrganization } from '../organization/fake-organization.ts';
import { ARTIFACT_BYTES } from '../organization/fake-runs.ts';
import { importCommits, madeOrganization, madeToken, makeRepositories, OWNER, type MadeRepository } from '../organization/made-repositories.ts';
import { preparePostgresql, startPostgresql, type PostgresqlServer } from './servers/postgresql.ts';

/** `ORGANIZATION_SIZE=300 ORGANIZATION_KILLS=20 ORGANIZATION_OUTAGE=60 vitest run test/e2e/organization.test.ts` for the whole of it. */
const SIZE = Number(process.env['ORGANIZATION_SIZE'] ?? 60);
const KILLS = Number(process.env['ORGANIZATION_KILLS'] ?? 3);
/** How long the database is away. */
const OUTAGE_MS = Number(process.env['ORGANIZATION_OUTAGE'] ?? 2) * 1000;
const LONG = 90_000 + SIZE * 3000 + OUTAGE_MS * 2;
const DAY_MS = 86_400_000;
const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const prepared = await preparePostgresql();

let root: string;
let organization: FakeOrganization;
let made: readonly MadeRepository[];
let home: string;
let started: Started[] = [];
/** What an unbroken run says. */
let whole: OrganizationReport;

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

interface How {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function start(args: readonly string[], { home: at = home, env = {} }: How = {}): Started {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: at,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: at, GITHUB_API_URL: organization.apiUrl, TOKENWARDEN_GITHUB_APP_ID: organization.app.id, TOKENWARDEN_GITHUB_APP_KEY: organization.app.privateKey, TOKENWARDEN_RETRY: '1s', TOKENWARDEN_LEASE: '3s', TOKENWARDEN_MAX_ARTIFACT_SIZE: String(ARTIFACT_BYTES), ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const one = { child, ended: new Promise<{ code: number | null; said: string }>((resolve) => child.once('close', (code) => resolve({ code, said }))) };
  started.push(one);
  return one;
}

/** Environment of a Node whose clock is so far ahead. */
function clockAhead(ms: number): Readonly<Record<string, string>> {
  const file = join(root, 'clock.cjs');
  writeFileSync(file, 'const Right = Date; const by = Number(process.env.CLOCK_AHEAD); globalThis.Date = class extends Right { constructor(...given) { if (given.length === 0) super(Right.now() + by); else super(...given); } static now() { return Right.now() + by; } };');
  return { NODE_OPTIONS: `--require=${file}`, CLOCK_AHEAD: String(ms) };
}

const audit = (how: How & { readonly out?: string } = {}, ...more: readonly string[]): Started => start(['audit', `github:${OWNER}`, '--no-verify', '--report', `json=${how.out ?? 'out.json'}`, ...more], how);
const reportIn = (folder: string, file = 'out.json'): OrganizationReport => JSON.parse(readFileSync(join(folder, file), 'utf8')) as OrganizationReport;
/** All but what a clock or another run tells. */
const essence = ({ run: _, ...rest }: OrganizationReport): unknown => rest;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const newHome = (): string => mkdtempSync(join(root, 'home-'));

async function until(what: string, isTrue: () => boolean | Promise<boolean>, forMs = 60_000): Promise<void> {
  for (const end = Date.now() + forMs; !(await isTrue()); await sleep(50)) if (Date.now() > end) throw new Error(`it was waited in vain until ${what}`);
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'organization-'));
  made = madeOrganization(SIZE);
  makeRepositories(root, made);
  organization = await startFakeOrganization(root, made);
  home = newHome();
  organization.troubleEvery = 4;
  organization.tokenSeconds = 4;
  const { said } = await audit({}, '--report-dir', 'reports').ended;
  if (!existsSync(join(home, 'out.json'))) throw new Error(said);
  whole = reportIn(home);
}, LONG);
afterAll(async () => {
  await organization.stop();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  organization.counts.clear();
});
afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ ended }) => ended));
  started = [];
  organization.troubleEvery = 0;
  organization.tokenSeconds = 3600;
});

describe('a run over an organisation', () => {
  it('finds what is planted in every ref, wiki, fork, archived repository and conversation, each credential once', () => {
    const expected = new Map<number, Set<string>>();
    for (const { kind, name, tokens } of made) for (const token of tokens) expected.set(token, (expected.get(token) ?? new Set()).add(`${OWNER}/${kind === 'wiki' ? `${name}.wiki` : name}`));
    const places = whole.findings.map(({ repositories }) => repositories.map(({ name }) => name).sort().join(' ')).sort();
    expect(places).toEqual([...expected.values()].map((names) => [...names].sort().join(' ')).sort());
  });

  it('says of each repository what was planned, seen and skipped, and why, and that not everything was seen', () => {
    expect(brokenSums(whole)).toEqual([]);
    const { repositories, complete, reasons } = whole.coverage;
    const wikis = made.filter(({ kind }) => kind === 'wiki' || kind === 'plain').length;
    expect(repositories.planned).toBe(SIZE + wikis);
    expect(repositories.scanned + repositories.skipped).toBe(repositories.planned);
    expect([complete, reasons]).toEqual([false, { 'clone-failed': 1, empty: made.filter(({ kind }) => kind === 'empty').length, missing: 1, 'no-wiki': made.filter(({ kind }) => kind === 'plain').length }]);
    expect(whole.repositories.filter((line) => !line.complete).map(({ name }) => name)).toEqual([SIZE - 2, SIZE - 1].map((number) => `${OWNER}/r${String(number).padStart(4, '0')}`));
    expect(whole.repositories.every(({ state, refs }) => state !== 'scanned' || refs > 0)).toBe(true);
  });

  it('reads logs and artifacts of the newest runs, and tells what has expired, is too large, or is older', () => {
    const lines = whole.repositories.filter(({ runs }) => runs !== undefined);
    expect(lines.map(({ name }) => name)).toEqual(made.filter(({ kind }) => kind === 'ci' || kind === 'talk').map(({ name }) => `${OWNER}/${name}`));
    const [talk, ci] = [lines.filter(({ texts }) => texts > 0), lines.filter(({ texts }) => texts === 0)];
    // A release with files counts as one.
    expect(talk[0]).toMatchObject({ complete: true, runs: { planned: 1, scanned: 1, unchanged: 0, skipped: {}, older: 0 } });
    expect(ci[0]).toMatchObject({ complete: true, runs: { planned: 5, scanned: 4, unchanged: 0, skipped: { expired: 1 }, older: 3 } });
    expect(whole.coverage.runs?.planned).toBe(ci.length * 5 + talk.length);
    const places = whole.findings.flatMap(({ repositories }) => repositories.map(({ place }) => place));
    expect(places.filter((place) => place.includes(' run '))).toHaveLength(ci.length);
    expect(places.filter((place) => /artifacts.*deploy\.env/.test(place))).toHaveLength(ci.length);
  });

  it('asked as GitHub describes it, through 403, 429, 502 and half pages, with a token that expires under way', () => {
    expect(organization.breaches).toEqual([]);
    expect(organization.refused).toEqual([]);
  });

  it('writes a report of each repository with findings, and neither a token nor a credential of its own anywhere', () => {
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.parentPath.includes('clones'));
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['organization.html', 'acme__r0001.sarif', 'acme__r0001.json', 'acme__r0001.html']));
    const secrets = [madeToken(1), madeToken(6), 'installation-1', organization.app.privateKey.slice(60, 120)];
    for (const { parentPath, name } of files) {
      const bytes = readFileSync(join(parentPath, name), 'latin1');
      for (const secret of secrets) for (const form of [secret, Buffer.from(secret).toString('base64').slice(0, -3), encodeURIComponent(secret)]) expect([name, bytes.includes(form)]).toEqual([name, false]);
    }
  });

  it('started no program that a repository names, and gave none of its credentials to the clones', () => {
    expect(existsSync('/tmp/never')).toBe(false);
    const clones = join(home, '.local/state/tokenwarden/clones');
    for (const name of readdirSync(clones).filter((one) => one.endsWith('.git')).slice(0, 20)) {
      expect(readFileSync(join(clones, name, 'config'), 'utf8')).not.toMatch(/installation|extraheader|Basic/i);
      expect(existsSync(join(clones, name, 'hooks'))).toBe(false);
    }
  });

  it('is triaged from its last run: by query, and in bulk into the waivers', async () => {
    const ask = async (...more: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> => start(['triage', `github:${OWNER}`, ...more]).ended;
    const wikis = made.filter(({ kind }) => kind === 'wiki').length;
    expect((await ask()).said).toContain(`${whole.findings.length} of ${whole.findings.length} credentials`);
    expect((await ask('--where', 'repository=*.wiki')).said).toContain(`${wikis} of ${whole.findings.length} credentials`);
    expect((await ask('--where', 'repository=*.wiki', '--where', 'status=active')).said).toContain(`0 of ${whole.findings.length} credentials`);
    // Of what lies in archived repositories CODEOWNERS says whose it is; of wikis only who wrote it is known; of issues nobody.
    const archived = made.filter(({ kind }) => kind === 'archived').length;
    expect((await ask('--where', 'owner=@acme/ops')).said).toContain(`${archived} of ${whole.findings.length} credentials`);
    expect(whole.owners?.find(({ name }) => name === '@acme/ops')).toEqual({ name: '@acme/ops', credentials: archived, failing: archived, active: 0 });
    expect(whole.findings.filter(({ repositories }) => repositories.every(({ name }) => name.endsWith('.wiki'))).every(({ owners }) => owners?.[0]?.from === 'author' && owners[0].name.startsWith('Ana'))).toBe(true);
    expect((await ask('--where', 'repository=*.wiki', '--by-owner')).said).toContain(`Ana <ana@example.com>: ${wikis} credential`);
    expect(await ask('--where', 'colour=red')).toMatchObject({ code: 2, said: expect.stringContaining('USAGE_QUERY') as string });
    expect(await ask('--where', 'id=', '--owner', 'ana')).toMatchObject({ code: 2 });
    const decided = await ask('--where', 'repository=*.wiki', '--owner', 'ana', '--reason', 'to be moved', '--expires', new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
    expect(decided).toMatchObject({ code: 0, said: expect.stringContaining(`${wikis} entries are in`) as string });
    const waivers = readFileSync(join(home, '.tokenwarden-waivers.yml'), 'utf8');
    expect(waivers.match(/to be moved/g)).toHaveLength(wikis);
    expect(waivers).not.toContain(madeToken(8));
    rmSync(join(home, '.tokenwarden-waivers.yml'));
  });

  it(`says the same after ${KILLS} kills at random moments`, async () => {
    const at = newHome();
    const random = seededRandom('kills');
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { child, ended } = audit({ home: at });
      await sleep(400 + random.below(4000));
      child.kill('SIGKILL');
      await ended;
    }
    const { said } = await audit({ home: at }).ended;
    expect(said).toMatch(/going on with the run|has \d+ repositories/);
    expect(essence(reportIn(at))).toEqual(essence(whole));
  }, LONG);

  it('keeps its clones within bounds', async () => {
    const at = newHome();
    await audit({ home: at, env: { TOKENWARDEN_CLONE_CACHE_SIZE: '100kB' } }).ended;
    const clones = join(at, '.local/state/tokenwarden/clones');
    const bytes = readdirSync(clones).filter((name) => name.endsWith('.git')).flatMap((name) => readdirSync(join(clones, name, 'objects/pack')).map((pack) => statSync(join(clones, name, 'objects/pack', pack)).size));
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(100_000);
    expect(reportIn(at).findings).toHaveLength(whole.findings.length);
  }, LONG);
});

it('is scheduled by a workflow that is written once, with the least that its token may do', async () => {
  const at = newHome();
  const write = (cron: string, target = `github:${OWNER}`): Started['ended'] => start(['audit', target, '--schedule', cron], { home: at }).ended;
  expect(await write('17 2 * *')).toMatchObject({ code: 2, said: expect.stringContaining('USAGE_SCHEDULE') as string });
  expect(await write('17 2 * * *', 'github:$(id)')).toMatchObject({ code: 2, said: expect.stringContaining('USAGE_FORGE_TARGET') as string });
  expect(await write('17 2 * * *')).toMatchObject({ code: 0 });
  const workflow = parse(readFileSync(join(at, '.github/workflows/tokenwarden-organization.yml'), 'utf8')) as { readonly on: { readonly schedule: unknown }; readonly permissions: unknown; readonly jobs: { readonly audit: { readonly permissions: unknown } } };
  expect([workflow.on.schedule, workflow.permissions, workflow.jobs.audit.permissions]).toEqual([[{ cron: '17 2 * * *' }], {}, { contents: 'read' }]);
  expect(await write('17 2 * * *')).toMatchObject({ code: 2, said: expect.stringContaining('is there already') as string });
});

describe.skipIf('missing' in prepared)(`many machines on one database ${'missing' in prepared ? `(${prepared.missing})` : ''}`, () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    if ('programs' in prepared) server = await startPostgresql(prepared.programs);
  }, LONG);
  afterAll(async () => server.stop());

  async function ask(text: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client(server.url());
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  it.skipIf(KILLS < 10)(`say the same after ${KILLS} kills of two workers and of the one who began the run`, async () => {
    await ask('create database kills');
    const env = { TOKENWARDEN_STORE: server.url('kills') };
    const random = seededRandom('kills of many');
    const [first, ...others] = [newHome(), newHome(), newHome()];
    const begin = [() => audit({ home: first, env }), ...others.map((home) => () => start(['worker', '--no-verify'], { home, env }))];
    const running = begin.map((one) => one());
    const lead = (): Started => running[0] as Started;
    let kills = 0;
    for (; kills < KILLS && lead().child.exitCode === null; kills += 1) {
      await sleep(150 + random.below(1000));
      if (lead().child.exitCode !== null) break;
      const victim = random.below(begin.length);
      running[victim]?.child.kill('SIGKILL');
      await running[victim]?.ended;
      running[victim] = (begin[victim] as () => Started)();
    }
    const { said } = await lead().ended;
    expect([kills, said.includes('INVENTORY')]).toEqual([KILLS, false]);
    expect(essence(reportIn(first))).toEqual(essence(whole));
    expect(brokenSums(reportIn(first))).toEqual([]);
  }, LONG + KILLS * 20_000);

  it('share the work; one is killed, one is frozen and comes back, their clocks are days off, the database goes away, and the report is that of one', async () => {
    const env = { TOKENWARDEN_STORE: server.url() };
    const [first, second, third] = [newHome(), newHome(), newHome()];
    const lead = audit({ home: first, env });
    await until('the run is planned', async () => (await ask("select 1 from tokenwarden.organization_runs where state = 'running'").catch(() => [])).length > 0);
    const killed = start(['worker', '--no-verify'], { home: second, env: { ...env, ...clockAhead(-3 * DAY_MS) } });
    const frozen = start(['worker', '--no-verify'], { home: third, env: { ...env, ...clockAhead(2 * DAY_MS) } });
    const worksAs = (one: Started) => async (): Promise<boolean> => (await ask(`select 1 from tokenwarden.organization_repositories where state = 'leased' and worker like '% ${one.child.pid}'`).catch(() => [])).length > 0;
    // In the midst of a repository, which shows only once it stands still.
    const stopAtWork = async (one: Started): Promise<void> => {
      for (let isHolding = false; !isHolding; ) {
        await until('a worker works', worksAs(one));
        one.child.kill('SIGSTOP');
        await sleep(300);
        isHolding = await worksAs(one)();
        if (!isHolding) one.child.kill('SIGCONT');
      }
    };
    await stopAtWork(killed);
    const [held] = await ask(`select key from tokenwarden.organization_repositories where state = 'leased' and worker like '% ${killed.child.pid}'`);
    killed.child.kill('SIGKILL');
    await stopAtWork(frozen);
    await server.halt();
    await sleep(OUTAGE_MS);
    await server.start();
    await sleep(2500);
    frozen.child.kill('SIGCONT');
    const { code, said } = await lead.ended;
    expect([code, said.includes('INVENTORY') ? said : '']).toEqual([3, '']);
    frozen.child.kill('SIGINT');
    const thawed = await frozen.ended;
    expect([thawed.code, thawed.said]).toEqual([0, expect.stringMatching(/the clock of this machine is 17\d{4} s ahead of that of postgres:/)]);
    expect(essence(reportIn(first))).toEqual(essence(whole));
    const [again] = await ask(`select state, attempts + failures as attempts from tokenwarden.organization_repositories where key = '${String(held?.['key'])}'`);
    expect(['scanned', 'skipped', 'unchanged']).toContain(again?.['state']);
    expect(Number(again?.['attempts'])).toBeGreaterThanOrEqual(2);
    const text = `${said}${thawed.said}${(await killed.ended).said}`;
    expect(text.includes(server.password)).toBe(false);
  }, LONG);
});

// From here on the organisation changes.
describe('a later run', () => {
  it('skips what is as it was, asks little, and finds what has changed', async () => {
    const [plain] = made.filter(({ kind }) => kind === 'large');
    const before = new Map(organization.counts);
    const again = await audit().ended;
    expect(again.said).toMatch(/since the last run: 0 new, 0 reopened, \d+ still there, 0 fixed, 0 gone, 0 not seen/);
    expect(before.size).toBe(0);
    expect(organization.counts.get('git fetch') ?? 0).toBeLessThanOrEqual(3);
    expect(organization.counts.get('api')).toBeLessThanOrEqual(8 + Math.ceil(SIZE / 50) + Math.ceil(SIZE / 100) + made.filter(({ kind }) => kind === 'ci').length);
    importCommits(join(root, OWNER, `${plain?.name ?? ''}.git`), [{ ref: 'refs/heads/later', files: { 'late.env': `GITHUB_TOKEN=${madeToken(90_001)}\n` }, message: 'late' }]);
    organization.counts.clear();
    const posts: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
    const receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => {
        posts.push({ headers: request.headers, body });
        // The first attempt comes at a bad time.
        response.writeHead(posts.length === 1 ? 503 : 200).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hidden-path`;
    const alerting = { TOKENWARDEN_ALERT_WEBHOOK_URL: address, TOKENWARDEN_ALERT_WEBHOOK_KEY: 'k'.repeat(20) };
    const changed = await audit({ out: 'changed.json', env: alerting }).ended;
    expect(changed.code).toBe(3);
    const report = reportIn(home, 'changed.json');
    // One message about the one that is new; nothing of it is a secret.
    expect([posts.length, posts[1]?.body, report.alerts]).toEqual([2, posts[0]?.body, [{ destination: 'TOKENWARDEN_ALERT_WEBHOOK_URL', state: 'sent' }]]);
    const { headers, body } = posts[1] ?? { headers: {}, body: '{}' };
    const isNew = report.findings.filter(({ change }) => change === 'new').map(({ id }) => id);
    expect((JSON.parse(body) as { readonly findings: readonly { readonly id: string }[] }).findings.map(({ id }) => id)).toEqual(isNew);
    expect(headers['x-tokenwarden-signature']).toBe(`v1=${createHmac('sha256', alerting.TOKENWARDEN_ALERT_WEBHOOK_KEY).update(`${String(headers['x-tokenwarden-timestamp'])}.${body}`).digest('hex')}`);
    expect([body.includes(madeToken(90_001)), changed.said.includes('hidden-path')]).toEqual([false, false]);
    expect([report.coverage.repositories.scanned, report.difference.new, report.difference.unseen, brokenSums(report)]).toEqual([1, 1, [], []]);
    const [first, last] = [report.run.earlier?.at(0), report.run.earlier?.at(-1)];
    expect([first?.new, last?.new, last?.credentials, last?.complete]).toEqual([whole.difference.new, 0, whole.findings.length, false]);
    // What was found is remembered as found: once it is gone from the repository, it is gone, and nobody calls it fixed.
    spawnSync('git', ['--git-dir', join(root, OWNER, `${plain?.name ?? ''}.git`), 'update-ref', '-d', 'refs/heads/later']);
    await audit({ out: 'gone.json', env: alerting }).ended;
    expect(posts).toHaveLength(2);
    receiver.close();
    const end = reportIn(home, 'gone.json');
    expect([end.difference.gone.length, end.difference.fixed.length, end.findings.length]).toEqual([1, 0, whole.findings.length]);
    expect(end.difference.gone[0]?.repositories).toEqual([`${OWNER}/${plain?.name ?? ''}`]);
  }, LONG);

  it('reads of runs only those that are new, and again those in which something was found, for as long as they are kept', async () => {
    const name = made.find(({ kind }) => kind === 'ci')?.name ?? '';
    const runs = organization.runs.get(name) ?? [];
    const of = (report: OrganizationReport): unknown => report.repositories.find((line) => line.name === `${OWNER}/${name}`)?.runs;
    const counted = (what: string): number => organization.counts.get(what) ?? 0;
    runs.unshift({ id: runs[0]!.id + 90, attempts: 1, logToken: 91_000, state: 'kept' });
    await audit({ out: 'runs.json' }).ended;
    const report = reportIn(home, 'runs.json');
    // The new one, and the two with findings, of which each has its logs read again; those that were clean are not.
    expect([of(report), report.difference.new]).toEqual([{ planned: 5, scanned: 3, unchanged: 2, skipped: {}, older: 4 }, 1]);
    expect([counted('actions/download-workflow-run-attempt-logs'), counted('actions/download-artifact')]).toEqual([4, 1]);
    // Five later, what was found is beyond the bound, and still there.
    for (let next = 1; next <= 5; next += 1) runs.unshift({ id: runs[0]!.id + 1, attempts: 1, state: 'kept' });
    await audit({ out: 'runs.json' }).ended;
    expect([of(reportIn(home, 'runs.json')), reportIn(home, 'runs.json').difference.gone]).toEqual([{ planned: 8, scanned: 8, unchanged: 0, skipped: {}, older: 6 }, []]);
    // One is deleted, one's logs expire: nobody can read those any more.
    for (const run of runs) if (run.logToken === 91_000) run.state = 'removed';
    await audit({ out: 'runs.json' }).ended;
    const last = reportIn(home, 'runs.json');
    expect([of(last), last.difference.gone.length]).toEqual([{ planned: 8, scanned: 2, unchanged: 5, skipped: { gone: 1 }, older: 6 }, 1]);
    organization.counts.clear();
    await audit({ out: 'runs.json' }).ended;
    expect([of(reportIn(home, 'runs.json')), counted('actions/download-workflow-run-attempt-logs')]).toEqual([{ planned: 7, scanned: 0, unchanged: 7, skipped: {}, older: 6 }, 0]);
  }, LONG);

  it('closes nothing of a repository that it could not see', async () => {
    const leaky = made.find(({ kind }) => kind === 'archived');
    organization.repositories = made.map((one) => (one === leaky ? { ...one, kind: 'broken' as const } : one));
    importCommits(join(root, OWNER, `${leaky?.name ?? ''}.git`), [{ ref: 'refs/heads/more', files: { 'x.txt': 'x\n' }, message: 'x' }]);
    try {
      expect((await audit({ out: 'partial.json' }).ended).code).toBe(3);
    } finally {
      organization.repositories = made;
    }
    const { difference } = reportIn(home, 'partial.json');
    expect([difference.unseen.length, difference.gone, difference.fixed]).toEqual([1, [], []]);
  }, LONG);
});
