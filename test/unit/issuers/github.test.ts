import { describe, expect, it } from 'vitest';
import { issuer } from '../../../src/issuers/github.ts';
import type { Ask, HttpRequest, Mutation } from '../../../src/model/index.ts';
import { makeCredential, makeSecret, makeToken } from './make-credential.ts';
import { makeStore, NOW } from './make-verifier.ts';

/** What would be sent to a host that tests may not contact. */
async function revokeAt(url: string, withAuth: boolean): Promise<{ readonly request: HttpRequest | undefined; readonly mutation: Mutation | undefined; readonly token: string }> {
  const token = makeToken('ghp_', 36);
  const { rule, secret, companions } = makeCredential('github-pat-classic', token);
  const store = makeStore('github', url, withAuth ? { clientAuth: { method: 'bearer', token: makeSecret(makeToken('own-', 20)) } } : {});
  let request: HttpRequest | undefined;
  const ask: Ask = {
    rule,
    secret,
    companions,
    store,
    now: () => NOW,
    send: (sent) => {
      request = sent;
      return Promise.resolve({ ok: true, response: { status: 202, headers: {}, body: '' } });
    },
  };
  return { mutation: await issuer.revoke?.run(ask), request, token };
}

describe('revoking at GitHub', () => {
  it('is unauthenticated on github.com, where an authenticated call is refused', async () => {
    for (const withAuth of [false, true]) {
      const { request, mutation, token } = await revokeAt('https://api.github.com', withAuth);
      expect(mutation).toMatchObject({ status: 'accepted' });
      expect(request?.url.href).toBe('https://api.github.com/credentials/revoke');
      expect(Object.keys(request?.headers ?? {})).not.toContain('authorization');
      expect(request?.body).toBe(JSON.stringify({ credentials: [token] }));
    }
  });

  it('is authenticated on a server of one\'s own', async () => {
    const { request } = await revokeAt('https://ghe.example/api/v3', true);
    expect(request?.url.href).toBe('https://ghe.example/api/v3/credentials/revoke');
    expect(request?.headers['authorization']).toMatch(/^Bearer own-/);
  });
});
