import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/respond/index.ts';
import { selfSigned } from '../unit/http/self-signed.ts';
import { Place } from './respond-world.ts';
import { preparePostgresql, startPostgresql } from './servers/postgresql.ts';
import type { PostgresqlServer } from './servers/postgresql.ts';

const prepared = await preparePostgresql();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);
const MINUTE_MS = 60_000;
/** The statements that people are told to run. */
const SQL = /```sql\n(CREATE TABLE.*?)```/s.exec(readFileSync(fileURLToPath(new URL('../../.github/RESPOND.md', import.meta.url)), 'utf8'))?.[1] ?? '';

describe.skipIf(missing !== undefined)(`heads of a ledger in a real PostgreSQL${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  const password = randomBytes(15).toString('hex');
  let server: PostgresqlServer;
  let owner: Client;
  let place: Place;

  beforeAll(async () => {
    if (!('programs' in prepared)) return;
    server = await startPostgresql(prepared.programs, selfSigned(new Date()));
    owner = new Client({ connectionString: server.url() });
    await owner.connect();
    await owner.query(SQL);
    await owner.query(`CREATE ROLE warden LOGIN PASSWORD '${password}'; GRANT tokenwarden_anchors TO warden`);
  }, MINUTE_MS);
  afterAll(async () => {
    await owner.end();
    await server.stop();
  });
  beforeEach(async () => {
    await owner.query('DELETE FROM tokenwarden_ledger_heads');
    place = new Place();
    place.env = { TOKENWARDEN_ANCHORS: `postgresql://warden:${password}@127.0.0.1:${server.port}/postgres?sslmode=disable` };
    place.write('tokenwarden.yml', `salt: ${'A'.repeat(32)}\nledger: { anchors: [{ postgresql-env: TOKENWARDEN_ANCHORS, ledger: team-a }] }\n`);
  });
  afterEach(() => place.remove());

  async function write(count: number, what = 'note'): Promise<void> {
    const ledger = await openLedger(place.ledger, { now: () => new Date(), run: 'r', actor: 'a', warnings: process });
    for (let index = 0; index < count; index += 1) ledger.append(what, { index });
    ledger.close();
  }

  const verify = async (): Promise<string> => {
    const { code, stdout, stderr } = await place.run(['ledger', 'verify']);
    expect(stdout + stderr).not.toContain(password);
    return `${String(code)} ${stdout}${stderr}`;
  };

  it('bear the ledger out as far as they go, in verify and in the audit pack', async () => {
    await write(3);
    const kept = await place.run(['ledger', 'anchor']);
    expect([kept.code, kept.stdout], kept.stderr).toEqual([0, expect.stringContaining('PostgreSQL (TOKENWARDEN_ANCHORS), ledger team-a: keeps head')]);
    expect((await place.run(['ledger', 'anchor'])).code).toBe(0);
    await write(2);
    expect(await verify()).toMatch(/^0 .*1 head compared, bears out records 1 to 3 \(kept 20/s);
    const pack = JSON.parse((await place.run(['evidence', '--from', new Date().toISOString().slice(0, 10)])).stdout) as object;
    expect(pack).toMatchObject({ ledger: { ok: true, anchors: [{ heads: 1, bearsOutTo: 3, contradicted: 0 }] } });
    expect((await owner.query('SELECT kept_by FROM tokenwarden_ledger_heads')).rows).toEqual([{ kept_by: 'warden' }]);
  }, MINUTE_MS);

  it('find a ledger that was cut at its end together with its head file', async () => {
    await write(5);
    await place.run(['ledger', 'anchor']);
    writeFileSync(place.ledger, place.read('state/ledger.jsonl').split('\n').slice(0, 3).join('\n') + '\n');
    rmSync(`${place.ledger}.head`);
    expect(await verify()).toMatch(/^1 .*record 5, whose hash PostgreSQL.* keeps, is missing/s);
  }, MINUTE_MS);

  it('find a ledger that was written anew from its beginning, and keep no head of it', async () => {
    await write(5);
    await place.run(['ledger', 'anchor']);
    rmSync(place.ledger);
    rmSync(`${place.ledger}.head`);
    await write(6, 'invented');
    expect(await verify()).toMatch(/^1 .*was written anew from here or before/s);
    expect(await place.run(['ledger', 'anchor'])).toMatchObject({ code: 2, stderr: expect.stringContaining('LEDGER_DAMAGED') as string });
  }, MINUTE_MS);

  it('cannot be changed by whoever writes them, and a role that could is refused', async () => {
    await write(1);
    await place.run(['ledger', 'anchor']);
    const writer = new Client({ connectionString: place.env['TOKENWARDEN_ANCHORS'] });
    await writer.connect();
    for (const sql of ["UPDATE tokenwarden_ledger_heads SET hash = ''", 'DELETE FROM tokenwarden_ledger_heads', 'TRUNCATE tokenwarden_ledger_heads', 'DROP TABLE tokenwarden_ledger_heads', "INSERT INTO tokenwarden_ledger_heads (ledger, seq, hash, at, kept_by) VALUES ('team-a', 9, repeat('0', 64), now(), 'ana')"]) {
      await expect(writer.query(sql), sql).rejects.toMatchObject({ code: '42501' });
    }
    await writer.end();
    place.env = { TOKENWARDEN_ANCHORS: `${server.url()}?sslmode=disable` };
    expect(await place.run(['ledger', 'anchor'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/could change or delete.*ANCHOR_FAILED/s) as string });
  }, MINUTE_MS);

  it('that cannot be read or are not there are told, without the password', async () => {
    await write(1);
    place.env = { TOKENWARDEN_ANCHORS: `postgresql://warden:${password}x@127.0.0.1:${server.port}/postgres?sslmode=disable` };
    expect(await verify()).toMatch(/^2 .*ANCHOR_UNREADABLE/s);
    place.env = {};
    expect(await verify()).toMatch(/^2 .*TOKENWARDEN_ANCHORS, which ledger.anchors names, is not set/s);
  }, MINUTE_MS);
});
