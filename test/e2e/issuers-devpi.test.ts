import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, ListedToken } from '../../src/model/index.ts';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { factReader } from '../../src/rules/facts/devpi.ts';
import { makeCredential, makeSecret } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier, NOW } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareDevpi, startDevpi } from './servers/devpi.ts';
import type { DevpiServer } from './servers/devpi.ts';

const prepared = await prepareDevpi();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

describe.skipIf(missing !== undefined)(`a real Python index (devpi)${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: DevpiServer;
  let bench: Bench;
  let asUser: Bench;
  const found = (token: string): Credential => {
    const facts = factReader.read(token);
    return makeCredential('devpi-token', token, facts === undefined ? {} : { facts });
  };
  const listAll = async (): Promise<readonly ListedToken[]> => {
    const items = asUser.verifier.administrator.list('test-devpi');
    const tokens: ListedToken[] = [];
    for (let next = await items.next(); next.done !== true; next = await items.next()) tokens.push(next.value);
    return tokens;
  };

  beforeAll(async () => {
    if (!('bin' in prepared)) return;
    server = await startDevpi(prepared.bin);
    bench = makeVerifier({ stores: [makeStore('devpi', server.url)] });
    asUser = makeVerifier({ stores: [makeStore('devpi', server.url, { clientAuth: { method: 'client_secret_basic', clientId: server.user, clientSecret: makeSecret(server.password) } })] });
  });
  afterAll(async () => {
    await bench.http.close();
    await asUser.http.close();
    await server.stop();
  });

  it('goes from live with facts, through judgement and revocation, to dead', async () => {
    const expires = Math.floor(NOW.getTime() / 1000) + 200 * 86_400;
    const credential = found(await server.mint({ expires, allowed: ['pkg_read'] }));
    const before = await asUser.verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { sub: 'ana', scopes: ['allowed:pkg_read'], exp: new Date(expires * 1000) } });
    const verdicts = judgeAll({ credential, introspection: before }, readPolicy({}, CHECKS), NOW);
    expect(verdicts.find(({ check }) => check === 'max-lifetime')).toMatchObject({ verdict: { status: 'violation' } });
    expect(await asUser.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(await server.isActive(credential.secret.reveal())).toBe(false);
  });

  it('tells what the token itself says where nobody signs in as its user', async () => {
    const credential = found(await server.mint({ projects: ['demo'] }));
    expect(await bench.verifier.ask(credential)).toMatchObject({ status: 'active', facts: { sub: 'ana', scopes: ['projects:demo'] } });
    expect(bench.verifier.revocation(credential)).toMatchObject({ possible: false });
  });

  it('calls a token of a changed signature dead, and garbage neither', async () => {
    const token = await server.mint();
    const flipped = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;
    expect(await bench.verifier.ask(found(flipped))).toMatchObject({ status: 'inactive' });
    expect(await bench.verifier.ask(makeCredential('devpi-token', 'garbage-garbage-garbage'))).toMatchObject({ status: 'unknown', why: 'ambiguous' });
  });

  it('makes a replacement of the same restrictions, which lives when the old one is gone', async () => {
    const credential = found(await server.mint({ allowed: ['pkg_read'] }));
    const replacement = await asUser.verifier.rotate(credential, {}, makeSecret);
    expect(replacement).toMatchObject({ status: 'issued', oldLives: true });
    if (replacement.status !== 'issued') return;
    expect(await asUser.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await bench.verifier.ask(found(replacement.secret.reveal()))).toMatchObject({ status: 'active', facts: { scopes: ['allowed:pkg_read'] } });
    expect(await server.isActive(credential.secret.reveal())).toBe(false);
  });

  it('lists the tokens of its user, and revokes one whose secret nobody has', async () => {
    const token = await server.mint({ indexes: ['ana/dev'] });
    const id = factReader.read(token)?.notes?.['tokenId'] ?? '';
    expect((await listAll()).find(({ tokenId }) => tokenId === id)).toMatchObject({ rule: 'devpi-token', status: 'active', facts: { scopes: ['indexes:ana/dev'] } });
    expect(await asUser.verifier.administrator.revokeById('test-devpi', id)).toMatchObject({ status: 'accepted' });
    expect((await listAll()).some(({ tokenId }) => tokenId === id)).toBe(false);
    expect(await server.isActive(token)).toBe(false);
    expect(await asUser.verifier.administrator.revokeById('test-devpi', id)).toMatchObject({ status: 'refused' });
  });
});
