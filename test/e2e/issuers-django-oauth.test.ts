import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientAuth } from '../../src/model/index.ts';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { makeCredential, makeSecret } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareDjangoOauth, startDjangoOauth } from './servers/django-oauth.ts';
import type { DjangoOauthServer } from './servers/django-oauth.ts';

const prepared = await prepareDjangoOauth();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

describe.skipIf(missing !== undefined)(`a real django-oauth-toolkit${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: DjangoOauthServer;
  const benches: Bench[] = [];
  beforeAll(async () => {
    if ('python' in prepared) server = await startDjangoOauth(prepared.python);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(benches.map(({ http }) => http.close()));
    await server.stop();
  });

  const bench = (clientAuth: ClientAuth): Bench => {
    const endpoints = { introspection: new URL(`${server.url}/o/introspect/`), revocation: new URL(`${server.url}/o/revoke_token/`) };
    const made = makeVerifier({ stores: [makeStore('oauth', server.url, { clientAuth, endpoints })] });
    benches.push(made);
    return made;
  };
  const auditor = (secret = server.client.secret): ClientAuth => ({ method: 'client_secret_basic', clientId: server.client.id, clientSecret: makeSecret(secret) });

  it('goes from live with facts, through judgement and revocation, to dead', async () => {
    const { verifier } = bench(auditor());
    const credential = makeCredential('generic-bearer', await server.mint('read write'));
    const asked = new Date();
    const before = await verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { clientId: server.client.id, scopes: ['read', 'write'] } });
    if (before.status !== 'active') return;
    const { exp } = before.facts;
    expect(exp instanceof Date ? Math.abs(exp.getTime() - asked.getTime() - 3_600_000) : undefined).toBeLessThan(10_000);
    const verdicts = judgeAll({ credential, introspection: before }, readPolicy({}, CHECKS), asked);
    expect(verdicts.find(({ check }) => check === 'no-expiry')).toMatchObject({ verdict: { status: 'pass' } });
    expect(verdicts.find(({ check }) => check === 'max-lifetime')).toMatchObject({ verdict: { status: 'undetermined' } });
    expect(await verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(await server.isLetIn(credential.secret.reveal())).toBe(false);
  });

  it('says own-credentials, not inactive, when our client secret is wrong: it answers 403 in this dialect', async () => {
    const { verifier } = bench(auditor('not-the-secret'));
    const credential = makeCredential('generic-bearer', await server.mint('read'));
    expect(await verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'own-credentials', detail: expect.stringContaining('403') as string });
    expect(await verifier.revoke(credential)).toMatchObject({ status: 'refused' });
    expect(await server.isLetIn(credential.secret.reveal())).toBe(true);
  });

  it('takes a token of its own with the scope "introspection" as the asker, too', async () => {
    const { verifier } = bench({ method: 'bearer', token: makeSecret(await server.mint('introspection')) });
    expect(await verifier.ask(makeCredential('generic-bearer', await server.mint('read')))).toMatchObject({ status: 'active', facts: { scopes: ['read'] } });
  });

  it('calls a token that was never issued inactive', async () => {
    expect(await bench(auditor()).verifier.ask(makeCredential('generic-bearer', 'x'.repeat(30)))).toMatchObject({ status: 'inactive' });
  });
});
