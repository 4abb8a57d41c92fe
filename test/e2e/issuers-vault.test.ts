import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListedToken } from '../../src/model/index.ts';
import { makeCredential, makeSecret, makeToken } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier, NOW } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareOpenBao, startOpenBao } from './servers/openbao.ts';
import type { OpenBaoServer } from './servers/openbao.ts';

const prepared = await prepareOpenBao();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

describe.skipIf(missing !== undefined)(`a real Vault store (OpenBao)${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: OpenBaoServer;
  let bench: Bench;
  let asAdministrator: Bench;
  beforeAll(async () => {
    if (!('program' in prepared)) return;
    server = await startOpenBao(prepared.program);
    bench = makeVerifier({ stores: [makeStore('vault', server.url)] });
    const admin = await server.mint({ policies: ['root'] });
    asAdministrator = makeVerifier({ stores: [makeStore('vault', server.url, { clientAuth: { method: 'bearer', token: makeSecret(admin) } })] });
  });
  afterAll(async () => {
    await bench.http.close();
    await asAdministrator.http.close();
    await server.stop();
  });

  it('goes from live with facts, through revocation, to dead', async () => {
    const credential = makeCredential('vault-service-token', await server.mint({ ttl: '2h', displayName: 'deploy' }));
    const before = await bench.verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { sub: 'token-deploy', scopes: ['default'] } });
    if (before.status !== 'active') return;
    const { iat, exp } = before.facts;
    expect(exp instanceof Date && iat !== undefined ? Math.round((exp.getTime() - iat.getTime()) / 1000) : undefined).toBe(7_200);
    expect(await bench.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(await server.isActive(credential.secret.reveal())).toBe(false);
  });

  it('says unknown, not inactive, for a live token that policy keeps from asking', async () => {
    const credential = makeCredential('vault-service-token', await server.mint({ policies: ['nothing'], noDefaultPolicy: true }));
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    expect(await asAdministrator.verifier.ask(credential)).toMatchObject({ status: 'active' });
  });

  it('says unknown, not inactive, for a live token that is bound to other networks: its refusal reads like that of a dead one', async () => {
    const credential = makeCredential('vault-service-token', await server.mint({ boundCidrs: ['192.0.2.0/24'] }));
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    expect(await asAdministrator.verifier.ask(credential)).toMatchObject({ status: 'active' });
    const dead = makeCredential('vault-service-token', makeToken('s.', 24));
    expect(await bench.verifier.ask(dead)).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    expect(await asAdministrator.verifier.ask(dead)).toMatchObject({ status: 'inactive' });
  });

  it('tells how many uses are left, and never calls a token alive whose last use it took', async () => {
    const credential = makeCredential('vault-service-token', await server.mint({ numUses: 2 }));
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { notes: { usesLeft: '1' } } });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
  });

  it('burns no use when it asks as an administrator, and revokes so too', async () => {
    const token = await server.mint({ numUses: 2 });
    const credential = makeCredential('vault-service-token', token);
    expect(await asAdministrator.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { notes: { usesLeft: '2' } } });
    expect(await server.usesLeft(server.accessorOf(token) ?? '')).toBe(2);
    expect(await asAdministrator.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await asAdministrator.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
  });

  it('says own-credentials when the administrator token is dead', async () => {
    const dead = makeVerifier({ stores: [makeStore('vault', server.url, { clientAuth: { method: 'bearer', token: makeSecret(makeToken('s.', 24)) } })] });
    const credential = makeCredential('vault-service-token', await server.mint());
    expect(await dead.verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'own-credentials' });
    await dead.http.close();
  });

  it('asks about batch tokens but offers no revocation of them', async () => {
    const credential = makeCredential('vault-batch-token', await server.mint({ type: 'batch' }));
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'active' });
    expect(bench.verifier.revocation(credential)).toMatchObject({ possible: false });
    expect(await bench.verifier.revoke(credential)).toMatchObject({ status: 'refused' });
  });

  it('makes a replacement of the same policies that outlives the old one, and a narrower one', async () => {
    const credential = makeCredential('vault-service-token', await server.mint({ ttl: '2h', policies: ['default', 'deploy'] }));
    const replacement = await asAdministrator.verifier.rotate(credential, { scopes: ['deploy'], expiresAt: new Date(NOW.getTime() + 3_600_000) }, makeSecret);
    expect(replacement).toMatchObject({ status: 'issued', oldLives: true, facts: { scopes: ['deploy'] } });
    if (replacement.status !== 'issued') return;
    expect(await asAdministrator.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await asAdministrator.verifier.ask(makeCredential('vault-service-token', replacement.secret.reveal()))).toMatchObject({ status: 'active', facts: { scopes: ['deploy'] } });
  });

  it('brings the end of a token forward, and refuses where there is none, or a batch token', async () => {
    const credential = makeCredential('vault-service-token', await server.mint({ ttl: '2h', policies: ['default', 'deploy'] }));
    const before = await asAdministrator.verifier.ask(credential);
    if (before.status !== 'active') throw new Error('it lives');
    const { tokenId = '' } = before.facts;
    // The bench's clock stands still, and the server counts from its own.
    const began = Date.now();
    expect(await asAdministrator.verifier.limiting.carryOut({ credential, tokenId }, { kind: 'shorten', until: new Date(NOW.getTime() + 600_000) })).toMatchObject({ status: 'accepted' });
    const after = await asAdministrator.verifier.ask(credential);
    const exp = after.status === 'active' && after.facts.exp instanceof Date ? after.facts.exp.getTime() : Number.NaN;
    expect(Math.abs(exp - began - 600_000)).toBeLessThan(30_000);
    const late = { kind: 'shorten', until: new Date(NOW.getTime() + 600_000) } as const;
    expect(await asAdministrator.verifier.limiting.carryOut({ credential, tokenId: 'no-such-accessor' }, late)).toMatchObject({ status: 'refused' });
    const batch = makeCredential('vault-batch-token', await server.mint({ type: 'batch' }));
    expect(asAdministrator.verifier.limiting.describe({ credential: batch, tokenId: 'x' }, late)).toMatchObject({ possible: false });
  });

  it('refuses to make a child of a token that may not make any', async () => {
    const credential = makeCredential('vault-service-token', await server.mint({ policies: ['default'] }));
    expect(await bench.verifier.rotate(credential, {}, makeSecret)).toMatchObject({ status: 'refused' });
  });

  it('lists every token by its accessor without burning a use, and revokes one by it', async () => {
    const token = await server.mint({ numUses: 2, displayName: 'listed' });
    const accessor = server.accessorOf(token) ?? '';
    const list = async (): Promise<readonly ListedToken[]> => {
      const items = asAdministrator.verifier.administrator.list('test-vault');
      const tokens: ListedToken[] = [];
      for (;;) {
        const next = await items.next();
        if (next.done === true) {
          expect(next.value).toEqual({ complete: true });
          return tokens;
        }
        tokens.push(next.value);
      }
    };
    expect((await list()).find(({ tokenId }) => tokenId === accessor)).toMatchObject({ rule: 'vault-service-token', status: 'active', facts: { name: 'token-listed', scopes: ['default'] } });
    expect(await server.usesLeft(accessor)).toBe(2);
    expect(await asAdministrator.verifier.administrator.revokeById('test-vault', accessor)).toMatchObject({ status: 'accepted' });
    expect((await list()).some(({ tokenId }) => tokenId === accessor)).toBe(false);
    expect(await server.isActive(token)).toBe(false);
  });

  it('says server-error while the store is sealed', async () => {
    const credential = makeCredential('vault-service-token', await server.mint());
    await server.seal();
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'server-error', detail: 'the store is sealed' });
  });
});
