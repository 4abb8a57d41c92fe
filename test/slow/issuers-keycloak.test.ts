import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { makeCredential, makeSecret } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareKeycloak, startKeycloak } from './servers/keycloak.ts';
import type { KeycloakServer } from './servers/keycloak.ts';

const prepared = await prepareKeycloak();
const missing = 'missing' in prepared ? prepared.missing : undefined;

describe.skipIf(missing !== undefined)(`a real Keycloak${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: KeycloakServer;
  const benches: Bench[] = [];
  beforeAll(async () => {
    if ('home' in prepared) server = await startKeycloak(prepared.home);
  });
  afterAll(async () => {
    await Promise.all(benches.map(({ http }) => http.close()));
    await server.stop();
  });
  const bench = (secret = server.client.secret): Bench => {
    const made = makeVerifier({ stores: [makeStore('oauth', server.realm, { clientAuth: { method: 'client_secret_basic', clientId: server.client.id, clientSecret: makeSecret(secret) } })] });
    benches.push(made);
    return made;
  };

  it('goes from live with facts, through judgement and revocation, to dead', async () => {
    const { verifier } = bench();
    const credential = makeCredential('generic-bearer', await server.mint());
    const before = await verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { clientId: server.client.id } });
    expect(judgeAll({ credential, introspection: before }, readPolicy({}, CHECKS), new Date()).find(({ check }) => check === 'no-expiry')).toMatchObject({ verdict: { status: 'pass' } });
    expect(await verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await verifier.ask(credential)).toMatchObject({ status: 'inactive' });
  });

  it('says own-credentials, not inactive, when our client secret is wrong', async () => {
    expect(await bench('not-the-secret').verifier.ask(makeCredential('generic-bearer', await server.mint()))).toMatchObject({ status: 'unknown', why: 'own-credentials' });
  });

  it('calls a token that was never issued inactive', async () => {
    expect(await bench().verifier.ask(makeCredential('generic-bearer', 'x'.repeat(43)))).toMatchObject({ status: 'inactive' });
  });
});
