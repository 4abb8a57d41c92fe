import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, ListedToken } from '../../src/model/index.ts';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import type { AwsKey } from '../../src/issuers/exchange/aws-query.ts';
import { makeCredential, makeSecret } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier, NOW } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { keyIn, prepareMoto, startMoto } from './servers/moto.ts';
import type { MotoServer } from './servers/moto.ts';

const prepared = await prepareMoto();
const missing = 'missing' in prepared ? prepared.missing : undefined;
if (missing !== undefined && process.env['CI'] === 'true') throw new Error(`with CI=true every store must be tested, but ${missing}`);

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const found = ({ id, secret, session }: AwsKey): Credential =>
  makeCredential('aws-access-key', secret, { companions: [{ name: 'key-id', secret: makeSecret(id) }, ...(session === undefined ? [] : [{ name: 'session-token', secret: makeSecret(session) }])] });

describe.skipIf(missing !== undefined)(`AWS, played by moto${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: MotoServer;
  let alone: Bench;
  let ours: Bench;
  const listAll = async (): Promise<{ readonly tokens: readonly ListedToken[]; readonly end: unknown }> => {
    const items = ours.verifier.administrator.list('test-aws');
    const tokens: ListedToken[] = [];
    for (;;) {
      const next = await items.next();
      if (next.done === true) return { tokens, end: next.value };
      tokens.push(next.value);
    }
  };

  beforeAll(async () => {
    if (!('bin' in prepared)) return;
    server = await startMoto(prepared.bin);
    alone = makeVerifier({ stores: [makeStore('aws', server.url)] });
    ours = makeVerifier({ stores: [makeStore('aws', server.url, { clientAuth: { method: 'client_secret_basic', clientId: server.admin.id, clientSecret: makeSecret(server.admin.secret) } })] });
  });
  afterAll(async () => {
    await alone.http.close();
    await ours.http.close();
    await server.stop();
  });

  it('goes from live with facts, through judgement and deactivation, to dead and deleted', async () => {
    const key = await server.makeUser('deploy', [READ_ONLY]);
    const credential = found(key);
    const before = await ours.verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { sub: 'arn:aws:iam::123456789012:user/deploy', tokenId: key.id, scopes: [READ_ONLY], exp: 'never', lastUsedAt: 'never', notes: { account: '123456789012' } } });
    if (before.status === 'active') expect(before.facts.iat).toBeInstanceOf(Date);
    const verdicts = judgeAll({ credential, introspection: before }, readPolicy({}, CHECKS), NOW);
    expect(verdicts.find(({ check }) => check === 'no-expiry')).toMatchObject({ verdict: { status: 'violation' } });

    expect(ours.verifier.deactivation(credential)).toMatchObject({ possible: true, reversible: true });
    expect(await ours.verifier.deactivate(credential)).toMatchObject({ status: 'accepted' });
    expect(await ours.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
    expect(await server.call('iam', 'ListAccessKeys', { UserName: 'deploy' })).toContain('<Status>Inactive</Status>');

    expect(await ours.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await ours.verifier.ask(credential)).toMatchObject({ status: 'inactive', reason: 'STS answers InvalidClientTokenId: there is no such active key' });
    expect(await server.call('iam', 'ListAccessKeys', { UserName: 'deploy' })).not.toContain(key.id);
    expect(await ours.verifier.revoke(credential)).toMatchObject({ status: 'refused' });
  });

  it('knows who a key is even if its user may do nothing, and says no more than it was told', async () => {
    const answer = await alone.verifier.ask(found(await server.makeUser('nobody')));
    expect(answer).toMatchObject({ status: 'active', facts: { sub: 'arn:aws:iam::123456789012:user/nobody', exp: 'never' } });
    if (answer.status === 'active') expect(Object.keys(answer.facts).sort()).toEqual(['exp', 'notes', 'sub', 'tokenId']);
  });

  it('lets a key that may read IAM tell of itself, and delete itself where it may', async () => {
    const credential = found(await server.makeUser('selfish', ['arn:aws:iam::aws:policy/IAMFullAccess']));
    const answer = await alone.verifier.ask(credential);
    expect(answer).toMatchObject({ status: 'active', facts: { scopes: ['arn:aws:iam::aws:policy/IAMFullAccess'] } });
    expect(await alone.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await alone.verifier.ask(credential)).toMatchObject({ status: 'inactive' });
  });

  it('names policies of groups and those written into a user', async () => {
    const key = await server.makeUser('grouped');
    await server.call('iam', 'CreateGroup', { GroupName: 'ops' });
    await server.call('iam', 'AttachGroupPolicy', { GroupName: 'ops', PolicyArn: READ_ONLY });
    await server.call('iam', 'AddUserToGroup', { GroupName: 'ops', UserName: 'grouped' });
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] });
    await server.call('iam', 'PutUserPolicy', { UserName: 'grouped', PolicyName: 'one', PolicyDocument: document });
    const answer = await ours.verifier.ask(found(key));
    expect(answer.status === 'active' ? answer.facts.scopes : []).toEqual([READ_ONLY, 'inline:one']);
  });

  it('calls neither a wrong secret nor an unknown partner of an id dead', async () => {
    const key = await server.makeUser('paired');
    expect(await alone.verifier.ask(found({ ...key, secret: `${key.secret.slice(0, -4)}AAAA` }))).toMatchObject({ status: 'unknown', why: 'ambiguous' });
  });

  it('asks with all three parts of a session, which nobody can end alone', async () => {
    const parent = await server.makeUser('parent', ['arn:aws:iam::aws:policy/AdministratorAccess']);
    await server.call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] }) });
    await server.call('iam', 'AttachRolePolicy', { RoleName: 'reader', PolicyArn: READ_ONLY });
    const session = keyIn(await server.call('sts', 'AssumeRole', { RoleArn: 'arn:aws:iam::123456789012:role/reader', RoleSessionName: 'ci' }, parent));
    expect(session.id).toMatch(/^ASIA/);
    const answer = await ours.verifier.ask(found(session));
    expect(answer).toMatchObject({ status: 'active', facts: { sub: 'arn:aws:sts::123456789012:assumed-role/reader/ci', scopes: [READ_ONLY] } });
    const token = makeCredential('aws-session', session.session ?? '', { companions: [{ name: 'key-id', secret: makeSecret(session.id) }, { name: 'secret-key', secret: makeSecret(session.secret) }] });
    expect(await ours.verifier.ask(token)).toMatchObject({ status: 'active', facts: { sub: 'arn:aws:sts::123456789012:assumed-role/reader/ci' } });
    expect(ours.verifier.revocation(token)).toMatchObject({ possible: false });
    const { session: _, ...halves } = session;
    expect(await ours.verifier.ask(found(halves))).toMatchObject({ status: 'notAttempted', why: 'missing-companion' });
  });

  it('makes a second key, and no third', async () => {
    const credential = found(await server.makeUser('rotating'));
    const replacement = await ours.verifier.rotate(credential, {}, makeSecret);
    expect(replacement).toMatchObject({ status: 'issued', oldLives: true, facts: { sub: 'rotating', exp: 'never' } });
    if (replacement.status !== 'issued') return;
    const next: AwsKey = { id: replacement.facts.tokenId ?? '', secret: replacement.secret.reveal() };
    expect(await ours.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await ours.verifier.ask(found(next))).toMatchObject({ status: 'active', facts: { sub: 'arn:aws:iam::123456789012:user/rotating' } });
    expect(await ours.verifier.rotate(credential, { scopes: ['less'] }, makeSecret)).toMatchObject({ status: 'refused' });
  });

  it('lists the keys of all users, and deletes one whose secret nobody has', async () => {
    const key = await server.makeUser('listed');
    const { tokens, end } = await listAll();
    expect(end).toEqual({ complete: true });
    expect(tokens.find(({ tokenId }) => tokenId === key.id)).toMatchObject({ rule: 'aws-access-key', status: 'active', facts: { sub: 'arn:aws:iam::123456789012:user/listed', exp: 'never', lastUsedAt: 'never' } });
    expect(await ours.verifier.administrator.revokeById('test-aws', key.id)).toMatchObject({ status: 'accepted' });
    expect((await listAll()).tokens.some(({ tokenId }) => tokenId === key.id)).toBe(false);
    expect(await ours.verifier.administrator.revokeById('test-aws', key.id)).toMatchObject({ status: 'refused' });
  });

  it('never sends a secret, only its signature', () => {
    expect([...alone.ledger, ...ours.ledger].filter(({ event }) => event.endsWith('.sent')).some(({ detail }) => detail['rule'] === 'aws-access-key' && detail['carriesCredential'] === true)).toBe(false);
  });
});
