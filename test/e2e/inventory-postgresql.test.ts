import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openInventory, type Inventory, type Job, type RepositoryRecord } from '../../src/inventory/index.ts';
import type { Introspection, WardenError } from '../../src/model/index.ts';
import { resultOf } from '../unit/inventory/result.ts';
import { findingOf } from '../unit/respond/world.ts';
import { preparePostgresql, startPostgresql, type PostgresqlServer } from './servers/postgresql.ts';

const prepared = await preparePostgresql();
const active = { status: 'active', facts: { sub: 'ana', scopes: ['read'] } } as const;
const unknown = { status: 'unknown', why: 'timeout', detail: '' } as const;
const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const SETTINGS = 'one';
const LEASE = 30;

let server: PostgresqlServer | undefined;
let number = 0;
let folder: string;
let place: string;
const opened: Inventory[] = [];

beforeAll(async () => {
  if ('programs' in prepared) server = await startPostgresql(prepared.programs);
}, 120_000);
afterAll(async () => server?.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inventory-'));
});
afterEach(async () => {
  for (const inventory of opened.splice(0)) await inventory.close();
  rmSync(folder, { recursive: true, force: true });
});

async function newPlace(kind: string): Promise<string> {
  if (kind === 'SQLite') return join(folder, 'inventory.db');
  number += 1;
  await ask(`create database tw${number}`);
  return running().url(`tw${number}`);
}

function running(): PostgresqlServer {
  if (server === undefined) throw new Error('the server does not run');
  return server;
}

async function ask(text: string, database?: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(running().url(database));
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function open(at = place, now = '2026-11-22T12:00:00.000Z', patienceMs = 20_000): Promise<Inventory> {
  const inventory = await openInventory(at, { now: () => new Date(now), patienceMs });
  opened.push(inventory);
  return inventory;
}

async function runOf(inventory: Inventory, names: readonly string[]): Promise<string> {
  const { id } = await inventory.organization.openRun({ id: `run-${names.join('-')}-${Math.random()}`, target: 'github:acme', settings: SETTINGS, leaseSeconds: LEASE });
  await inventory.organization.plan(id, names.map((name) => ({ name, facts: '{}' })));
  await inventory.organization.planned(id, '{}', LEASE);
  return id;
}

async function claimed(inventory: Inventory, worker = 'a', lease = LEASE): Promise<Job> {
  const job = await inventory.organization.claim(worker, SETTINGS, lease);
  if (job === undefined) throw new Error('there is no job');
  return job;
}

async function all(inventory: Inventory, run: string): Promise<readonly RepositoryRecord[]> {
  const records: RepositoryRecord[] = [];
  for await (const record of inventory.organization.repositories(run)) records.push(record);
  return records;
}

/** As if the workers of all that is taken had given no sign for an hour. */
async function age(kind: string): Promise<void> {
  if (kind === 'SQLite') {
    const file = new DatabaseSync(place);
    file.exec("update organization_repositories set lease_until = '2000-01-01T00:00:00.000Z' where lease_until is not null");
    file.close();
  } else await ask("update tokenwarden_queue.job set heartbeat_on = now() - interval '1 hour' where state = 'active'; update tokenwarden_queue.queue set monitor_claim_on = null", new URL(place).pathname.slice(1));
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(['SQLite', 'PostgreSQL'])('an inventory in %s', (kind) => {
  const test = kind === 'PostgreSQL' && 'missing' in prepared ? it.skip : it;
  beforeEach(async () => {
    if (kind === 'SQLite' || 'programs' in prepared) place = await newPlace(kind);
  });

  test('remembers runs, findings, answers and words of people from one opening to the next', async () => {
    const first = await open();
    const finding = findingOf({ introspection: active });
    await first.remember(resultOf([finding]), '{"a":1}');
    await first.keepAnswers(new Map<string, Introspection>([['k', { ...active, at: new Date('2026-11-22T11:59:00Z'), method: 'test' } as Introspection]]));
    await first.recordFeedback({ id: finding.id, rule: finding.credential.rule.id, fingerprint: finding.credential.fingerprint, kind: 'false-positive', actor: 'ana' });
    await first.recordAttestation({ id: finding.id, rule: finding.credential.rule.id, fingerprint: finding.credential.fingerprint, owner: 'ana', purpose: 'builds', scopes: ['read'], actor: 'ana' });
    const second = await open();
    await second.remember(resultOf([findingOf({ introspection: unknown })]), '{"a":2}');
    expect((await second.lastRun())?.report).toBe('{"a":2}');
    expect((await second.lastKnown([finding.id])).get(finding.id)?.status).toBe('active');
    expect((await second.remembered([finding.id])).get(finding.id)?.attestation?.owner).toBe('ana');
    expect((await second.finding(finding.id.slice(0, 6))).map(({ id }) => id)).toEqual([finding.id]);
    expect((await second.answers(new Date('2026-11-22T11:00:00Z'))).get('k')?.status).toBe('active');
    expect(await second.ruleRecords()).toEqual([expect.objectContaining({ seen: 1, active: 1, falsePositives: 1 })]);
  });

  test('gives each repository to one worker only, whoever asks at once', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `acme/r${String(index).padStart(2, '0')}`);
    const one = await open();
    // Two connections to one file in one thread would wait for each other: that is two processes' business.
    const inventories = [one, kind === 'SQLite' ? one : await open()];
    const id = await runOf(one, names);
    const taken: string[] = [];
    await Promise.all(inventories.map(async (inventory, worker) => {
      for (;;) {
        const job = await inventory.organization.claim(`w${worker}`, SETTINGS, LEASE);
        if (job === undefined) return;
        taken.push(job.name);
        await inventory.organization.complete(job, { state: 'scanned', piece: '{}' });
      }
    }));
    expect(taken.toSorted()).toEqual(names);
    expect(await one.organization.progress(id)).toEqual({ planned: 0, leased: 0, scanned: 20, unchanged: 0, skipped: 0 });
  });

  test('joins a run that is not finished, and begins a new one for other settings', async () => {
    const inventory = await open();
    const id = await runOf(inventory, ['acme/a']);
    expect((await inventory.organization.openRun({ id: 'other', target: 'github:acme', settings: SETTINGS, leaseSeconds: LEASE })).id).toBe(id);
    expect((await inventory.organization.openRun({ id: 'other', target: 'github:acme', settings: 'two', leaseSeconds: LEASE })).id).toBe('other');
    expect(await inventory.organization.claim('a', 'three', LEASE)).toBeUndefined();
  });

  test('takes nothing from a worker that was frozen until its lease ran out, whatever the clocks of workers say', async () => {
    const frozen = await open(place, '2031-01-01T00:00:00.000Z');
    const other = await open(place, '2001-01-01T00:00:00.000Z');
    const id = await runOf(frozen, ['acme/a']);
    const lost = await claimed(frozen, 'frozen');
    expect(await other.organization.claim('other', SETTINGS, LEASE)).toBeUndefined();
    await age(kind);
    const taken = await claimed(other, 'other');
    expect([taken.name, taken.fence, taken.attempt]).toEqual(['acme/a', lost.fence + 1, 2]);
    const finding = findingOf({ introspection: active });
    expect(await frozen.organization.renew(lost, LEASE)).toBe(false);
    expect(await frozen.organization.complete(lost, { state: 'scanned', piece: '{"old":true}' }, { result: resultOf([finding]), quiet: [] })).toBe(false);
    expect(await frozen.organization.fail(lost, { reason: 'x', detail: '', retryAfterSeconds: 0 })).toBe(false);
    expect((await other.lastKnown([finding.id])).size).toBe(0);
    expect(await other.organization.complete(taken, { state: 'scanned', piece: '{"new":true}' }, { result: resultOf([finding]), quiet: [] })).toBe(true);
    // A worker whose answer from the database was lost asks again.
    expect(await other.organization.complete(taken, { state: 'scanned', piece: '{"new":true}' })).toBe(true);
    expect(await frozen.organization.complete(lost, { state: 'scanned', piece: '{"old":true}' })).toBe(false);
    const records = await all(other, id);
    expect(records.map(({ piece }) => piece)).toEqual(['{"new":true}']);
    expect((await other.organization.earlier([finding.id])).get(finding.id)).toEqual({ firstRun: id, lastRun: id });
  });

  test('tries a repository that fails three times, and one that its workers die of no oftener than twenty-five times', async () => {
    const inventory = await open();
    const id = await runOf(inventory, ['acme/broken', 'acme/deadly']);
    let tried = 0;
    for (let isOver = false; !isOver; ) {
      const job = await inventory.organization.claim('a', SETTINGS, LEASE);
      if (job?.name === 'acme/broken') await inventory.organization.fail(job, { reason: 'unreachable', detail: 'no answer', retryAfterSeconds: 0 });
      if (job !== undefined) tried += 1;
      // Until there is nothing more, however long one waits.
      isOver = job === undefined && (await inventory.organization.progress(id)).skipped === 2;
      await age(kind);
    }
    expect(tried).toBe(3 + 25);
    const records = await all(inventory, id);
    expect(records.map(({ name, state, reason }) => [name, state, reason])).toEqual([['acme/broken', 'skipped', 'unreachable'], ['acme/deadly', 'skipped', 'worker-failed']]);
  });

  test('hands a released repository out again as if nobody had had it', async () => {
    const inventory = await open();
    await runOf(inventory, ['acme/a']);
    expect(await inventory.organization.release(await claimed(inventory))).toBe(true);
    expect((await claimed(inventory)).attempt).toBe(1);
  });

  test('knows the run before, under the same settings only, and forgets old reports', async () => {
    const inventory = await open();
    const ids: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const id = await runOf(inventory, ['acme/a']);
      ids.push(id);
      const job = await claimed(inventory);
      expect(job.previous?.digest).toBe(round === 0 ? undefined : `d${round - 1}`);
      await inventory.organization.complete(job, { state: 'scanned', piece: '{}', digest: `d${round}` });
      expect(await inventory.organization.finish(id, `{"round":${round}}`, true)).toBe(true);
      expect(await inventory.organization.finish(id, '{}', true)).toBe(false);
    }
    expect((await inventory.organization.lastFinished('github:acme'))?.report).toBe('{"round":3}');
    const pieces = await Promise.all(ids.map(async (id) => (await all(inventory, id)).map(({ piece }) => piece)));
    expect(pieces).toEqual([[undefined], [undefined], ['{}'], ['{}']]);
    await inventory.organization.openRun({ id: 'fresh', target: 'github:acme', settings: 'two', leaseSeconds: LEASE });
    await inventory.organization.plan('fresh', [{ name: 'acme/a', facts: '{}' }]);
    await inventory.organization.planned('fresh', '{}', LEASE);
    expect((await inventory.organization.claim('a', 'two', LEASE))?.previous).toBeUndefined();
    expect(await inventory.organization.forget(1)).toBe(0);
    // The three before the last finished one, and the one that was broken off.
    expect(await inventory.organization.forget(-1)).toBe(4);
    expect(await inventory.organization.lastFinished('github:acme')).toMatchObject({ id: ids[3] });
  });
});

describe.skipIf('missing' in prepared)(`a database that many machines share ${'missing' in prepared ? `(${prepared.missing})` : ''}`, () => {
  beforeEach(async () => {
    place = await newPlace('PostgreSQL');
  });

  it('is waited for while it is away, and nothing is lost or done twice', async () => {
    const inventory = await open();
    const id = await runOf(inventory, ['acme/a', 'acme/b']);
    const job = await claimed(inventory);
    await running().halt();
    const ending = inventory.organization.complete(job, { state: 'scanned', piece: '{}' });
    const claiming = inventory.organization.claim('a', SETTINGS, LEASE);
    await sleep(700);
    await running().start();
    expect(await ending).toBe(true);
    expect((await claiming)?.name).toBe('acme/b');
    expect(await inventory.organization.progress(id)).toMatchObject({ scanned: 1, leased: 1 });
  });

  const inQueue = (text: string): Promise<readonly Record<string, unknown>[]> => ask(text, new URL(place).pathname.slice(1));
  const role = async (name: string): Promise<string> => {
    const { password, url } = running();
    const database = new URL(place).pathname.slice(1);
    await inQueue(`create role ${name} login password '${password}'; grant usage on schema tokenwarden, tokenwarden_queue to ${name}; grant select, insert, update, delete on all tables in schema tokenwarden, tokenwarden_queue to ${name}`);
    return url(database).replace('//postgres:', `//${name}:`);
  };

  it('hands out repositories by pg-boss, to workers who may write rows and make nothing', async () => {
    const owner = await open();
    const id = await runOf(owner, ['acme/a', 'acme/b', 'acme/c']);
    const worker = await open(await role('helper'));
    for (const _ of ['a', 'b']) {
      const job = await claimed(worker, 'helper');
      expect(await worker.organization.renew(job, LEASE)).toBe(true);
      expect(await worker.organization.complete(job, { state: 'scanned', piece: '{}' }, { result: resultOf([findingOf({ introspection: active })]), quiet: [] })).toBe(true);
    }
    const last = await claimed(worker, 'helper');
    expect(await worker.organization.fail(last, { reason: 'unreachable', detail: '', retryAfterSeconds: 3600 })).toBe(true);
    expect(await worker.organization.claim('helper', SETTINGS, LEASE)).toBeUndefined();
    expect(await inQueue("select state::text, count(*)::int from tokenwarden_queue.job group by 1 order by 1")).toEqual([{ state: 'completed', count: 2 }, { state: 'retry', count: 1 }]);
    expect(await inQueue("select extract(epoch from start_after - now()) between 3500 and 3700 as later from tokenwarden_queue.job where state = 'retry'")).toEqual([{ later: true }]);
    // The run is over: nothing of it is left in the queue.
    expect(await owner.organization.finish(id, '{}', false)).toBe(true);
    expect(await inQueue('select (select count(*) from tokenwarden_queue.job)::int as jobs, (select count(*) from tokenwarden_queue.queue where name like \'run-%\')::int as queues')).toEqual([{ jobs: 0, queues: 0 }]);
  });

  it('does not do again what is done, though the queue hands it out again', async () => {
    const inventory = await open();
    const id = await runOf(inventory, ['acme/a']);
    await inventory.organization.complete(await claimed(inventory), { state: 'scanned', piece: '{}' });
    await inQueue("update tokenwarden_queue.job set state = 'retry', completed_on = null, heartbeat_on = null");
    expect(await inventory.organization.claim('a', SETTINGS, LEASE)).toBeUndefined();
    expect(await inQueue('select state::text from tokenwarden_queue.job')).toEqual([{ state: 'completed' }]);
    expect((await all(inventory, id)).map(({ state, attempts }) => [state, attempts])).toEqual([['scanned', 1]]);
  });

  it('goes on with a run whose queue was lost', async () => {
    const inventory = await open();
    const id = await runOf(inventory, ['acme/a', 'acme/b']);
    const before = await claimed(inventory);
    await inventory.close();
    opened.length = 0;
    await inQueue('drop schema tokenwarden_queue cascade');
    const worker = await open();
    expect(await worker.organization.claim('a', SETTINGS, LEASE)).toBeUndefined();
    expect((await worker.organization.openRun({ id: 'other', target: 'github:acme', settings: SETTINGS, leaseSeconds: LEASE })).id).toBe(id);
    const taken = [await claimed(worker), await claimed(worker)];
    expect(taken.map(({ name }) => name).sort()).toEqual(['acme/a', 'acme/b']);
    expect(taken.find(({ name }) => name === before.name)?.fence).toBe(before.fence + 1);
  });

  it('leaves a queue alone that another version made', async () => {
    const inventory = await open();
    await runOf(inventory, ['acme/a']);
    await inQueue('update tokenwarden_queue.version set version = 9999');
    const other = await open();
    await expect(other.organization.claim('a', SETTINGS, LEASE)).rejects.toMatchObject({ code: 'INVENTORY_NEWER' });
    await expect(other.organization.openRun({ id: 'other', target: 'github:acme', settings: SETTINGS, leaseSeconds: LEASE })).rejects.toMatchObject({ code: 'INVENTORY_NEWER' });
  });

  it('keeps a repository with the one who works on it through an outage that is longer than its lease, where nobody else is there', async () => {
    const inventory = await open();
    await runOf(inventory, ['acme/a', 'acme/b']);
    const job = await claimed(inventory);
    await age('PostgreSQL');
    // What looks after the queue finds no sign of life.
    const second = await claimed(inventory, 'b');
    await age('PostgreSQL');
    expect(await inventory.organization.renew(job, LEASE)).toBe(true);
    expect(await inventory.organization.complete(job, { state: 'scanned', piece: '{}' })).toBe(true);
    expect(await inventory.organization.complete(second, { state: 'scanned', piece: '{}' })).toBe(true);
    expect(await inventory.organization.claim('a', SETTINGS, LEASE)).toBeUndefined();
    expect(await inQueue('select distinct state::text from tokenwarden_queue.job')).toEqual([{ state: 'completed' }]);
  });

  it('is named without its password in every error', async () => {
    const { password, port, url } = running();
    const wrong = place.replace(password, 'not-the-one-at-all');
    for (const [text, code] of [[wrong, 'INVENTORY_REFUSED'], [url('nowhere'), 'INVENTORY_REFUSED'], [place.replace(String(port), '1'), 'INVENTORY_UNREACHABLE'], [`postgres://u:${password}@:::/`, 'INVENTORY_URL']] as const) {
      const error = await open(text, undefined, 0).then(() => undefined, (caught: unknown) => caught as WardenError);
      expect(error?.code).toBe(code);
      expect(JSON.stringify([error?.message, error?.hint, String(error?.cause), error?.stack])).not.toContain(password);
      expect(JSON.stringify([error?.message, error?.hint, String(error?.cause), error?.stack])).not.toContain('not-the-one');
    }
    expect((await open()).path).toMatch(/^postgres:\/\/127\.0\.0\.1:\d+\/tw\d+$/);
  });

  it('takes the place of the state directory for the command, which never takes the password from where others read it', async () => {
    writeFileSync(join(folder, 'a.txt'), 'nothing\n');
    const { password } = running();
    const bare = place.replace(`:${password}`, '');
    const run = (args: readonly string[], env: Readonly<Record<string, string>>): { readonly status: number | null; readonly said: string } => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env }, encoding: 'utf8' });
      return { status, said: stdout + stderr };
    };
    expect(run(['scan', '--store', bare], { PGPASSWORD: password })).toMatchObject({ status: 0 });
    expect(run(['scan'], { TOKENWARDEN_STORE: place })).toMatchObject({ status: 0 });
    expect(await ask('select command from tokenwarden.runs', new URL(place).pathname.slice(1))).toHaveLength(2);
    expect(run(['rules', 'stats'], { TOKENWARDEN_STORE: place }).said).toMatch(/No rule has a record/);
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.db'))).toEqual([]);
    const refused = run(['scan', '--store', place], {});
    expect([refused.status, refused.said]).toEqual([2, expect.stringContaining('STORE_PASSWORD')]);
    expect(refused.said).not.toContain(password);
    expect(run(['scan', '--store', 'inventory.db'], {}).said).toContain('STORE_NOT_A_DATABASE');
  });

  it('gets its tables once, from however many that come first, and is left alone when a newer version made them', async () => {
    await Promise.all([open(), open(), open(), open()]);
    const name = new URL(place).pathname.slice(1);
    expect(await ask('select count(*)::int as number from tokenwarden.schema_version', name)).toEqual([{ number: 1 }]);
    await ask('update tokenwarden.schema_version set version = 9999', name);
    await expect(open()).rejects.toMatchObject({ code: 'INVENTORY_NEWER' });
  });
});
