import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, ListedToken, Store, TokenUse } from '../../src/model/index.ts';
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

  describe('its clients, seen by an administrator,', () => {
    const pattern = '[A-Za-z0-9]{32}';
    const asAdmin = (claims: Store['claims'] = [{ pattern }]): Bench['verifier'] => {
      const made = makeVerifier({ stores: [makeStore('keycloak', server.realm, { claims, clientAuth: { method: 'client_secret_basic', clientId: server.client.id, clientSecret: makeSecret(server.client.secret) } })], now: () => new Date() });
      benches.push(made);
      return made.verifier;
    };
    const found = (secret: string): Credential => makeCredential('keycloak-client-secret', secret);

    it('have secrets that go from live with facts, through judgement and revocation, to dead', async () => {
      const client = await server.makeClient('deploy');
      expect(client.secret).toMatch(new RegExp(`^${pattern}$`));
      const before = await asAdmin().ask(found(client.secret));
      expect(before).toMatchObject({ status: 'active', facts: { clientId: 'deploy', tokenId: client.uuid, exp: 'never', scopes: expect.arrayContaining(['default-roles-master']) as string[] } });
      expect(judgeAll({ credential: found(client.secret), introspection: before }, readPolicy({}, CHECKS), new Date()).find(({ check }) => check === 'no-expiry')).toMatchObject({ verdict: { status: 'violation' } });
      expect(await asAdmin().revoke(found(client.secret))).toMatchObject({ status: 'accepted' });
      expect(await asAdmin().ask(found(client.secret))).toMatchObject({ status: 'inactive' });
      await expect(server.mint(client)).rejects.toThrow('401');
    });

    it('get another secret, with which they sign in', async () => {
      const client = await server.makeClient('rotated');
      const replacement = await asAdmin().rotate(found(client.secret), {}, makeSecret);
      expect(replacement).toMatchObject({ status: 'issued', oldLives: false });
      if (replacement.status !== 'issued') return;
      expect(await server.mint({ id: client.id, secret: replacement.secret.reveal() })).toMatch(/^ey/);
      await expect(server.mint(client)).rejects.toThrow('401');
      expect(await asAdmin([{ rule: 'keycloak-client-secret' }]).ask(found(client.secret))).toMatchObject({ status: 'unknown', why: 'ambiguous' });
    });

    it('are switched off, and keep what else is set', async () => {
      const client = await server.makeClient('off');
      expect(await asAdmin().deactivate(found(client.secret))).toMatchObject({ status: 'accepted' });
      expect(await asAdmin().ask(found(client.secret))).toMatchObject({ status: 'inactive' });
      await expect(server.mint(client)).rejects.toThrow('Keycloak answered');
    });

    it('are listed without their secrets, and lose one that nobody has', async () => {
      const client = await server.makeClient('listed');
      const items = asAdmin().administrator.list('test-keycloak');
      const tokens: ListedToken[] = [];
      for (let next = await items.next(); ; next = await items.next()) {
        if (next.done !== true) tokens.push(next.value);
        else {
          expect(next.value).toEqual({ complete: true });
          break;
        }
      }
      expect(tokens.find(({ tokenId }) => tokenId === client.uuid)).toMatchObject({ rule: 'keycloak-client-secret', status: 'active', facts: { clientId: 'listed' } });
      expect(JSON.stringify(tokens)).not.toContain(client.secret);
      expect(await asAdmin().administrator.revokeById('test-keycloak', client.uuid)).toMatchObject({ status: 'accepted' });
      await expect(server.mint(client)).rejects.toThrow('401');
    });

    it('tell when they signed in, from where and with what result, if the realm records it', async () => {
      const client = await server.makeClient('used');
      const since = new Date(Date.now() - 60_000);
      const read = async (): Promise<{ readonly uses: readonly TokenUse[]; readonly isComplete: boolean }> => {
        const items = asAdmin().administrator.uses('test-keycloak', client.uuid, since);
        const uses: TokenUse[] = [];
        for (let next = await items?.next(); next !== undefined; next = await items?.next()) {
          if (next.done === true) return { uses, isComplete: next.value.complete };
          uses.push(next.value);
        }
        return { uses, isComplete: false };
      };
      await server.recordEvents(false);
      expect(await read()).toEqual({ uses: [], isComplete: false });
      await server.recordEvents(true);
      await server.mint(client);
      await server.mint({ id: client.id, secret: 'wrong' }).catch(() => undefined);
      const { uses, isComplete } = await read();
      expect(isComplete).toBe(true);
      expect(uses.map(({ result }) => result)).toEqual(['denied', 'allowed']);
      expect(uses[0]).toMatchObject({ address: '127.0.0.1' });
    });
  });
});
