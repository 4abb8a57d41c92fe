import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientAuth, IssueWish } from '../../src/model/index.ts';
import { makeSecret } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier, type Bench } from '../unit/issuers/make-verifier.ts';
import { prepareMoto, startMoto, type MotoServer } from './servers/moto.ts';
import { startOidcServer, type OidcServer } from './servers/oidc.ts';

const wish = (scopes: readonly string[], more: Partial<IssueWish> = {}): IssueWish => ({ scopes, ttlSeconds: 900, name: 'tokenwarden-0123456789abcdef', parameters: {}, secrets: {}, ...more });

describe('a credential for one command from an OAuth server (oidc-provider)', () => {
  let server: OidcServer;
  let bench: Bench;
  beforeAll(async () => {
    server = await startOidcServer();
    const clientAuth: ClientAuth = { method: 'client_secret_basic', clientId: server.auditor.id, clientSecret: makeSecret(server.auditor.secret) };
    bench = makeVerifier({ stores: [makeStore('oauth', server.url, { clientAuth })], now: () => new Date() });
  });
  afterAll(async () => {
    await bench.http.close();
    await server.stop();
  });

  it('is obtained with the asked scope, lives, and dies by itself', async () => {
    const { issuing } = bench.verifier;
    const issued = await issuing.obtain('test-oauth', wish(['read']), makeSecret);
    expect(issued).toMatchObject({ status: 'issued', ending: 'by-secret', facts: { scopes: ['read'] } });
    if (issued.status !== 'issued') return;
    const [token] = issued.parts;
    const held = { secret: token?.value ?? makeSecret('') };
    expect(issued.facts.exp instanceof Date && issued.facts.exp.getTime() > Date.now() + 500_000).toBe(true);
    expect(await issuing.ask('test-oauth', held)).toMatchObject({ status: 'active' });
    const sealed = issuing.seal('test-oauth', '0123456789abcdef', held.secret) ?? '';
    expect(sealed.includes(held.secret.reveal())).toBe(false);
    expect(issuing.unseal('test-oauth', '0123456789abcdee', sealed, makeSecret)).toBeUndefined();
    expect(issuing.unseal('test-oauth', '0123456789abcdef', `${sealed.slice(0, -2)}AA`, makeSecret)).toBeUndefined();
    const again = issuing.unseal('test-oauth', '0123456789abcdef', sealed, makeSecret);
    expect(await issuing.revoke('test-oauth', again === undefined ? {} : { secret: again })).toMatchObject({ status: 'accepted' });
    expect(await issuing.ask('test-oauth', held)).toMatchObject({ status: 'inactive' });
    expect(await server.isActive(held.secret.reveal())).toBe(false);
  });

  it('is refused to a client whose secret is wrong', async () => {
    const wrong = makeVerifier({ stores: [makeStore('oauth', server.url, { clientAuth: { method: 'client_secret_basic', clientId: server.auditor.id, clientSecret: makeSecret('another') } })] });
    expect(await wrong.verifier.issuing.obtain('test-oauth', wish(['read']), makeSecret)).toMatchObject({ status: 'refused', detail: 'answered 401 invalid_client' });
    await wrong.http.close();
  });

  it('is refused for a token of a subject that nobody knows', async () => {
    const exchange = wish(['read'], { parameters: { grant: 'token-exchange', 'subject-token-env': 'S' }, secrets: { 'subject-token-env': makeSecret('of-nobody-at-all-1234567890') } });
    expect(await bench.verifier.issuing.obtain('test-oauth', exchange, makeSecret)).toMatchObject({ status: 'refused', detail: expect.stringMatching(/^answered 400 invalid_grant$/) as string });
  });
});

const prepared = await prepareMoto();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

describe.skipIf(missing !== undefined)(`a session for one command from AWS, played by moto${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: MotoServer;
  let bench: Bench;
  let role = '';
  beforeAll(async () => {
    if (!('bin' in prepared)) return;
    server = await startMoto(prepared.bin);
    bench = makeVerifier({ stores: [makeStore('aws', server.url, { clientAuth: { method: 'client_secret_basic', clientId: server.admin.id, clientSecret: makeSecret(server.admin.secret) } })], now: () => new Date() });
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] });
    role = /<Arn>([^<]+)<\/Arn>/.exec(await server.call('iam', 'CreateRole', { RoleName: 'reports', AssumeRolePolicyDocument: trust }))?.[1] ?? '';
  });
  afterAll(async () => {
    await bench.http.close();
    await server.stop();
  });

  it('works as the role, says when it ends, and is never called revoked', async () => {
    const { issuing } = bench.verifier;
    const narrow = wish(['s3:GetObject=arn:aws:s3:::reports/*'], { parameters: { 'role-arn': role } });
    expect(issuing.refuses('test-aws', narrow)).toBeUndefined();
    const issued = await issuing.obtain('test-aws', narrow, makeSecret);
    expect(issued.status === 'refused' ? issued.detail : '').toBe('');
    expect(issued).toMatchObject({ status: 'issued', ending: 'expires', facts: { scopes: narrow.scopes } });
    if (issued.status !== 'issued') return;
    const [id, secret, session] = issued.parts.map(({ value }) => value.reveal());
    expect(issued.facts.exp instanceof Date ? Math.round((issued.facts.exp.getTime() - Date.now()) / 60_000) : undefined).toBe(15);
    const identity = await server.call('sts', 'GetCallerIdentity', {}, { id: id ?? '', secret: secret ?? '', session: session ?? '' });
    expect(identity).toContain('assumed-role/reports/tokenwarden-0123456789abcdef');
    expect(await issuing.revoke('test-aws', {})).toMatchObject({ status: 'refused' });
    
    expect(JSON.stringify(bench.ledger).includes(secret ?? 'none')).toBe(false);
  });

  it.each([
    [['s3:GetObject=arn:aws:s3:::x/*'], 600, /15m to 12h/],
    [['s3 everything'], 900, /ACTION=RESOURCE/],
  ])('is refused before anything is sent: %j for %i s', (scopes, ttlSeconds, why) => {
    expect(bench.verifier.issuing.refuses('test-aws', wish(scopes, { ttlSeconds, parameters: { 'role-arn': role } }))).toMatch(why);
  });
});
