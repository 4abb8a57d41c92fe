import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListedToken } from '../../src/model/index.ts';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { makeCredential, makeSecret, makeToken } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareSonarqube, startSonarqube } from './servers/sonarqube.ts';
import type { SonarqubeServer } from './servers/sonarqube.ts';

const prepared = await prepareSonarqube();
const missing = 'missing' in prepared ? prepared.missing : undefined;

describe.skipIf(missing !== undefined)(`a real SonarQube${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: SonarqubeServer;
  let bench: Bench;
  let asAdmin: Bench;
  beforeAll(async () => {
    if (!('home' in prepared)) return;
    server = await startSonarqube(prepared.home);
    bench = makeVerifier({ stores: [makeStore('sonarqube', server.url)] });
    asAdmin = makeVerifier({ stores: [makeStore('sonarqube', server.url, { clientAuth: { method: 'bearer', token: makeSecret(server.adminToken) } })] });
  });
  afterAll(async () => {
    await bench.http.close();
    await asAdmin.http.close();
    await server.stop();
  });
  const list = async (): Promise<readonly ListedToken[]> => {
    const items = asAdmin.verifier.administrator.list('test-sonarqube');
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
    const inAYear = new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10);
    const token = await server.mint('ci', inAYear);
    const credential = makeCredential('sonarqube-user-token', token);
    const before = await bench.verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { sub: server.login } });
    const entry = (await list()).find(({ tokenId }) => tokenId === `${server.login}/ci`);
    expect(entry).toMatchObject({ rule: 'sonarqube-user-token', status: 'active', facts: { sub: server.login, name: 'ci' } });
    if (entry === undefined) return;
    const verdicts = judgeAll({ credential, introspection: { ...before, status: 'active', facts: entry.facts } }, readPolicy({}, CHECKS), new Date());
    expect(verdicts.find(({ check }) => check === 'max-lifetime')).toMatchObject({ verdict: { status: 'violation' } });
    expect(await asAdmin.verifier.administrator.revokeById('test-sonarqube', entry.tokenId)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(await server.isActive(token)).toBe(false);
    expect((await list()).some(({ tokenId }) => tokenId === entry.tokenId)).toBe(false);
  });

  it('says that a token without an end never expires, and calls garbage inactive', async () => {
    await server.mint('for ever');
    expect((await list()).find(({ tokenId }) => tokenId === `${server.login}/for ever`)).toMatchObject({ facts: { exp: 'never', lastUsedAt: 'never' } });
    expect(await bench.verifier.ask(makeCredential('sonarqube-user-token', makeToken('squ_', 40)))).toMatchObject({ status: 'inactive' });
  });

  it('makes a replacement, which lives when the old one is gone', async () => {
    const credential = makeCredential('sonarqube-user-token', await server.mint('old'));
    const replacement = await bench.verifier.rotate(credential, { name: 'new' }, makeSecret);
    expect(replacement).toMatchObject({ status: 'issued', oldLives: true });
    if (replacement.status !== 'issued') return;
    expect(await asAdmin.verifier.administrator.revokeById('test-sonarqube', `${server.login}/old`)).toMatchObject({ status: 'accepted' });
    expect(await server.isActive(replacement.secret.reveal())).toBe(true);
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
  });
});
