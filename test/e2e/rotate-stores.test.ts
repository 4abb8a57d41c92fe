import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signed } from '../../src/issuers/exchange/aws-query.ts';
import type { AuditRecord } from '../../src/model/index.ts';
import { verifyLedger } from '../../src/respond/index.ts';
import { selfSigned } from '../unit/http/self-signed.ts';
import { prepareDevpi, startDevpi, type DevpiServer } from './servers/devpi.ts';
import { prepareMoto, startMoto, type MotoServer } from './servers/moto.ts';
import { preparePostgresql, startPostgresql, type PostgresqlServer } from './servers/postgresql.ts';
import { startVerdaccio, type VerdaccioServer } from './servers/verdaccio.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const prepared = { devpi: await prepareDevpi(), moto: await prepareMoto(), postgresql: await preparePostgresql() };
for (const one of Object.values(prepared)) if ('missing' in one && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${one.missing}`);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-rotate-stores-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The built command, as its user or a schedule starts it. */
async function rotated(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [COMMAND, 'rotate', 'deploy', ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said: Buffer.concat(said).toString('utf8') };
}
/** Until it is finished, a person confirming that the old one is quiet. Grace and quiet of these tests are a second. */
async function toTheEnd(env: Readonly<Record<string, string>>): Promise<string> {
  const said: string[] = [];
  for (let times = 0; times < 6; times += 1) {
    const one = await rotated(['--yes', '--confirm-quiet'], env);
    said.push(one.said);
    if (one.code === 0) return said.join('\n');
    expect({ ...one, times }).toMatchObject({ code: 1 });
    await delay(1100);
  }
  throw new Error(`not finished: ${said.join('\n')}`);
}
const file = (name: string): string => join(folder, name);
const ledger = (): string => file('.local/state/tokenwarden/ledger.jsonl');
const records = async (): Promise<readonly AuditRecord[]> => (await readFile(ledger(), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as AuditRecord);
const holdsNone = async (secrets: readonly string[], more: string): Promise<void> => {
  const written = `${await readFile(ledger(), 'utf8')}${more}`;
  for (const secret of secrets) expect(written.includes(secret)).toBe(false);
  expect(await verifyLedger(ledger())).toMatchObject({ ok: true });
};
const ENTRY = 'quiet: 1s, grace: 1s';

describe('tokenwarden rotate of an npm token (verdaccio)', { timeout: 60_000 }, () => {
  let server: VerdaccioServer;
  beforeAll(async () => {
    server = await startVerdaccio();
  });
  afterAll(() => server.stop());

  it('goes on only when a person takes one that never ends, which policy does not allow; then .npmrc has the new one and the old one is dead', async () => {
    const { token } = await server.mint();
    await writeFile(file('.npmrc'), `registry=${server.url}\n//${server.host}/:_authToken=${token}\n`, { mode: 0o600 });
    const config = (more = ''): Promise<void> =>
      writeFile(
        file('tokenwarden.yml'),
        `stores:
  - { id: registry, type: npm, url: '${server.url}', allow-private: true, claims: [{ rule: npm-access-token }], auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_USER, client-secret-env: TOKENWARDEN_PASSWORD } }
rotations:
  - { name: deploy, store: registry, rule: npm-access-token, ${ENTRY}, consumers: [{ type: file, path: '${file('.npmrc')}', key: '//${server.host}/:_authToken' }]${more} }
`,
      );
    const env = { TOKENWARDEN_USER: server.user, TOKENWARDEN_PASSWORD: server.password };
    await config();
    const dry = await rotated([], env);
    expect(dry).toMatchObject({ code: 1, said: expect.stringContaining('lives for 14d at most (policy: max-lifetime)') as string });
    const refused = await rotated(['--yes'], env);
    expect(refused).toMatchObject({ code: 2, said: expect.stringMatching(/max-lifetime: policy allows 14d.*--confirm-limits/) as string });
    expect(await readFile(file('.npmrc'), 'utf8')).toContain(token);
    await config(`, accept: [{ limit: max-lifetime, reason: classic tokens have no end, owner: ana@example.com }, { limit: no-expiry, reason: classic tokens have no end, owner: ana@example.com }]`);
    const first = await rotated(['--yes'], env);
    expect(first).toMatchObject({ code: 1, said: expect.stringContaining('--confirm-quiet') as string });
    const fresh = /_authToken=(.*)/.exec(await readFile(file('.npmrc'), 'utf8'))?.[1] ?? '';
    expect([fresh !== token, await server.isActive(fresh), await server.isActive(token)]).toEqual([true, true, true]);
    const said = await toTheEnd(env);
    expect([await server.isActive(fresh), await server.isActive(token)]).toEqual([true, false]);
    expect((await records()).find(({ event }) => event === 'rotate.accepted')?.detail).toMatchObject({ limit: 'max-lifetime', owner: 'ana@example.com' });
    await holdsNone([token, fresh, server.password], `${dry.said}${refused.said}${first.said}${said}`);
  });
});

describe.skipIf('missing' in prepared.devpi)('tokenwarden rotate of a devpi token', { timeout: 90_000 }, () => {
  let server: DevpiServer;
  beforeAll(async () => {
    if ('bin' in prepared.devpi) server = await startDevpi(prepared.devpi.bin);
  });
  afterAll(() => server.stop());

  it('makes the new one narrower and shorter than the old one, as policy says, and is due again before that ends', async () => {
    const token = await server.mint({ allowed: ['pkg_read', 'upload'] });
    await writeFile(file('token'), `${token}\n`, { mode: 0o600 });
    await writeFile(
      file('tokenwarden.yml'),
      `stores:
  - { id: devpi, type: devpi, url: '${server.url}', allow-private: true, claims: [{ rule: devpi-token }], auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_USER, client-secret-env: TOKENWARDEN_PASSWORD } }
policy:
  over-scoped: { allow: [{ rule: devpi-token, scopes: ['allowed:pkg_read'] }] }
rotations:
  - { name: deploy, store: devpi, rule: devpi-token, ${ENTRY}, consumers: [{ type: file, path: '${file('token')}' }] }
`,
    );
    const env = { TOKENWARDEN_USER: server.user, TOKENWARDEN_PASSWORD: server.password };
    await rotated(['--yes'], env);
    const said = await toTheEnd(env);
    const fresh = (await readFile(file('token'), 'utf8')).trim();
    expect([await server.isActive(token), await server.isActive(fresh)]).toEqual([false, true]);
    const all = await records();
    expect(all.find(({ event }) => event === 'rotate.started')?.detail).toMatchObject({ narrowed: ['allowed:upload'] });
    const checked = all.find(({ event }) => event === 'rotate.checked');
    expect(checked?.detail).toMatchObject({ scopes: ['allowed:pkg_read'] });
    expect(Math.round((Date.parse(String(checked?.detail['expiresAt'])) - Date.parse(checked?.at ?? '')) / 86_400_000)).toBe(14);
    expect(said).toMatch(/due again at .*, as it ends at/);
    await holdsNone([token, fresh, server.password], said);
  });
});

describe.skipIf('missing' in prepared.moto)('tokenwarden rotate of an AWS access key, played by moto', { timeout: 90_000 }, () => {
  let server: MotoServer;
  beforeAll(async () => {
    if ('bin' in prepared.moto) server = await startMoto(prepared.moto.bin);
  });
  afterAll(() => server.stop());

  it('replaces id and secret together in Secrets Manager and in a profile of the credentials file; each reader has a pair that works, at every moment', async () => {
    const key = await server.makeUser('deploy', ['arn:aws:iam::aws:policy/ReadOnlyAccess']);
    const manager = async (action: string, body: unknown): Promise<{ readonly SecretString?: string; readonly Versions?: unknown[] }> => {
      const request = signed({ method: 'POST', url: new URL(server.url), headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `secretsmanager.${action}` }, body: JSON.stringify(body) }, { url: new URL(server.url), service: 'secretsmanager' as 'sts', region: 'us-east-1' }, server.admin, new Date());
      return (await (await fetch(request.url, { method: 'POST', headers: request.headers, body: request.body ?? '' })).json()) as { readonly SecretString?: string };
    };
    await manager('CreateSecret', { Name: 'ci/key', SecretString: JSON.stringify({ id: key.id, secret: key.secret, region: 'eu-west-1' }) });
    const profile = (id: string, secret: string): string => `[default]\naws_access_key_id = other\n[deploy]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
    await writeFile(file('credentials'), profile(key.id, key.secret), { mode: 0o600 });
    const managed = (name: string, part: string): string => `{ type: aws-secrets-manager, store: aws, secret: ci/key, key: ${name}, part: ${part} }`;
    const inFile = (name: string, part: string): string => `{ type: file, path: '${file('credentials')}', section: deploy, key: ${name}, part: ${part} }`;
    const config = (consumers: readonly string[]): Promise<void> =>
      writeFile(
        file('tokenwarden.yml'),
        `stores:
  - { id: aws, type: aws, url: '${server.url}', allow-private: true, claims: [{ rule: aws-access-key }], auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_ID, client-secret-env: TOKENWARDEN_SECRET } }
rotations:
  - { name: deploy, store: aws, rule: aws-access-key, ${ENTRY}, consumers: [${consumers.join(', ')}], accept: [{ limit: max-lifetime, reason: keys have no end, owner: ana }, { limit: no-expiry, reason: keys have no end, owner: ana }] }
`,
      );
    const env = { TOKENWARDEN_ID: server.admin.id, TOKENWARDEN_SECRET: server.admin.secret };
    // Half of a pair in each of two places is no way to keep anything running.
    await config([managed('secret', 'secret'), inFile('aws_access_key_id', 'key-id')]);
    expect(await rotated(['--yes'], env)).toMatchObject({ code: 2, said: expect.stringMatching(/does not take key-id in the same write.*template:/) as string });
    await config([managed('secret', 'secret'), managed('id', 'key-id'), inFile('aws_secret_access_key', 'secret'), inFile('aws_access_key_id', 'key-id')]);

    const ids = new Map([[key.id, key.secret]]);
    let isOver = false;
    let torn = 0;
    const watching = (async () => {
      while (!isOver) {
        const text = await readFile(file('credentials'), 'utf8');
        const [, id = '', secret = ''] = /\[deploy\]\naws_access_key_id = (.*)\naws_secret_access_key = (.*)\n/.exec(text) ?? [];
        if (!ids.has(id)) ids.set(id, secret);
        if (ids.get(id) !== secret) torn += 1;
        const held = JSON.parse((await manager('GetSecretValue', { SecretId: 'ci/key', VersionStage: 'AWSCURRENT' })).SecretString ?? '{}') as { id: string; secret: string };
        if (!ids.has(held.id)) ids.set(held.id, held.secret);
        if (ids.get(held.id) !== held.secret) torn += 1;
      }
    })();
    const said = await toTheEnd(env);
    isOver = true;
    await watching;
    const held = JSON.parse((await manager('GetSecretValue', { SecretId: 'ci/key', VersionStage: 'AWSCURRENT' })).SecretString ?? '{}') as { id: string; secret: string; region: string };
    expect([held.region, held.id !== key.id, torn, ids.size]).toEqual(['eu-west-1', true, 0, 2]);
    expect(await readFile(file('credentials'), 'utf8')).toBe(profile(held.id, held.secret));
    expect(await server.call('sts', 'GetCallerIdentity', {}, held)).toContain('user/deploy');
    expect(await server.call('iam', 'ListAccessKeys', { UserName: 'deploy' })).not.toContain(key.id);
    await holdsNone([key.secret, held.secret, server.admin.secret], said);
  });
});

describe.skipIf('missing' in prepared.postgresql)('tokenwarden rotate of a PostgreSQL role', { timeout: 90_000 }, () => {
  let server: PostgresqlServer;
  let superuser: Client;
  beforeAll(async () => {
    if ('programs' in prepared.postgresql) server = await startPostgresql(prepared.postgresql.programs, selfSigned(new Date()));
    superuser = new Client({ connectionString: server.url() });
    await superuser.connect();
  });
  afterAll(async () => {
    await superuser.end();
    await server.stop();
  });

  it('swaps user and password together in one URL; whoever reads it can sign in at every moment', async () => {
    const password = randomBytes(16).toString('hex');
    await superuser.query(`CREATE ROLE shop; CREATE ROLE shop_a LOGIN PASSWORD '${password}' IN ROLE shop; CREATE ROLE shop_b NOLOGIN IN ROLE shop`);
    const host = `127.0.0.1:${server.port}/postgres`;
    await writeFile(file('.env'), `NAME=shop\nDATABASE_URL="postgresql://shop_a:${password}@${host}"\n`, { mode: 0o600 });
    await writeFile(
      file('tokenwarden.yml'),
      `stores:
  - { id: database, type: postgresql, url: 'postgresql://127.0.0.1:${server.port}/?sslmode=disable', allow-private: true, claims: [{ rule: postgresql-url-password }], auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_USER, client-secret-env: TOKENWARDEN_PASSWORD } }
rotations:
  - name: deploy
    store: database
    rule: postgresql-url-password
    lifetime: 7d
    quiet: 1s
    grace: 1s
    consumers: [{ type: file, path: '${file('.env')}', key: DATABASE_URL, template: 'postgresql://{user|url}:{secret|url}@${host}' }]
`,
    );
    const urlNow = async (): Promise<string> => /DATABASE_URL="(.*)"/.exec(await readFile(file('.env'), 'utf8'))?.[1] ?? '';
    let isOver = false;
    const failed: string[] = [];
    const watching = (async () => {
      while (!isOver) {
        const url = await urlNow();
        const client = new Client({ connectionString: url });
        // One that was read a moment before it was replaced may have ended by now: then the next read works.
        await client.connect().then(() => client.end()).catch(async () => void ((await urlNow()) === url && failed.push(new URL(url).username)));
        await delay(20);
      }
    })();
    const env = { TOKENWARDEN_USER: server.user, TOKENWARDEN_PASSWORD: server.password };
    const said = await toTheEnd(env);
    isOver = true;
    await watching;
    const { username, password: fresh } = new URL(await urlNow());
    expect([username, failed]).toEqual(['shop_b', []]);
    expect((await superuser.query("SELECT rolname, rolcanlogin, rolpassword IS NULL AS bare, rolvaliduntil < now() + interval '7 days 1 hour' AS ends FROM pg_authid WHERE rolname LIKE 'shop\\__' ORDER BY 1")).rows).toEqual([
      { rolname: 'shop_a', rolcanlogin: false, bare: true, ends: null },
      { rolname: 'shop_b', rolcanlogin: true, bare: false, ends: true },
    ]);
    await holdsNone([password, fresh, server.password], said);
  });
});
