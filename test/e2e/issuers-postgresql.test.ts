import { readFile, writeFile } from 'node:fs/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, ListedToken, Store } from '../../src/model/index.ts';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { selfSigned } from '../unit/http/self-signed.ts';
import { makeCredential, makeSecret, makeToken } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier, NOW } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { preparePostgresql, startPostgresql } from './servers/postgresql.ts';
import type { PostgresqlServer } from './servers/postgresql.ts';

const prepared = await preparePostgresql();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

describe.skipIf(missing !== undefined)(`a real PostgreSQL${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  const certificate = selfSigned(new Date());
  let server: PostgresqlServer;
  let superuser: Client;
  let bench: Bench;
  let asAdmin: Bench;
  const passwordOf = (user: string, password: string, database?: string): Credential => makeCredential('postgresql-url-password', password, { facts: { subject: user, ...(database === undefined ? {} : { notes: { database } }) }, hosts: [`127.0.0.1:${server.port}`] });
  const role = async (name: string, options = ''): Promise<Credential> => {
    const password = makeToken('', 20);
    await superuser.query(`CREATE ROLE "${name.replaceAll('"', '""')}" LOGIN PASSWORD '${password}' ${options}`);
    return passwordOf(name, password);
  };
  const storeOf = (query: string, more: Partial<Store> = {}): Store => makeStore('postgresql', `postgresql://127.0.0.1:${server.port}${query}`, more);
  const listAll = async (): Promise<readonly ListedToken[]> => {
    const items = asAdmin.verifier.administrator.list('test-postgresql');
    const tokens: ListedToken[] = [];
    for (let next = await items.next(); ; next = await items.next()) {
      if (next.done !== true) tokens.push(next.value);
      else {
        expect(next.value).toEqual({ complete: true });
        return tokens;
      }
    }
  };

  beforeAll(async () => {
    if (!('programs' in prepared)) return;
    server = await startPostgresql(prepared.programs, certificate);
    superuser = new Client({ connectionString: server.url() });
    await superuser.connect();
    const clientAuth = { method: 'client_secret_basic', clientId: server.user, clientSecret: makeSecret(server.password) } as const;
    bench = makeVerifier({ stores: [storeOf('/?sslmode=disable')] });
    asAdmin = makeVerifier({ stores: [storeOf('/?sslmode=disable', { clientAuth })] });
  });
  afterAll(async () => {
    await superuser.end();
    await bench.http.close();
    await asAdmin.http.close();
    await server.stop();
  });

  it('goes from live with facts, through judgement and revocation, to dead', async () => {
    await superuser.query('CREATE ROLE readers; CREATE SCHEMA shop; CREATE TABLE shop.orders (id int)');
    const credential = await role('app', "CREATEDB VALID UNTIL '2027-06-01 00:00:00+00'");
    await superuser.query('GRANT readers TO app; GRANT pg_read_all_data TO app; GRANT SELECT, UPDATE ON shop.orders TO app; COMMENT ON ROLE app IS $$shop backend$$');
    const before = await bench.verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', method: 'postgresql:sign-in, SELECT FROM pg_roles' });
    expect('facts' in before && before.facts).toEqual({
      sub: 'app',
      tokenId: 'app',
      name: 'shop backend',
      scopes: ['CREATEDB', 'member of pg_read_all_data', 'member of readers', 'SELECT on tables of shop', 'UPDATE on tables of shop'],
      exp: new Date('2027-06-01T00:00:00Z'),
    });
    const verdicts = judgeAll({ credential, introspection: before }, readPolicy({}, CHECKS), NOW);
    expect(verdicts.find(({ check }) => check === 'max-lifetime')).toMatchObject({ verdict: { status: 'violation' } });
    expect(asAdmin.verifier.revocation(credential)).toMatchObject({ possible: true, reversible: false });
    expect(await asAdmin.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive', reason: expect.stringContaining('28P01') as string });
    expect((await superuser.query("SELECT rolcanlogin, rolpassword FROM pg_authid WHERE rolname = 'app'")).rows).toEqual([{ rolcanlogin: false, rolpassword: null }]);
  });

  it('says "never" where there is no VALID UNTIL, and calls an expired password dead', async () => {
    expect(await bench.verifier.ask(await role('forever'))).toMatchObject({ status: 'active', facts: { exp: 'never', scopes: [] } });
    expect(await bench.verifier.ask(await role('infinite', "VALID UNTIL 'infinity'"))).toMatchObject({ status: 'active', facts: { exp: 'never' } });
    expect(await bench.verifier.ask(await role('past', "VALID UNTIL '2020-01-01'"))).toMatchObject({ status: 'inactive' });
  });

  it('switches a role off and tells 28000 from a wrong password', async () => {
    const credential = await role('worker');
    expect(await asAdmin.verifier.deactivate(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive', reason: expect.stringContaining('28000') as string });
    await superuser.query('ALTER ROLE worker LOGIN');
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'active' });
    expect(await bench.verifier.ask(passwordOf('worker', makeToken('', 20)))).toMatchObject({ status: 'inactive', reason: expect.stringContaining('28P01') as string });
    expect(await bench.verifier.ask(passwordOf('nobody-at-all', makeToken('', 20)))).toMatchObject({ status: 'inactive' });
  });

  it('takes a missing or closed database for what it is: the password is right', async () => {
    const credential = await role('mover', 'SUPERUSER');
    const answer = await bench.verifier.ask({ ...credential, facts: { subject: 'mover', notes: { database: 'not_there' } } });
    expect(answer).toMatchObject({ status: 'active', facts: { sub: 'mover', scopes: ['SUPERUSER'], notes: { database: expect.stringContaining('3D000') as string } } });
    await superuser.query('CREATE DATABASE closed');
    await superuser.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
    const plain = await role('outsider');
    expect(await bench.verifier.ask({ ...plain, facts: { subject: 'outsider', notes: { database: 'closed' } } })).toMatchObject({ status: 'active', facts: { sub: 'outsider', notes: { database: expect.stringContaining('42501') as string } } });
  });

  it('gives a role a new password without the server seeing it, by the administrator or by the role itself', async () => {
    for (const [by, name] of [[asAdmin, 'turned'], [bench, 'turns_itself']] as const) {
      const credential = await role(name);
      const expiresAt = new Date('2027-01-01T00:00:00Z');
      const replacement = await by.verifier.rotate(credential, by === asAdmin ? { expiresAt } : {}, makeSecret);
      expect(replacement).toMatchObject({ status: 'issued', oldLives: false });
      if (replacement.status !== 'issued') return;
      expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
      expect(await bench.verifier.ask(passwordOf(name, replacement.secret.reveal()))).toMatchObject({ status: 'active', facts: { exp: by === asAdmin ? expiresAt : 'never' } });
      expect((await superuser.query<{ rolpassword: string }>('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [name])).rows[0]?.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
    }
    expect(await bench.verifier.rotate(await role('short'), { expiresAt: NOW }, makeSecret)).toMatchObject({ status: 'refused' });
  });

  it('lists roles that may log in and revokes one by its name, but not the one that asks', async () => {
    const credential = await role('listed "odd" role');
    const tokens = await listAll();
    expect(tokens.find(({ tokenId }) => tokenId === 'listed "odd" role')).toMatchObject({ rule: 'postgresql-url-password', status: 'active', facts: { exp: 'never' } });
    expect(tokens.find(({ tokenId }) => tokenId === 'past')).toMatchObject({ status: 'inactive' });
    expect(tokens.some(({ tokenId }) => tokenId === 'readers')).toBe(false);
    expect(await asAdmin.verifier.administrator.revokeById('test-postgresql', 'listed "odd" role')).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(await asAdmin.verifier.administrator.revokeById('test-postgresql', server.user)).toMatchObject({ status: 'refused' });
    expect(asAdmin.verifier.revocation(passwordOf(server.user, 'x'.repeat(12)))).toMatchObject({ possible: false });
  });

  it('ends a password sooner and takes scopes away, all or none, and nobody else loses any', async () => {
    await superuser.query('CREATE ROLE stock_writers; CREATE ROLE stock_readers; CREATE SCHEMA stock; CREATE TABLE stock.items (id int); CREATE SEQUENCE stock.ids; CREATE ROLE granter CREATEROLE; GRANT stock_writers TO granter WITH ADMIN OPTION');
    const credential = await role('stocker', 'CREATEDB');
    await superuser.query('GRANT stock_readers TO stocker; GRANT SELECT, INSERT ON stock.items TO stocker; GRANT USAGE ON SEQUENCE stock.ids TO stocker; GRANT CREATE ON DATABASE postgres TO stocker; GRANT INSERT ON stock.items TO stock_readers');
    // Granted by somebody else: since PostgreSQL 16 only a revocation in that name ends it.
    await superuser.query('SET ROLE granter; GRANT stock_writers TO stocker; RESET ROLE');
    const token = { credential, tokenId: 'stocker' };
    const until = new Date('2026-12-06T12:00:00Z');
    const { limiting } = asAdmin.verifier;
    expect(limiting.describe(token, { kind: 'shorten', until })).toMatchObject({ possible: true, reversible: true });
    expect(await limiting.carryOut(token, { kind: 'shorten', until })).toMatchObject({ status: 'accepted' });
    const before = await bench.verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { exp: until, scopes: ['CREATEDB', 'member of stock_readers', 'member of stock_writers', 'INSERT on tables of stock', 'SELECT on tables of stock', 'USAGE on sequences of stock', 'CREATE on database postgres'] } });
    const keep = ['member of stock_readers', 'SELECT on tables of stock'];
    const drop = before.status === 'active' ? (before.facts.scopes ?? []).filter((scope) => !keep.includes(scope)) : [];
    expect(await limiting.carryOut(token, { kind: 'narrow', keep, drop })).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { scopes: keep, exp: until } });
    expect((await superuser.query("SELECT has_table_privilege('stock_readers', 'stock.items', 'INSERT') AS kept")).rows).toEqual([{ kept: true }]);
    expect(await limiting.carryOut(token, { kind: 'narrow', keep: [], drop: ['SELECT on tables of stock', 'member of nobody'] })).toMatchObject({ status: 'refused' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ facts: { scopes: keep } });
    expect(limiting.describe({ credential, tokenId: server.user }, { kind: 'shorten', until })).toMatchObject({ possible: false });
    expect(bench.verifier.limiting.describe(token, { kind: 'shorten', until })).toMatchObject({ possible: false });
  });

  it('asks over TLS whose name is proven, unless the store says otherwise', async () => {
    const credential = await role('secure');
    const unproven = makeVerifier({ stores: [storeOf('/')] });
    const proven = makeVerifier({ stores: [storeOf('/')], httpOptions: { ca: certificate.cert } });
    const required = makeVerifier({ stores: [storeOf('/?sslmode=require')] });
    expect(await unproven.verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'tls' });
    expect(await proven.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { sub: 'secure' } });
    expect(await required.verifier.ask(credential)).toMatchObject({ status: 'active' });
    for (const { http } of [unproven, proven, required]) await http.close();
  });

  it('does not believe a server that lets everybody in', async () => {
    const hba = (await superuser.query<{ hba_file: string }>('SHOW hba_file')).rows[0]?.hba_file ?? '';
    await superuser.query('CREATE DATABASE open_house');
    const before = await readFile(hba, 'utf8');
    await writeFile(hba, `host open_house all 127.0.0.1/32 trust\nhost all shut_out 127.0.0.1/32 reject\n${before}`);
    await superuser.query('SELECT pg_reload_conf()');
    const credential = await role('guest');
    await expect.poll(async () => (await bench.verifier.ask({ ...credential, facts: { subject: 'guest', notes: { database: 'open_house' } } })).status).toBe('unknown');
    // What pg_hba.conf keeps out says nothing of the password.
    expect(await bench.verifier.ask(await role('shut_out'))).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    await writeFile(hba, before);
    await superuser.query('SELECT pg_reload_conf()');
  });
});
