import { spawn } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../src/model/index.ts';
import { verifyLedger } from '../../src/respond/index.ts';
import { selfSigned } from '../unit/http/self-signed.ts';
import { startFront, type Front } from './servers/front.ts';
import { prepareMoto, startMoto, type MotoServer } from './servers/moto.ts';
import { startOidcServer, type OidcServer } from './servers/oidc.ts';
import { prepareOpenBao, startOpenBao, type OpenBaoServer } from './servers/openbao.ts';
import { preparePostgresql, startPostgresql, type PostgresqlServer } from './servers/postgresql.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const prepared = { moto: await prepareMoto(), openBao: await prepareOpenBao(), postgresql: await preparePostgresql() };
for (const one of Object.values(prepared)) if ('missing' in one && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${one.missing}`);
const without = (...names: readonly (keyof typeof prepared)[]): boolean => names.some((name) => 'missing' in prepared[name]);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-issue-stores-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function ran(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const child = spawn(process.execPath, [COMMAND, 'issue', ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'ana', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}
const configure = (text: string): Promise<void> => writeFile(join(folder, 'tokenwarden.yml'), text);
const ledger = (): string => join(folder, '.local/state/tokenwarden/ledger.jsonl');
const records = async (): Promise<readonly AuditRecord[]> => (await readFile(ledger(), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as AuditRecord);
const written = async (event: string): Promise<AuditRecord | undefined> => (await records()).findLast((record) => record.event === event);
/** The command writes what it was given where only the test looks: on its output it would be masked. */
const KEEP = ['node', '-e', 'require("fs").writeFileSync("seen.json", JSON.stringify(process.env))'] as const;
const seen = async (): Promise<Record<string, string>> => JSON.parse(await readFile(join(folder, 'seen.json'), 'utf8')) as Record<string, string>;

describe('tokenwarden issue from an OAuth server (oidc-provider)', { timeout: 60_000 }, () => {
  let server: OidcServer;
  let front: Front;
  beforeAll(async () => {
    server = await startOidcServer();
    front = await startFront(server.url);
  });
  afterAll(async () => {
    await front.stop();
    await server.stop();
  });

  const env = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({ TOKENWARDEN_ID: server.auditor.id, TOKENWARDEN_SECRET: server.auditor.secret, ...more });
  const config = (url: string): string => `stores:
  - { id: sso, type: oauth, url: '${url}', allow-private: true, claims: [{ rule: generic-bearer }], auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_ID, client-secret-env: TOKENWARDEN_SECRET }, endpoints: { token: '${url}/token', introspection: '${url}/token/introspection', revocation: '${url}/token/revocation' } }
grants:
  - { store: sso, identities: ['github:ana'], scopes: [read], max-ttl: 15m, environments: [own] }
  - { store: sso, identities: ['github:ana'], scopes: [read, write], max-ttl: 15m, with: { grant: token-exchange, subject-token-env: TOKENWARDEN_SUBJECT, audience: 'https://api.example.com' } }
`;

  it('exchanges a subject\'s token (RFC 8693) for a narrower one that lives no longer, and revokes that alone', async () => {
    await configure(config(server.url));
    const subject = await server.mint({ lifetimeSeconds: 400, scope: 'read write admin' });
    const { code, stderr } = await ran(['sso', '--scope', 'read', '--ttl', '10m', '--', ...KEEP], env({ TOKENWARDEN_SUBJECT: subject }));
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is revoked, and the issuer confirmed') as string });
    const given = await seen();
    const token = given['ACCESS_TOKEN'] ?? '';
    expect([token.length > 20, token !== subject, given['TOKENWARDEN_SUBJECT'], given['TOKENWARDEN_SECRET']]).toEqual([true, true, undefined, undefined]);
    expect((await written('issue.obtained'))?.detail).toMatchObject({ scopes: ['read'] });
    expect([await server.isActive(subject), await server.isActive(token)]).toEqual([true, false]);
    for (const secret of [subject, token]) expect((await readFile(ledger(), 'utf8')).includes(secret)).toBe(false);
  });

  it('is told no by the server where the subject may do less than is asked for', async () => {
    await configure(config(server.url));
    const { code, stderr } = await ran(['sso', '--scope', 'read', '--scope', 'write', '--ttl', '10m', '--', 'true'], env({ TOKENWARDEN_SUBJECT: await server.mint({ lifetimeSeconds: 400, scope: 'read' }) }));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('400 invalid_scope') as string });
  });

  it('keeps one open whose answer was lost, until a named person settles it', async () => {
    await configure(config(front.url));
    front.loses = (route) => route === 'POST /token';
    const lost = await ran(['sso', '--scope', 'read', '--ttl', '10m', '--environment', 'own', '--', 'true'], env());
    front.loses = () => false;
    expect({ code: lost.code, stderr: lost.stderr }).toEqual({ code: 2, stderr: expect.stringContaining('ISSUE_UNCERTAIN') as string });
    const first = await ran(['sweep'], env());
    expect(first).toMatchObject({ code: 1, stdout: expect.stringMatching(/^lost .*cannot be searched/) as string });
    const id = String((await written('issue.intent'))?.detail['issue']);
    expect(await ran(['sweep', '--confirm-lost', id], env())).toMatchObject({ code: 2, stderr: expect.stringContaining('needs --reason') as string });
    expect(await ran(['sweep', '--confirm-lost', '0000000000000000', '--reason', 'x'], env())).toMatchObject({ code: 2, stderr: expect.stringContaining(`open: ${id}`) as string });
    expect(await ran(['sweep', '--confirm-lost', id, '--reason', 'all tokens of the client were ended at the console'], env())).toMatchObject({ code: 0, stdout: expect.stringMatching(/^settled/) as string });
    expect(await written('issue.settled')).toMatchObject({ actor: expect.stringMatching(/ana/) as string, detail: { issue: id, reason: 'all tokens of the client were ended at the console' } });
    expect(await ran(['sweep'], env())).toMatchObject({ code: 0, stdout: 'Nothing was left behind.\n' });
    expect(await verifyLedger(ledger())).toMatchObject({ ok: true });
  });
});

describe.skipIf(without('moto'))('tokenwarden issue from AWS, played by moto', { timeout: 60_000 }, () => {
  let server: MotoServer;
  beforeAll(async () => {
    if ('bin' in prepared.moto) server = await startMoto(prepared.moto.bin);
  });
  afterAll(() => server.stop());

  it('assumes the role with a session policy of the asked scopes, and says until when it lives, never that it was revoked', async () => {
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] });
    const role = /<Arn>([^<]+)<\/Arn>/.exec(await server.call('iam', 'CreateRole', { RoleName: 'reports', AssumeRolePolicyDocument: trust }))?.[1] ?? '';
    const front = await startFront(server.url);
    await configure(`stores:
  - { id: aws, type: aws, url: '${front.url}', allow-private: true, claims: [{ rule: aws-session }], auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_ID, client-secret-env: TOKENWARDEN_SECRET } }
grants:
  - { store: aws, identities: ['github:ana'], scopes: ['s3:GetObject=arn:aws:s3:::reports/*'], max-ttl: 1h, with: { role-arn: '${role}' } }
`);
    try {
      const env = { TOKENWARDEN_ID: server.admin.id, TOKENWARDEN_SECRET: server.admin.secret };
      const { code, stderr } = await ran(['aws', '--scope', 's3:GetObject=arn:aws:s3:::reports/*', '--ttl', '15m', '--', ...KEEP], env);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/cannot be revoked and expires at 20/) as string });
      const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '', AWS_SESSION_TOKEN: session = '' } = await seen();
      expect(await server.call('sts', 'GetCallerIdentity', {}, { id, secret, session })).toContain('assumed-role/reports/tokenwarden-');
      expect(JSON.parse(new URLSearchParams(front.sent.find(({ body }) => body.includes('AssumeRole'))?.body).get('Policy') ?? '{}')).toMatchObject({ Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::reports/*' }] });
      expect((await records()).some(({ event }) => event === 'issue.revoked')).toBe(false);
      expect(await written('issue.expires')).toMatchObject({ detail: { expiresAt: expect.stringMatching(/^20/) as string } });
      expect(await ran(['aws', '--scope', 's3:PutObject=arn:aws:s3:::reports/*', '--ttl', '15m', '--', 'true'], env)).toMatchObject({ code: 2, stderr: expect.stringContaining('is not granted') as string });
      // It lives, so a sweep does not call it over.
      expect(await ran(['sweep'], env)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^expires .*expires at/) as string });
    } finally {
      await front.stop();
    }
  });
});

describe.skipIf(without('openBao', 'postgresql'))('tokenwarden issue of a dynamic secret (OpenBao makes roles in a real PostgreSQL)', { timeout: 60_000 }, () => {
  let bao: OpenBaoServer;
  let database: PostgresqlServer;
  let superuser: Client;
  let admin = '';
  beforeAll(async () => {
    if (!('program' in prepared.openBao) || !('programs' in prepared.postgresql)) return;
    [bao, database] = await Promise.all([startOpenBao(prepared.openBao.program), startPostgresql(prepared.postgresql.programs, selfSigned(new Date()))]);
    superuser = new Client({ connectionString: database.url() });
    await superuser.connect();
    admin = await bao.mint({ policies: ['root'], ttl: '2h' });
    const put = async (path: string, body: unknown): Promise<void> => {
      const response = await fetch(`${bao.url}/v1/${path}`, { method: 'POST', headers: { 'x-vault-token': admin }, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`OpenBao answered ${response.status} to ${path}: ${(await response.text()).slice(0, 300)}`);
    };
    await put('sys/mounts/database', { type: 'database' });
    await put('database/config/shop', { plugin_name: 'postgresql-database-plugin', allowed_roles: '*', connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${database.port}/postgres?sslmode=disable`, username: database.user, password: database.password });
    await put('database/roles/readonly', { db_name: 'shop', default_ttl: '30m', max_ttl: '1h', creation_statements: `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE pg_read_all_data` });
  });
  afterAll(async () => {
    await superuser.end();
    await Promise.all([bao.stop(), database.stop()]);
  });

  const roles = async (): Promise<readonly string[]> => (await superuser.query<{ rolname: string }>("SELECT rolname FROM pg_roles WHERE rolname LIKE 'v-%'")).rows.map(({ rolname }) => rolname);
  const config = (url = bao.url): Promise<void> =>
    configure(`stores:
  - { id: bao, type: vault, url: '${url}', allow-private: true, claims: [{ rule: vault-service-token }], auth: { method: bearer, token-env: TOKENWARDEN_BAO } }
grants:
  - { store: bao, identities: ['github:ana'], scopes: ['database/creds/readonly'], max-ttl: 10m }
`);

  it('hands over a role that signs in, masks its password, and has it dropped when the command ends', async () => {
    await config();
    const script = 'node -e \'const {Client}=require(process.argv[1]);const c=new Client({host:"127.0.0.1",port:+process.argv[2],user:process.env.TOKENWARDEN_USERNAME,password:process.env.TOKENWARDEN_PASSWORD,database:"postgres"});c.connect().then(()=>c.query("select current_user u, rolvaliduntil v from pg_roles where rolname=current_user")).then(r=>{console.log(JSON.stringify(r.rows[0]),process.env.TOKENWARDEN_PASSWORD);return c.end()})\' "$0" "$1"';
    const { code, stdout, stderr } = await ran(['bao', '--scope', 'database/creds/readonly', '--ttl', '10m', '--', 'sh', '-c', script, fileURLToPath(new URL('../../node_modules/pg/lib/index.js', import.meta.url)), String(database.port)], { TOKENWARDEN_BAO: admin });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is revoked, and the issuer confirmed') as string });
    expect(stdout).toMatch(/^\{"u":"v-[^"]*readonly[^"]*".*\} \*{8}\n$/);
    expect(await roles()).toEqual([]);
    const obtained = await written('issue.obtained');
    expect(Math.round((Date.parse(String(obtained?.detail['expiresAt'])) - Date.parse(obtained?.at ?? '')) / 60_000)).toBe(10);
  });

  it('leaves one whose answer was lost open, as a lease bears no name: it is not called absent', async () => {
    const front = await startFront(bao.url);
    await config(front.url);
    front.loses = (route) => route.includes('database/creds');
    expect((await ran(['bao', '--scope', 'database/creds/readonly', '--ttl', '10m', '--', 'true'], { TOKENWARDEN_BAO: admin })).code).toBe(2);
    expect(await ran(['sweep'], { TOKENWARDEN_BAO: admin })).toMatchObject({ code: 1, stdout: expect.stringMatching(/^lost /) as string });
    expect(await roles()).toHaveLength(1);
    await front.stop();
  });
});

describe('tokenwarden issue from a GitHub App', { timeout: 60_000 }, () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  const asked: { readonly route: string; readonly authorization: string; readonly body: string }[] = [];
  const living = new Set<string>();
  let widens = false;
  let github: Server;
  beforeAll(async () => {
    github = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const [route, authorization, body] = [`${incoming.method} ${incoming.url?.replace('/api/v3', '')}`, incoming.headers.authorization ?? '', Buffer.concat(chunks).toString()];
        asked.push({ route, authorization, body });
        const answer = (status: number, value?: unknown): void => void outgoing.writeHead(status, { 'content-type': 'application/json' }).end(value === undefined ? undefined : JSON.stringify(value));
        const given = authorization.replace('Bearer ', '');
        if (route === 'POST /app/installations/42/access_tokens') {
          const token = ['ghs', `${living.size}${'aB3'.repeat(12)}`].join('_');
          living.add(token);
          const wanted = JSON.parse(body) as { readonly repositories: readonly string[]; readonly permissions: object };
          answer(201, { token, expires_at: new Date(Date.now() + 3_600_000).toISOString(), permissions: { metadata: 'read', ...wanted.permissions, ...(widens ? { administration: 'write' } : {}) }, repository_selection: 'selected', repositories: wanted.repositories.map((name) => ({ name })) });
        } else if (route === 'DELETE /installation/token') {
          answer(living.delete(given) ? 204 : 401);
        } else answer(living.has(given) ? 200 : 401, living.has(given) ? { total_count: 1, repositories: [] } : { message: 'Bad credentials' });
      });
    });
    await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void github.close());
  beforeEach(async () => {
    asked.splice(0);
    await configure(`stores:
  - { id: github, type: github, url: 'http://127.0.0.1:${(github.address() as AddressInfo).port}', allow-private: true, claims: [{ rule: github-app-installation-token }], auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_APP, client-secret-env: TOKENWARDEN_KEY } }
grants:
  - { store: github, identities: ['github:ana'], scopes: ['repository:site', 'contents:read'], max-ttl: 1h, with: { installation: '42' } }
`);
  });
  const env = { TOKENWARDEN_APP: 'Iv23abc', TOKENWARDEN_KEY: privateKey };
  const args = ['github', '--scope', 'repository:site', '--scope', 'contents:read', '--ttl', '1h', '--'];

  it('signs in as the App, asks for one repository and one permission, and ends the token', async () => {
    const { code, stderr } = await ran([...args, ...KEEP], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is revoked, and the issuer confirmed') as string });
    const made = asked.find(({ route }) => route.startsWith('POST'));
    expect(JSON.parse(made?.body ?? '{}')).toEqual({ repositories: ['site'], permissions: { contents: 'read' } });
    const [head = '', claims = '', signature = ''] = (made?.authorization ?? '').replace('Bearer ', '').split('.');
    expect(verify('sha256', Buffer.from(`${head}.${claims}`), createPublicKey(publicKey), Buffer.from(signature, 'base64url'))).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ iss: 'Iv23abc' });
    expect([(await seen())['GITHUB_TOKEN']?.startsWith('ghs'), (await seen())['TOKENWARDEN_KEY'], living.size]).toEqual([true, undefined, 0]);
  });

  it('does not start the command with a token that may do more, and ends it', async () => {
    widens = true;
    const { code, stderr } = await ran([...args, ...KEEP], env);
    widens = false;
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('gave more than was asked for (administration:write)') as string });
    expect([living.size, await seen().catch(() => 'nothing')]).toEqual([0, 'nothing']);
  });
});
