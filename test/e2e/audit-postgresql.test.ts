import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../unit/http/self-signed.ts';
import { makeToken } from '../unit/issuers/make-credential.ts';
import { removeFolders, temporaryFolder } from '../unit/sources/build-repository.ts';
import { freePort } from './servers/free-port.ts';
import { preparePostgresql, startPostgresql } from './servers/postgresql.ts';
import type { PostgresqlServer } from './servers/postgresql.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const prepared = await preparePostgresql();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

interface Finding {
  readonly ruleId: string;
  readonly severity: string;
  readonly locations: readonly { readonly origin: { readonly kind: string; readonly path?: string } }[];
  readonly introspection: { readonly status: string; readonly store?: string; readonly facts?: Readonly<Record<string, unknown>>; readonly why?: string };
  readonly verdicts: readonly { readonly check: string; readonly verdict: { readonly status: string } }[];
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe.skipIf(missing !== undefined)(`the built command beside a real PostgreSQL${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: PostgresqlServer;
  let superuser: Client;
  let folder = '';
  let state = '';
  const secrets: string[] = [];

  beforeAll(async () => {
    if (!('programs' in prepared)) return;
    server = await startPostgresql(prepared.programs, selfSigned(new Date()));
    superuser = new Client({ connectionString: server.url() });
    await superuser.connect();
    secrets.push(server.password);
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await server.stop();
    removeFolders();
  });
  beforeEach(() => {
    folder = temporaryFolder();
    state = join(temporaryFolder(), 'state');
  });

  const role = async (name: string, options = ''): Promise<string> => {
    const password = makeToken('', 20);
    secrets.push(password);
    await superuser.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}' ${options}`);
    return password;
  };
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const configure = (port: number): void =>
    write('tokenwarden.yml', [
      'stores:',
      '  - id: shop-db',
      '    type: postgresql',
      `    url: 'postgresql://127.0.0.1:${port}/?sslmode=disable'`,
      '    allow-private: true',
      `    claims: [{ rule: postgresql-url-password, host: '127.0.0.1:${port}' }]`,
      '    auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_DB_ADMIN, client-secret-env: TOKENWARDEN_DB_ADMIN_PASSWORD }',
      '',
    ].join('\n'));
  const urlOf = (user: string, password: string, port: number): string => `DATABASE_URL=postgresql://${user}:${password}@127.0.0.1:${port}/postgres\n`;

  /** No password shows anywhere: not on a stream, not in what the command keeps. */
  async function tokenwarden(...args: readonly string[]): Promise<Ran> {
    const child = spawn(process.execPath, [join(DIST, 'tokenwarden.js'), ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', HOME: state, TOKENWARDEN_STATE: state, TOKENWARDEN_DB_ADMIN: server.user, TOKENWARDEN_DB_ADMIN_PASSWORD: server.password } });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.stdin.end();
    const [stdout, stderr, status] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended]);
    const kept = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString('latin1'));
    for (const secret of secrets) for (const form of [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '')]) expect([stdout, stderr, ...kept].some((text) => text.includes(form)), 'a password shows').toBe(false);
    return { status, stdout, stderr };
  }

  const findingsOf = ({ stdout }: Ran): readonly Finding[] => (JSON.parse(stdout) as { findings: readonly Finding[] }).findings;
  const violated = ({ verdicts }: Finding): readonly string[] => verdicts.filter(({ verdict }) => verdict.status === 'violation').map(({ check }) => check);

  it('judges a live password by what the server says of its role, and a dead one as dead', async () => {
    const live = await role('shop_app', 'CREATEDB');
    const dead = await role('shop_old');
    await superuser.query("ALTER ROLE shop_old PASSWORD NULL");
    configure(server.port);
    write('live.env', urlOf('shop_app', live, server.port));
    write('dead.env', urlOf('shop_old', dead, server.port));
    const ran = await tokenwarden('audit', '.', '--report', 'json=-');
    expect(ran.status, ran.stderr).toBe(1);
    const findings = findingsOf(ran);
    const at = (path: string): Finding | undefined => findings.find(({ locations }) => locations.some(({ origin }) => origin.path === path));
    expect(at('live.env')?.introspection).toMatchObject({ status: 'active', store: 'shop-db', facts: { sub: 'shop_app', exp: 'never' } });
    expect(violated(at('live.env') as Finding)).toEqual(expect.arrayContaining(['no-expiry', 'leaked']));
    expect(at('dead.env')?.introspection).toMatchObject({ status: 'inactive', store: 'shop-db' });
    expect((await superuser.query("SELECT rolcanlogin FROM pg_roles WHERE rolname IN ('shop_app', 'shop_old')")).rows).toEqual([{ rolcanlogin: true }, { rolcanlogin: true }]);
  }, 60_000);

  it('audits the store itself: roles that nobody leaked are judged, too', async () => {
    await role('shop_report');
    await role('shop_short', `VALID UNTIL '${new Date(Date.now() + 3_600_000).toISOString()}'`);
    configure(server.port);
    const ran = await tokenwarden('audit', 'issuer:shop-db', '--report', 'json=-');
    expect(ran.status, ran.stderr).toBe(1);
    const names = findingsOf(ran).filter((finding) => violated(finding).includes('no-expiry')).map(({ introspection }) => introspection.facts?.['sub']);
    expect(names).toContain('shop_report');
    expect(names).not.toContain('shop_short');
  }, 60_000);

  it('says with --egress whom it would ask, and asks nobody', async () => {
    let connections = 0;
    const listener: Server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    const port = await freePort();
    await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
    try {
      const password = makeToken('', 20);
      secrets.push(password);
      configure(port);
      write('app.env', urlOf('shop_app', password, port));
      const ran = await tokenwarden('audit', '.', 'issuer:shop-db', '--egress');
      expect(ran.status, ran.stderr).toBe(0);
      expect(ran.stdout).toContain(`127.0.0.1:${port}`);
      expect(ran.stdout).toContain('shop-db');
      expect(connections).toBe(0);
      // The same without --egress does reach it, and an answer that is none is no verdict of death.
      const asked = await tokenwarden('audit', '.', '--report', 'json=-');
      expect(connections).toBeGreaterThan(0);
      expect(findingsOf(asked)[0]?.introspection).toMatchObject({ status: 'unknown' });
    } finally {
      await new Promise((resolve) => listener.close(resolve));
    }
  }, 60_000);
});
