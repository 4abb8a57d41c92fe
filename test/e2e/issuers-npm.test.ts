import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCredential, makeSecret } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { startVerdaccio } from './servers/verdaccio.ts';
import type { VerdaccioServer } from './servers/verdaccio.ts';

describe('a real npm registry (verdaccio)', () => {
  let server: VerdaccioServer;
  let bench: Bench;
  beforeAll(async () => {
    server = await startVerdaccio();
    bench = makeVerifier({ stores: [makeStore('npm', server.url)] });
  });
  afterAll(async () => {
    await bench.http.close();
    await server.stop();
  });

  it('goes from live with facts, through revocation, to dead', async () => {
    const { token, key } = await server.mint({ cidr: ['127.0.0.0/8'] });
    const other = await server.mint();
    const credential = makeCredential('npm-access-token', token);
    const before = await bench.verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { sub: server.user, tokenId: key, scopes: ['read', 'write'], notes: { cidr: '127.0.0.0/8' } } });
    if (before.status !== 'active') return;
    const { iat, exp } = before.facts;
    expect(exp instanceof Date && iat !== undefined ? Math.round((exp.getTime() - iat.getTime()) / 86_400_000) : undefined).toBe(29);
    expect(await bench.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(await server.isActive(token)).toBe(false);
    expect(await server.isActive(other.token)).toBe(true);
  });

  it('does not take whoami 200 {} for life, nor for death', async () => {
    expect(await bench.verifier.ask(makeCredential('npm-access-token', 'garbage-garbage-garbage'))).toMatchObject({ status: 'unknown', why: 'ambiguous' });
  });

  it('refuses to revoke a login session, which no token list names', async () => {
    const session = makeCredential('npm-access-token', server.session);
    expect(await bench.verifier.ask(session)).toMatchObject({ status: 'active' });
    expect(await bench.verifier.revoke(session)).toMatchObject({ status: 'refused' });
    expect(await server.isActive(server.session)).toBe(true);
  });

  it('cannot revoke a read-only token with itself, but can with a session of the account', async () => {
    const { token } = await server.mint({ readonly: true });
    const credential = makeCredential('npm-access-token', token);
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { scopes: ['read'] } });
    expect(await bench.verifier.revoke(credential)).toMatchObject({ status: 'refused' });
    const withSession = makeVerifier({ stores: [makeStore('npm', server.url, { clientAuth: { method: 'bearer', token: makeSecret(server.session) } })] });
    expect(await withSession.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await withSession.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    await withSession.http.close();
  });

  it('lists every token of the account, and revokes one whose value nobody has', async () => {
    const { token, key } = await server.mint({ readonly: true });
    const withSession = makeVerifier({ stores: [makeStore('npm', server.url, { clientAuth: { method: 'bearer', token: makeSecret(server.session) } })] });
    const { administrator } = withSession.verifier;
    const list = async (): Promise<readonly string[]> => {
      const ids: string[] = [];
      const items = administrator.list('test-npm');
      for (let next = await items.next(); next.done !== true; next = await items.next()) {
        ids.push(next.value.tokenId);
        if (next.value.tokenId === key) expect(next.value).toMatchObject({ rule: 'npm-access-token', status: 'active', facts: { sub: server.user, scopes: ['read'] } });
      }
      return ids;
    };
    expect(await list()).toContain(key);
    expect(await administrator.revokeById('test-npm', key)).toMatchObject({ status: 'accepted' });
    expect(await list()).not.toContain(key);
    expect(await server.isActive(token)).toBe(false);
    await withSession.http.close();
  });

  it('answers a second revocation without harm', async () => {
    const { token } = await server.mint();
    const credential = makeCredential('npm-access-token', token);
    expect(await bench.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.revoke(credential)).toMatchObject({ status: 'refused' });
  });
});
