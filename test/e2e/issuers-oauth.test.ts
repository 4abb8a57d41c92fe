import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientAuth } from '../../src/model/index.ts';
import { makeCredential, makeSecret } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { startOidcServer } from './servers/oidc.ts';
import type { OidcServer } from './servers/oidc.ts';

describe('a real OAuth server (oidc-provider)', () => {
  let server: OidcServer;
  const benches: Bench[] = [];
  beforeAll(async () => {
    server = await startOidcServer();
  });
  afterAll(async () => {
    await Promise.all(benches.map(({ http }) => http.close()));
    await server.stop();
  });

  const bench = (clientAuth: ClientAuth): Bench => {
    const made = makeVerifier({ stores: [makeStore('oauth', server.url, { clientAuth })] });
    benches.push(made);
    return made;
  };
  const auditor = (): ClientAuth => ({ method: 'client_secret_basic', clientId: server.auditor.id, clientSecret: makeSecret(server.auditor.secret) });

  it('goes from live with facts, through revocation, to dead', async () => {
    const { verifier } = bench(auditor());
    const credential = makeCredential('generic-bearer', await server.mint({ lifetimeSeconds: 7_200, scope: 'read write' }));
    const before = await verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { clientId: 'ci-app', scopes: ['read', 'write'] } });
    if (before.status !== 'active') return;
    const { iat, exp } = before.facts;
    expect(exp instanceof Date && iat !== undefined ? (exp.getTime() - iat.getTime()) / 1000 : undefined).toBe(7_200);
    expect(await verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(await server.isActive(credential.secret.reveal())).toBe(false);
  });

  it('says own-credentials, not inactive, when our client secret is wrong', async () => {
    const { verifier } = bench({ method: 'client_secret_basic', clientId: server.auditor.id, clientSecret: makeSecret('not-the-secret') });
    const credential = makeCredential('generic-bearer', await server.mint({ lifetimeSeconds: 600 }));
    expect(await verifier.ask(credential)).toMatchObject({ status: 'unknown', why: 'own-credentials' });
    expect(await verifier.revoke(credential)).toMatchObject({ status: 'refused' });
    expect(await server.isActive(credential.secret.reveal())).toBe(true);
  });

  it('calls a token that was never issued inactive', async () => {
    const { verifier } = bench(auditor());
    expect(await verifier.ask(makeCredential('generic-bearer', 'x'.repeat(43)))).toMatchObject({ status: 'inactive' });
  });

  it('asks once for each of many credentials and reads the metadata once', async () => {
    const { verifier, ledger } = bench(auditor());
    const tokens = await Promise.all(Array.from({ length: 20 }, () => server.mint({ lifetimeSeconds: 600 })));
    const credentials = tokens.flatMap((token) => [makeCredential('generic-bearer', token), makeCredential('generic-bearer', token)]);
    const answers = await verifier.verify(credentials);
    expect([...answers.values()].map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'active'));
    expect(ledger.filter(({ event, detail }) => event === 'introspect.sent' && detail['verb'] === 'GET')).toHaveLength(1);
    expect(ledger.filter(({ event, detail }) => event === 'introspect.sent' && detail['carriesCredential'] === true)).toHaveLength(20);
  });
});
