import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListedToken } from '../../src/model/index.ts';
import { sshPublicKey } from '../../src/issuers/reading/ssh-public-key.ts';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { makeCredential, makeSecret, makeToken } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareGitea, startGitea } from './servers/gitea.ts';
import type { GiteaServer } from './servers/gitea.ts';

const prepared = await prepareGitea();
const missing = 'missing' in prepared ? prepared.missing : undefined;

describe.skipIf(missing !== undefined)(`a real Gitea${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: GiteaServer;
  let bench: Bench;
  let asUser: Bench;
  beforeAll(async () => {
    if (!('home' in prepared)) return;
    server = await startGitea(prepared);
    bench = makeVerifier({ stores: [makeStore('gitea', server.url)] });
    asUser = makeVerifier({ stores: [makeStore('gitea', server.url, { clientAuth: { method: 'client_secret_basic', clientId: server.user, clientSecret: makeSecret(server.password) } })] });
  });
  afterAll(async () => {
    await bench.http.close();
    await asUser.http.close();
    await server.stop();
  });
  const found = (token: string): ReturnType<typeof makeCredential> => makeCredential('gitea-access-token', token);
  const list = async (of: Bench, store: string): Promise<readonly ListedToken[]> => {
    const items = of.verifier.administrator.list(store);
    const tokens: ListedToken[] = [];
    for (let next = await items.next(); ; next = await items.next()) {
      if (next.done === true) {
        expect(next.value).toEqual({ complete: true });
        return tokens;
      }
      tokens.push(next.value);
    }
  };

  it('goes from live with facts, through judgement and revocation, to dead', async () => {
    const { id, token } = await server.mint('ci', ['write:repository', 'read:user']);
    const before = await asUser.verifier.ask(found(token));
    expect(before).toMatchObject({ status: 'active', facts: { sub: server.user, name: 'ci', exp: 'never', tokenId: id } });
    const scopes = before.status === 'active' ? before.facts.scopes : undefined;
    expect([...(scopes ?? [])].sort()).toEqual(['read:user', 'write:repository']);
    const verdicts = judgeAll({ credential: found(token), introspection: before }, readPolicy({}, CHECKS), new Date());
    expect(verdicts.find(({ check }) => check === 'no-expiry')).toMatchObject({ verdict: { status: 'violation' } });
    expect(await asUser.verifier.revoke(found(token))).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(found(token))).toMatchObject({ status: 'inactive' });
    expect(await server.isActive(token)).toBe(false);
  });

  it('reads the scopes of a token that may not read its own user from the refusal', async () => {
    const { token } = await server.mint('issues only', ['read:issue']);
    expect(await bench.verifier.ask(found(token))).toMatchObject({ status: 'active', facts: { scopes: ['read:issue'] } });
  });

  it('lists the tokens of its user, revokes one whose secret nobody has, and calls garbage dead', async () => {
    const { id, token } = await server.mint('by id', ['read:user']);
    expect((await list(asUser, 'test-gitea')).find(({ tokenId }) => tokenId === id)).toMatchObject({ status: 'active', facts: { name: 'by id', lastUsedAt: 'never' } });
    expect(await asUser.verifier.administrator.revokeById('test-gitea', id)).toMatchObject({ status: 'accepted' });
    expect(await server.isActive(token)).toBe(false);
    expect(await asUser.verifier.administrator.revokeById('test-gitea', id)).toMatchObject({ status: 'refused' });
    expect(await bench.verifier.ask(found(makeToken('', 40).toLowerCase().replace(/[^0-9a-f]/g, 'a')))).toMatchObject({ status: 'inactive' });
  });

  it('makes a replacement of the same scopes, which lives when the old one is gone', async () => {
    const { token } = await server.mint('old', ['read:user']);
    const replacement = await asUser.verifier.rotate(found(token), { name: 'new' }, makeSecret);
    expect(replacement).toMatchObject({ status: 'issued', oldLives: true, facts: { scopes: ['read:user'] } });
    if (replacement.status !== 'issued') return;
    expect(await asUser.verifier.revoke(found(token))).toMatchObject({ status: 'accepted' });
    expect(await server.isActive(replacement.secret.reveal())).toBe(true);
  });

  it('knows an SSH key by its public half until it is taken away', async () => {
    const { token } = await server.mint('keys', ['write:user']);
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const added = await fetch(`${server.url}/api/v1/user/keys`, { method: 'POST', headers: { authorization: `token ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ title: 'laptop', key: `ssh-ed25519 ${sshPublicKey(pem) ?? ''} ana` }) });
    expect(added.status).toBe(201);
    const keys = makeVerifier({ stores: [makeStore('forge-keys', `${server.url}/api/v1/user/keys`, { clientAuth: { method: 'bearer', token: makeSecret(token) } })] });
    try {
      const key = makeCredential('private-key-pkcs8', pem);
      expect(await keys.verifier.ask(key)).toMatchObject({ status: 'active', facts: { name: 'laptop' } });
      expect(await keys.verifier.revoke(key)).toMatchObject({ status: 'accepted' });
      expect(await keys.verifier.ask(key)).toMatchObject({ status: 'unknown', why: 'ambiguous' });
      expect(await list(keys, 'test-forge-keys')).toEqual([]);
    } finally {
      await keys.http.close();
    }
  });
});
