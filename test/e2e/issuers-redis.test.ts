import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, ListedToken, Store } from '../../src/model/index.ts';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { selfSigned } from '../unit/http/self-signed.ts';
import { makeCredential, makeSecret, makeToken } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier, NOW } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareRedis, startRedis } from './servers/redis.ts';
import type { RedisServer } from './servers/redis.ts';

const prepared = await prepareRedis();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

describe.skipIf(missing !== undefined)(`a real Redis${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  const certificate = selfSigned(new Date());
  let server: RedisServer;
  let bench: Bench;
  let asAdmin: Bench;
  const passwordOf = (user: string, password: string): Credential => makeCredential('redis-url-password', password, { facts: { subject: user } });
  const user = async (name: string, ...rules: readonly string[]): Promise<Credential> => {
    const password = makeToken('', 20);
    expect(await server.command('ACL', 'SETUSER', name, 'on', `>${password}`, ...rules)).toBe('OK');
    return passwordOf(name, password);
  };
  const storeOf = (more: Partial<Store> = {}): Store => makeStore('redis', `redis://127.0.0.1:${server.port}`, more);

  beforeAll(async () => {
    if (!('program' in prepared)) return;
    server = await startRedis(prepared.program, certificate);
    bench = makeVerifier({ stores: [storeOf()] });
    asAdmin = makeVerifier({ stores: [storeOf({ clientAuth: { method: 'client_secret_basic', clientId: server.user, clientSecret: makeSecret(server.password) } })] });
  });
  afterAll(async () => {
    await bench.http.close();
    await asAdmin.http.close();
    await server.stop();
  });

  it('goes from live with facts, through judgement and revocation of this password only, to dead', async () => {
    const credential = await user('app', '~cache:*', '&news', '-@all', '+get', '+set', '+acl|whoami', '+acl|getuser');
    const other = makeToken('', 20);
    await server.command('ACL', 'SETUSER', 'app', `>${other}`);
    const before = await bench.verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { sub: 'app', tokenId: 'app', scopes: expect.arrayContaining(['+get', '+set', '~cache:*', '&news']) as readonly string[] } });
    expect(JSON.stringify(before)).not.toContain(createHash('sha256').update(other).digest('hex'));
    const verdicts = judgeAll({ credential, introspection: before }, readPolicy({}, CHECKS), NOW);
    expect(verdicts.find(({ check }) => check === 'no-expiry')?.verdict.status).toBe('undetermined');
    expect(await asAdmin.verifier.revoke(credential)).toMatchObject({ status: 'accepted', detail: expect.stringContaining('saved') as string });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(await bench.verifier.ask(passwordOf('app', other))).toMatchObject({ status: 'active' });
  });

  it('says less where the user may not look at its own rights', async () => {
    expect(await bench.verifier.ask(await user('narrow', '+get'))).toMatchObject({ status: 'active', facts: { sub: 'narrow' } });
  });

  it('does not believe a user that is let in with any password', async () => {
    await server.command('ACL', 'SETUSER', 'anybody', 'on', 'nopass', '+@all');
    expect(await bench.verifier.ask(passwordOf('anybody', makeToken('', 20)))).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    // The default user here is nopass and may not look at itself.
    expect(await bench.verifier.ask(makeCredential('redis-url-password', makeToken('', 20)))).toMatchObject({ status: 'unknown', why: 'ambiguous' });
  });

  it('switches a user off and takes wrong passwords and unknown users for dead', async () => {
    const credential = await user('worker', '+@all');
    expect(await asAdmin.verifier.deactivate(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    await server.command('ACL', 'SETUSER', 'worker', 'on');
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'active' });
    expect(await bench.verifier.ask(passwordOf('worker', makeToken('', 20)))).toMatchObject({ status: 'inactive' });
    expect(await asAdmin.verifier.revoke(passwordOf('nobody-here', makeToken('', 20)))).toMatchObject({ status: 'refused' });
    expect(await server.command('ACL', 'GETUSER', 'nobody-here')).toBeNull();
    expect(asAdmin.verifier.deactivation(passwordOf(server.user, makeToken('', 20)))).toMatchObject({ possible: false });
  });

  it('narrows a user in one command, and what took away before still does', async () => {
    const credential = await user('wide', '~*', '&*', '+@all', '-@dangerous', '+acl|whoami', '+acl|getuser', '+flushall');
    const before = await bench.verifier.ask(credential);
    const scopes = before.status === 'active' ? (before.facts.scopes ?? []) : [];
    expect(scopes).toEqual(expect.arrayContaining(['+@all', '~*', '&*']));
    expect(scopes.filter((scope) => scope.startsWith('-')).length).toBeGreaterThan(0);
    const drop = ['+flushall', '&*', '~*'];
    const keep = scopes.filter((scope) => !drop.includes(scope));
    const token = { credential, tokenId: 'wide' };
    expect(await asAdmin.verifier.limiting.carryOut(token, { kind: 'narrow', keep, drop })).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { scopes: keep } });
    expect(asAdmin.verifier.limiting.describe(token, { kind: 'narrow', keep: ['+@all'], drop: ['-@dangerous'] })).toMatchObject({ possible: false, why: expect.stringContaining('let it do more') as string });
    expect(asAdmin.verifier.limiting.describe({ credential, tokenId: server.user }, { kind: 'narrow', keep, drop })).toMatchObject({ possible: false });
  });

  it('adds a new password beside the old one', async () => {
    const credential = await user('turned', '+@all');
    const replacement = await asAdmin.verifier.rotate(credential, {}, makeSecret);
    expect(replacement).toMatchObject({ status: 'issued', oldLives: true });
    if (replacement.status !== 'issued') return;
    expect(await bench.verifier.ask(passwordOf('turned', replacement.secret.reveal()))).toMatchObject({ status: 'active' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'active' });
    expect(await asAdmin.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
  });

  it('lists users and revokes one by its name', async () => {
    const credential = await user('listed', '~a', '+get');
    const items = asAdmin.verifier.administrator.list('test-redis');
    const tokens: ListedToken[] = [];
    let next = await items.next();
    for (; next.done !== true; next = await items.next()) tokens.push(next.value);
    expect(next.value).toEqual({ complete: true });
    expect(tokens.find(({ tokenId }) => tokenId === 'listed')).toMatchObject({ rule: 'redis-url-password', status: 'active', facts: { scopes: expect.arrayContaining(['+get', '~a']) as readonly string[] } });
    expect(tokens.find(({ tokenId }) => tokenId === 'default')).toMatchObject({ facts: { notes: { password: expect.stringContaining('any password') as string } } });
    expect(await asAdmin.verifier.administrator.revokeById('test-redis', 'listed')).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
  });

  it('asks over TLS whose name is proven, unless the store says otherwise', async () => {
    const credential = await user('secure', '+@all');
    const url = `rediss://127.0.0.1:${server.tlsPort}`;
    const unproven = makeVerifier({ stores: [makeStore('redis', url)] });
    const proven = makeVerifier({ stores: [makeStore('redis', url)], httpOptions: { ca: certificate.cert } });
    const lax = makeVerifier({ stores: [makeStore('redis', `${url}?tls=unproven`)] });
    expect(await unproven.verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'tls' });
    expect(await proven.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { sub: 'secure' } });
    expect(await lax.verifier.ask(credential)).toMatchObject({ status: 'active' });
    for (const { http } of [unproven, proven, lax]) await http.close();
  });
});
