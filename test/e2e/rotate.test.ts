import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyOf, rotationDoor, type Issuers } from '../../src/assemble/index.ts';
import type { AuditRecord, ConsumerPlace, Rule, Store } from '../../src/model/index.ts';
import { rotate, type RotateDeps, type Rotated, type RotationSpec } from '../../src/respond/index.ts';
import { makeRule, makeSecret } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier, type Bench } from '../unit/issuers/make-verifier.ts';
import { Client } from 'pg';
import { selfSigned } from '../unit/http/self-signed.ts';
import { preparePostgresql, startPostgresql, type PostgresqlServer } from './servers/postgresql.ts';
import { prepareMoto, startMoto, type MotoServer } from './servers/moto.ts';
import { signed } from '../../src/issuers/exchange/aws-query.ts';

const DAY = 86_400_000;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-rotate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A rotation against real servers, with ledger and sealed secrets in memory and a clock that can be set forward. */
class Rotation {
  readonly records: AuditRecord[] = [];
  readonly bench: Bench;
  readonly deps: RotateDeps;
  readonly spec: RotationSpec;
  ahead = 0;

  constructor(stores: readonly Store[], rule: Rule, spec: Omit<RotationSpec, 'name' | 'rule' | 'quietMs' | 'graceMs'>) {
    const now = (): Date => new Date(Date.now() + this.ahead);
    const record: RotateDeps['ledger'] = (event, detail) => this.records.push({ seq: 0, prev: '', at: now().toISOString(), run: '', actor: '', event, detail });
    this.bench = makeVerifier({ stores, now, record });
    this.spec = { name: 'deploy', rule: rule.id, quietMs: DAY, graceMs: DAY, ...spec };
    const door = rotationDoor({ issuers: { verifier: () => this.bench.verifier } as unknown as Issuers, store: spec.store, host: stores[0]?.baseUrl.host ?? '', rule, types: new Map(stores.map(({ id, type }) => [id, type])), fingerprintKey: { bytes: randomBytes(16), secrecy: 'secret' }, policy: policyOf({ 'max-lifetime': false, 'no-expiry': false }), cwd: folder, hold: async () => () => undefined, now, record });
    door.check(this.spec.consumers);
    const sealed = new Map<string, string>();
    const { issuing } = this.bench.verifier;
    this.deps = {
      ...door,
      ledger: record,
      now,
      sleep: async (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 50))),
      newId: () => randomBytes(8).toString('hex'),
      vault: {
        keep(id, slot, secret) {
          const text = issuing.seal(spec.store, `${id}-${slot}`, secret);
          if (text !== undefined) sealed.set(`${id}-${slot}`, text);
          return text !== undefined;
        },
        kept: (id, slot) => issuing.unseal(spec.store, `${id}-${slot}`, sealed.get(`${id}-${slot}`) ?? '', door.makeSecret),
        forget: (id) => ['old', 'new', 'new-id'].forEach((slot) => sealed.delete(`${id}-${slot}`)),
      },
      onStep: () => undefined,
    };
  }

  run(confirmQuiet = false): Promise<Rotated> {
    return rotate(this.spec, this.records, { again: false, confirmQuiet, confirmLost: false, confirmLimits: false, confirmOverwrite: false }, this.deps);
  }
}

const file = (path: string, more: Partial<ConsumerPlace> & { readonly key?: string } = {}): ConsumerPlace => ({ type: 'file', part: more.part ?? 'secret', at: { path, ...(more.key === undefined ? {} : { key: more.key }) } });

const moto = await prepareMoto();
const noMoto = 'missing' in moto ? moto.missing : undefined;
if (noMoto !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${noMoto}`);

describe.skipIf(noMoto !== undefined)(`an AWS access key, played by moto${noMoto === undefined ? '' : `, skipped: ${noMoto}`}`, () => {
  let server: MotoServer;
  beforeAll(async () => {
    if ('bin' in moto) server = await startMoto(moto.bin);
  });
  afterAll(() => server.stop());

  it('is replaced with its id in Secrets Manager and in a file, switched off, and deleted', async () => {
    const key = await server.makeUser('deploy', ['arn:aws:iam::aws:policy/ReadOnlyAccess']);
    const manager = async (action: string, body: unknown): Promise<{ readonly SecretString?: string }> => {
      const request = signed({ method: 'POST', url: new URL(server.url), headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `secretsmanager.${action}` }, body: JSON.stringify(body) }, { url: new URL(server.url), service: 'secretsmanager' as 'sts', region: 'us-east-1' }, server.admin, new Date());
      const response = await fetch(request.url, { method: 'POST', headers: request.headers, body: request.body ?? '' });
      if (!response.ok) throw new Error(`moto answered ${response.status} to ${action}: ${(await response.text()).slice(0, 200)}`);
      return (await response.json()) as { readonly SecretString?: string };
    };
    await manager('CreateSecret', { Name: 'ci/key', SecretString: JSON.stringify({ id: key.id, secret: key.secret, region: 'eu-west-1' }) });
    const path = join(folder, 'aws.env');
    await writeFile(path, `AWS_ACCESS_KEY_ID=${key.id}\nAWS_SECRET_ACCESS_KEY="${key.secret}"\n`, { mode: 0o600 });
    const store = makeStore('aws', server.url, { clientAuth: { method: 'client_secret_basic', clientId: server.admin.id, clientSecret: makeSecret(server.admin.secret) } });
    const at = (part: string, name: string): ConsumerPlace => ({ type: 'aws-secrets-manager', store: store.id, part, at: { secret: 'ci/key', key: name } });
    const rotation = new Rotation([store], makeRule('aws-access-key'), {
      store: store.id,
      consumers: [at('secret', 'secret'), at('key-id', 'id'), file(path, { key: 'AWS_SECRET_ACCESS_KEY' }), file(path, { key: 'AWS_ACCESS_KEY_ID', part: 'key-id' })],
    });
    expect(await rotation.run()).toMatchObject({ status: 'waiting', detail: expect.stringMatching(/not used since|our own question/) as string });
    const held = JSON.parse((await manager('GetSecretValue', { SecretId: 'ci/key', VersionStage: 'AWSCURRENT' })).SecretString ?? '{}') as Record<string, string>;
    expect(held['region']).toBe('eu-west-1');
    expect(held['id']).not.toBe(key.id);
    expect(await readFile(path, 'utf8')).toBe(`AWS_ACCESS_KEY_ID=${held['id']}\nAWS_SECRET_ACCESS_KEY="${held['secret']}"\n`);
    const works = { id: held['id'] ?? '', secret: held['secret'] ?? '' };
    expect(await server.call('sts', 'GetCallerIdentity', {}, works)).toContain('user/deploy');
    rotation.ahead = 2 * DAY;
    expect(await rotation.run()).toMatchObject({ status: 'waiting' });
    expect(await server.call('iam', 'ListAccessKeys', { UserName: 'deploy' })).toMatch(new RegExp(`${key.id}</AccessKeyId>\\s*<Status>Inactive|<Status>Inactive</Status>[^]*${key.id}`));
    rotation.ahead = 4 * DAY;
    expect(await rotation.run()).toMatchObject({ status: 'finished' });
    const left = await server.call('iam', 'ListAccessKeys', { UserName: 'deploy' });
    expect([left.includes(key.id), left.includes(works.id)]).toEqual([false, true]);
    for (const secret of [key.secret, works.secret, server.admin.secret]) expect(JSON.stringify(rotation.records).includes(secret)).toBe(false);
    await rotation.bench.http.close();
  });
});

const postgresql = await preparePostgresql();
const noPostgresql = 'missing' in postgresql ? postgresql.missing : undefined;
if (noPostgresql !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${noPostgresql}`);

describe.skipIf(noPostgresql !== undefined)(`a pair of PostgreSQL roles${noPostgresql === undefined ? '' : `, skipped: ${noPostgresql}`}`, () => {
  let server: PostgresqlServer;
  let superuser: Client;
  beforeAll(async () => {
    if ('programs' in postgresql) server = await startPostgresql(postgresql.programs, selfSigned(new Date()));
    superuser = new Client({ connectionString: server.url() });
    await superuser.connect();
  });
  afterAll(async () => {
    await superuser.end();
    await server.stop();
  });

  const signsIn = async (user: string, password: string): Promise<boolean> => {
    const client = new Client({ host: '127.0.0.1', port: server.port, user, password, database: 'postgres' });
    return client.connect().then(() => client.end()).then(() => true, () => false);
  };
  const heldIn = async (path: string): Promise<readonly [string, string]> => {
    const text = await readFile(path, 'utf8');
    return [/PGUSER=(.*)/.exec(text)?.[1] ?? '', /PGPASSWORD=(.*)/.exec(text)?.[1] ?? ''];
  };
  const rotationOf = async (name: string, password: string): Promise<{ readonly rotation: Rotation; readonly path: string }> => {
    const path = join(folder, `${name}.env`);
    await writeFile(path, `PGUSER=${name}\nPGPASSWORD=${password}\n`, { mode: 0o600 });
    const store = makeStore('postgresql', `postgresql://127.0.0.1:${server.port}/?sslmode=disable`, { clientAuth: { method: 'client_secret_basic', clientId: server.user, clientSecret: makeSecret(server.password) } });
    return { path, rotation: new Rotation([store], makeRule('postgresql-url-password'), { store: store.id, lifetimeMs: 30 * DAY, consumers: [file(path, { key: 'PGPASSWORD' }), file(path, { key: 'PGUSER', part: 'user' })] }) };
  };

  it('swaps: the sleeping one gets a password and is stored, the other one sleeps once a person says that it is quiet; at each step one works', async () => {
    const password = randomBytes(16).toString('hex');
    await superuser.query(`CREATE ROLE shop; CREATE ROLE shop_a LOGIN PASSWORD '${password}' IN ROLE shop; CREATE ROLE shop_b NOLOGIN IN ROLE shop`);
    const { rotation, path } = await rotationOf('shop_a', password);
    expect(await rotation.run()).toMatchObject({ status: 'waiting', detail: expect.stringContaining('--confirm-quiet') as string });
    const [user, fresh] = await heldIn(path);
    expect(user).toBe('shop_b');
    expect([await signsIn('shop_a', password), await signsIn('shop_b', fresh)]).toEqual([true, true]);
    rotation.ahead = 2 * DAY;
    await rotation.run(true);
    expect(await signsIn('shop_b', fresh)).toBe(true);
    rotation.ahead = 4 * DAY;
    expect(await rotation.run()).toMatchObject({ status: 'finished' });
    expect([await signsIn('shop_a', password), await signsIn('shop_b', fresh)]).toEqual([false, true]);
    expect((await superuser.query("SELECT rolname, rolcanlogin, rolpassword IS NULL AS bare, rolvaliduntil > now() AS ends FROM pg_authid WHERE rolname LIKE 'shop\\__' ORDER BY 1")).rows).toEqual([
      { rolname: 'shop_a', rolcanlogin: false, bare: true, ends: null },
      { rolname: 'shop_b', rolcanlogin: true, bare: false, ends: true },
    ]);
    for (const secret of [password, fresh, server.password]) expect(JSON.stringify(rotation.records).includes(secret)).toBe(false);
    await rotation.bench.http.close();
    // And back.
    const back = await rotationOf('shop_b', fresh);
    await back.rotation.run();
    const [again, next] = await heldIn(back.path);
    expect([again, await signsIn(again, next), await signsIn('shop_b', fresh)]).toEqual(['shop_a', true, true]);
    await back.rotation.bench.http.close();
  });

  it.each([
    ['can sign in', "CREATE ROLE one_b LOGIN PASSWORD 'x' IN ROLE one", /can sign in/],
    ['may do more', 'CREATE ROLE one_b NOLOGIN CREATEDB IN ROLE one', /same attributes/],
    ['is a member of other roles', 'CREATE ROLE one_b NOLOGIN IN ROLE one, pg_monitor', /same roles/],
    ['is not there', 'SELECT 1', /no second role/],
  ])('is left as it is where the second one %s', async (_what, second, why) => {
    const password = randomBytes(16).toString('hex');
    await superuser.query(`DROP ROLE IF EXISTS one_b; DROP ROLE IF EXISTS one_a; DROP ROLE IF EXISTS one; CREATE ROLE one; CREATE ROLE one_a LOGIN PASSWORD '${password}' IN ROLE one; ${second}`);
    const { rotation, path } = await rotationOf('one_a', password);
    expect(await rotation.run()).toMatchObject({ status: 'refused', detail: expect.stringMatching(why) as string });
    expect([await heldIn(path), await signsIn('one_a', password)]).toEqual([['one_a', password], true]);
    await rotation.bench.http.close();
  });

  it('refuses a role that is none of a pair: its only password would end', async () => {
    const password = randomBytes(16).toString('hex');
    await superuser.query(`CREATE ROLE alone LOGIN PASSWORD '${password}'`);
    const { rotation } = await rotationOf('alone', password);
    expect(await rotation.run()).toMatchObject({ status: 'refused', detail: expect.stringContaining('ends the old one at once') as string });
    expect(await signsIn('alone', password)).toBe(true);
    await rotation.bench.http.close();
  });
});
