import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, ListedToken, Store } from '../../src/model/index.ts';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { selfSigned } from '../unit/http/self-signed.ts';
import { makeCredential, makeSecret, makeToken } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier, NOW } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareMariadb, startMariadb } from './servers/mariadb.ts';
import type { MariadbServer } from './servers/mariadb.ts';

const prepared = await prepareMariadb();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

describe.skipIf(missing !== undefined)(`a real MariaDB${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  const certificate = selfSigned(new Date());
  let server: MariadbServer;
  let bench: Bench;
  let asAdmin: Bench;
  const passwordOf = (user: string, password: string, database?: string): Credential => makeCredential('mysql-url-password', password, { facts: { subject: user, ...(database === undefined ? {} : { notes: { database } }) } });
  const account = async (name: string, host = '%', options = ''): Promise<Credential> => {
    const password = makeToken('', 20);
    await server.sql(`CREATE USER '${name.replace(/['\\]/g, '\\$&')}'@'${host}' IDENTIFIED BY '${password}' ${options}`);
    return passwordOf(name, password);
  };
  const storeOf = (query: string, more: Partial<Store> = {}): Store => makeStore('mysql', `mysql://127.0.0.1:${server.port}/${query}`, more);

  beforeAll(async () => {
    if (!('server' in prepared)) return;
    server = await startMariadb(prepared, certificate);
    const clientAuth = { method: 'client_secret_basic', clientId: server.user, clientSecret: makeSecret(server.password) } as const;
    bench = makeVerifier({ stores: [storeOf('?ssl-mode=disabled')] });
    asAdmin = makeVerifier({ stores: [storeOf('?ssl-mode=disabled', { clientAuth })] });
  });
  afterAll(async () => {
    await bench.http.close();
    await asAdmin.http.close();
    await server.stop();
  });

  it('goes from live with facts, through judgement and revocation, to dead', async () => {
    const credential = await account('app', '%', 'PASSWORD EXPIRE INTERVAL 90 DAY');
    await server.sql("CREATE DATABASE shop; CREATE ROLE readers; GRANT readers TO app; GRANT SELECT, INSERT ON shop.* TO app WITH GRANT OPTION");
    const before = await bench.verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { sub: 'app@%', tokenId: 'app@%', scopes: ['role readers', 'SELECT, INSERT on shop.* with grant option'], notes: { lifetime: expect.stringContaining('90 days') as string } } });
    expect(JSON.stringify(before)).not.toMatch(/IDENTIFIED|\*[0-9A-F]{40}/);
    const informed = await asAdmin.verifier.ask(credential);
    expect(informed).toMatchObject({ status: 'active', facts: { iat: expect.any(Date) as Date, exp: expect.any(Date) as Date } });
    if (informed.status !== 'active' || !(informed.facts.exp instanceof Date) || informed.facts.iat === undefined) return;
    expect(informed.facts.exp.getTime() - informed.facts.iat.getTime()).toBe(90 * 86_400_000);
    const verdicts = judgeAll({ credential, introspection: informed }, readPolicy({}, CHECKS), NOW);
    expect(verdicts.find(({ check }) => check === 'max-lifetime')).toMatchObject({ verdict: { status: 'violation' } });
    expect(await asAdmin.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: expect.stringMatching(/^(?:inactive|unknown)$/) as string });
    expect(await asAdmin.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
  });

  it('says "never" where the password does not expire', async () => {
    expect(await bench.verifier.ask(await account('forever'))).toMatchObject({ status: 'active', facts: { exp: 'never', scopes: [] } });
    expect(await bench.verifier.ask(await account('ever', '%', 'PASSWORD EXPIRE NEVER'))).toMatchObject({ status: 'active', facts: { exp: 'never' } });
  });

  it('leaves 1045 open unless an administrator can tell', async () => {
    await account('elsewhere', '10.9.8.7');
    await account('here');
    const [far, near, none] = ['elsewhere', 'here', 'not_there'].map((name) => passwordOf(name, makeToken('', 20))) as [Credential, Credential, Credential];
    for (const one of [far, near, none]) expect(await bench.verifier.ask(one)).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    expect(await asAdmin.verifier.ask(far)).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    expect(await asAdmin.verifier.ask(near)).toMatchObject({ status: 'inactive' });
    expect(await asAdmin.verifier.ask(none)).toMatchObject({ status: 'inactive' });
  });

  it('takes what comes after the right password for a live one: expired, missing or closed database', async () => {
    expect(await bench.verifier.ask(await account('stale', '%', 'PASSWORD EXPIRE'))).toMatchObject({ status: 'active', facts: { notes: { barred: expect.stringContaining('18') as string } } });
    const credential = await account('mover');
    expect(await bench.verifier.ask({ ...credential, facts: { subject: 'mover', notes: { database: 'mysql' } } })).toMatchObject({ status: 'active', facts: { sub: 'mover@%', notes: { database: expect.stringContaining('1044') as string } } });
    await server.sql('GRANT ALL ON *.* TO mover');
    expect(await bench.verifier.ask({ ...credential, facts: { subject: 'mover', notes: { database: 'not_there' } } })).toMatchObject({ status: 'active', facts: { sub: 'mover@%', notes: { database: expect.stringContaining('1049') as string } } });
  });

  it('locks an account and lets it back', async () => {
    const credential = await account('worker');
    expect(await asAdmin.verifier.deactivate(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive', reason: expect.stringContaining('4151') as string });
    await server.sql('ALTER USER worker ACCOUNT UNLOCK');
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'active' });
  });

  it('gives an account a new password, by the administrator or by the account itself', async () => {
    for (const [by, name] of [[asAdmin, 'turned'], [bench, 'turns_itself']] as const) {
      const credential = await account(name);
      const replacement = await by.verifier.rotate(credential, by === asAdmin ? { expiresAt: new Date(NOW.getTime() + 30 * 86_400_000) } : {}, makeSecret);
      expect(replacement).toMatchObject({ status: 'issued', oldLives: false, facts: { tokenId: `${name}@%` } });
      if (replacement.status !== 'issued') return;
      expect(await asAdmin.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
      expect(await bench.verifier.ask(passwordOf(name, replacement.secret.reveal()))).toMatchObject({ status: 'active' });
    }
  });

  it('of several accounts of a name, changes the one that the password opens', async () => {
    const local = await account('twin', '127.0.0.1');
    await account('twin', '10.1.1.1');
    expect(await asAdmin.verifier.deactivate(passwordOf('twin', makeToken('', 20)))).toMatchObject({ status: 'refused' });
    expect(await asAdmin.verifier.deactivate(local)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(local)).toMatchObject({ status: 'inactive' });
  });

  it('lists accounts, not roles, and revokes one by its name and host', async () => {
    const credential = await account("o'dd\\name", '%');
    const items = asAdmin.verifier.administrator.list('test-mysql');
    const tokens: ListedToken[] = [];
    let next = await items.next();
    for (; next.done !== true; next = await items.next()) tokens.push(next.value);
    expect(next.value).toEqual({ complete: true });
    expect(tokens.find(({ tokenId }) => tokenId === "o'dd\\name@%")).toMatchObject({ rule: 'mysql-url-password', status: 'active' });
    expect(tokens.find(({ tokenId }) => tokenId === 'twin@127.0.0.1')).toMatchObject({ status: 'inactive' });
    expect(tokens.some(({ tokenId }) => tokenId.startsWith('readers@'))).toBe(false);
    expect(await asAdmin.verifier.administrator.revokeById('test-mysql', "o'dd\\name@%")).toMatchObject({ status: 'accepted' });
    expect(await asAdmin.verifier.ask({ ...credential, facts: { subject: "o'dd\\name" } })).toMatchObject({ status: 'inactive' });
    expect(await asAdmin.verifier.administrator.revokeById('test-mysql', `${server.user}@127.0.0.1`)).toMatchObject({ status: 'refused' });
  });

  it('ends a password sooner and takes whole grants away, also those that were half gone', async () => {
    const credential = await account('stocker', '%', 'PASSWORD EXPIRE NEVER');
    await server.sql("CREATE DATABASE IF NOT EXISTS stock; CREATE ROLE stock_writers; GRANT SELECT ON stock.* TO 'stocker'@'%'; GRANT CREATE USER ON *.* TO 'stocker'@'%' WITH GRANT OPTION; GRANT stock_writers TO 'stocker'@'%'");
    const token = { credential, tokenId: 'stocker@%' };
    const before = await asAdmin.verifier.ask(credential);
    if (before.status !== 'active') throw new Error('it lives');
    const { iat = new Date(0), scopes = [] } = before.facts;
    const until = new Date(iat.getTime() + 14.5 * 86_400_000);
    const { limiting } = asAdmin.verifier;
    expect(await limiting.carryOut(token, { kind: 'shorten', until })).toMatchObject({ status: 'accepted' });
    expect(await asAdmin.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { exp: new Date(iat.getTime() + 14 * 86_400_000) } });
    const keep = scopes.filter((scope) => scope.startsWith('SELECT'));
    const drop = scopes.filter((scope) => !keep.includes(scope));
    expect(drop.length).toBe(2);
    await server.sql("REVOKE stock_writers FROM 'stocker'@'%'");
    expect(await limiting.carryOut(token, { kind: 'narrow', keep, drop })).toMatchObject({ status: 'accepted' });
    expect(await asAdmin.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { scopes: keep } });
    expect(limiting.describe({ credential, tokenId: `${server.user}@%` }, { kind: 'shorten', until })).toMatchObject({ possible: false });
  });

  it('asks over TLS whose name is proven, unless the store says otherwise', async () => {
    const credential = await account('secure');
    const byName = { resolve: () => Promise.resolve(['127.0.0.1']) };
    const named = (query: string): Store => makeStore('mysql', `mysql://issuer.test:${server.port}/${query}`);
    const unproven = makeVerifier({ stores: [named('')], httpOptions: byName });
    const proven = makeVerifier({ stores: [named('')], httpOptions: { ...byName, ca: certificate.cert } });
    const required = makeVerifier({ stores: [named('?ssl-mode=required')], httpOptions: byName });
    const impostor = makeVerifier({ stores: [makeStore('mysql', `mysql://other.test:${server.port}/`)], httpOptions: { ...byName, ca: certificate.cert } });
    expect(await unproven.verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'tls' });
    expect(await proven.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { sub: 'secure@%' } });
    expect(await required.verifier.ask(credential)).toMatchObject({ status: 'active' });
    expect(await impostor.verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'tls' });
    for (const { http } of [unproven, proven, required, impostor]) await http.close();
  });
});
