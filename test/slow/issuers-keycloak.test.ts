import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { makeCredential, makeSecret } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareKeycloak, startKeycloak } from './servers/keycloak.ts';
import type { KeycloakServer } from './servers/keycloak.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
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

  it('exchanges a token for a narrower one (RFC 8693) with the built command, and ends that alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-keycloak-'));
    const subject = await server.mintSubject();
    await writeFile(
      join(folder, 'tokenwarden.yml'),
      `stores:
  - { id: sso, type: oauth, url: '${server.realm}', allow-private: true, claims: [{ rule: generic-bearer }], auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_ID, client-secret-env: TOKENWARDEN_SECRET } }
grants:
  - { store: sso, identities: ['github:ana'], scopes: [deploy], max-ttl: 15m, with: { grant: token-exchange, subject-token-env: TOKENWARDEN_SUBJECT } }
`,
    );
    const { code, stderr } = await new Promise<{ readonly code: number | null; readonly stderr: string }>((resolve) => {
      const child = spawn(process.execPath, [COMMAND, 'issue', 'sso', '--scope', 'deploy', '--ttl', '10m', '--', 'sh', '-c', 'printf %s "$ACCESS_TOKEN" >seen'], {
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', HOME: folder, GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'ana', TOKENWARDEN_ID: server.exchanger.id, TOKENWARDEN_SECRET: server.exchanger.secret, TOKENWARDEN_SUBJECT: subject },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let text = '';
      child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.once('close', (ended) => resolve({ code: ended, stderr: text }));
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is revoked, and the issuer confirmed') as string });
    const token = await readFile(join(folder, 'seen'), 'utf8');
    const scopeOf = (jwt: string): string => (JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as { scope: string }).scope;
    expect([scopeOf(token), scopeOf(subject).split(' ').sort()]).toEqual(['deploy', ['deploy', 'reports']]);
    const { verifier } = bench();
    expect(await verifier.ask(makeCredential('generic-bearer', token))).toMatchObject({ status: 'inactive' });
    expect(await verifier.ask(makeCredential('generic-bearer', subject))).toMatchObject({ status: 'active' });
    await rm(folder, { recursive: true, force: true });
  });
});
