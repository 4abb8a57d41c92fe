import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { githubIssue } from '../../../src/issuers/exchange/github-issue.ts';
import { vaultIssue } from '../../../src/issuers/exchange/vault-issue.ts';
import type { AdminAsk, ClientAuth, HttpRequest, IssueWish } from '../../../src/model/index.ts';
import { makeSecret, makeToken } from './make-credential.ts';
import { makeStore } from './make-verifier.ts';

const wish = (scopes: readonly string[], more: Partial<IssueWish> = {}): IssueWish => ({ scopes, ttlSeconds: 3600, name: 'tokenwarden-0123456789abcdef', parameters: {}, secrets: {}, ...more });

function talk(type: string, clientAuth: ClientAuth, answers: readonly { readonly status: number; readonly json: unknown }[]): { readonly ask: AdminAsk; readonly asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  return {
    asked,
    ask: {
      store: makeStore(type, 'https://service.example', { clientAuth }),
      now: () => new Date('2026-11-22T12:00:00Z'),
      send: async (request) => {
        const answer = answers[asked.length] ?? { status: 500, json: {} };
        asked.push(request);
        return { ok: true, response: { status: answer.status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer.json) } };
      },
    },
  };
}

describe('an installation token of a GitHub App', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const auth: ClientAuth = { method: 'client_secret_basic', clientId: 'Iv1.app', clientSecret: makeSecret(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()) };
  const narrow = wish(['repository:site', 'contents:read'], { parameters: { installation: '42' } });

  it('is asked for with a signed token of ours, for those repositories and permissions alone', async () => {
    const token = makeToken('ghs_', 36);
    const { ask, asked } = talk('github', auth, [{ status: 201, json: { token, expires_at: '2026-11-22T13:00:00Z', permissions: { contents: 'read', metadata: 'read' }, repository_selection: 'selected', repositories: [{ name: 'site' }] } }]);
    expect(await githubIssue.run(ask, narrow, makeSecret)).toMatchObject({ status: 'issued', ending: 'by-secret', facts: { scopes: ['repository:site', 'contents:read'], exp: new Date('2026-11-22T13:00:00Z') } });
    expect(asked[0]?.url.pathname).toBe('/app/installations/42/access_tokens');
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ repositories: ['site'], permissions: { contents: 'read' } });
    const [head = '', body = '', signature = ''] = (asked[0]?.headers['authorization'] ?? '').replace('Bearer ', '').split('.');
    expect(verify('sha256', Buffer.from(`${head}.${body}`), pair.publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { iss: string; iat: number; exp: number };
    expect([claims.iss, claims.exp - claims.iat]).toEqual(['Iv1.app', 600]);
  });

  it('that is for every repository says so, so that it is not handed out', async () => {
    const { ask } = talk('github', auth, [{ status: 201, json: { token: makeToken('ghs_', 36), expires_at: '2026-11-22T13:00:00Z', permissions: { contents: 'write' }, repository_selection: 'all' } }]);
    expect(await githubIssue.run(ask, narrow, makeSecret)).toMatchObject({ status: 'issued', facts: { scopes: ['repository:*', 'contents:write'] } });
  });

  it.each([
    [['contents:read'], 3600, /every repository/],
    [['repository:site'], 3600, /all of the App/],
    [['repository:../x', 'contents:read'], 3600, /a scope is/],
    [['repository:site', 'contents:read'], 600, /one hour/],
  ])('is refused before anything is sent: %j for %i s', (scopes, ttlSeconds, why) => {
    expect(githubIssue.refuses({ ...narrow, scopes, ttlSeconds })).toMatch(why);
  });
});

describe('a dynamic secret of Vault', () => {
  const auth: ClientAuth = { method: 'bearer', token: makeSecret('own-token') };
  const secret = { lease_id: 'database/creds/ro/abc', lease_duration: 86_400, renewable: true, data: { username: 'v-ro-1', password: 'generated-password' } };

  it('has its lease shortened to the asked ttl, its user name told and its password hidden', async () => {
    const { ask, asked } = talk('vault', auth, [{ status: 200, json: secret }, { status: 200, json: { lease_duration: 900 } }]);
    const issued = await vaultIssue.run(ask, wish(['database/creds/ro'], { ttlSeconds: 900 }), makeSecret);
    expect(issued).toMatchObject({ status: 'issued', ending: 'by-id', handle: 'lease:database/creds/ro/abc', facts: { exp: new Date('2026-11-22T12:15:00Z') } });
    expect(issued.status === 'issued' ? issued.parts.map(({ name, isSecret }) => [name, isSecret]) : []).toEqual([['username', false], ['password', true]]);
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual({ lease_id: 'database/creds/ro/abc', increment: 900 });
  });

  it('that cannot be shortened says how long it lives', async () => {
    const { ask } = talk('vault', auth, [{ status: 200, json: secret }, { status: 400, json: { errors: ['lease is not renewable'] } }]);
    expect(await vaultIssue.run(ask, wish(['database/creds/ro'], { ttlSeconds: 900 }), makeSecret)).toMatchObject({ facts: { exp: new Date('2026-11-23T12:00:00Z') } });
  });

  it.each([[['a/../sys/raw'], /policy or the path/], [['root'], /no narrow one/], [['a/b', 'c'], /one dynamic secret/], [['a b'], /policy or the path/]])('is refused for %j', (scopes, why) => {
    expect(vaultIssue.refuses(wish(scopes))).toMatch(why);
  });
});
