import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credential, Introspection, ListedToken } from '../../src/model/index.ts';
import { CHECKS, judgeAll, readPolicy } from '../../src/policy/index.ts';
import { makeCredential, makeSecret, makeToken } from '../unit/issuers/make-credential.ts';
import { makeStore, makeVerifier } from '../unit/issuers/make-verifier.ts';
import type { Bench } from '../unit/issuers/make-verifier.ts';
import { prepareKubernetes, startKubernetes } from './servers/kubernetes.ts';
import type { KubernetesServer } from './servers/kubernetes.ts';

const prepared = await prepareKubernetes();
const missing = 'missing' in prepared ? prepared.missing : undefined;
/** The API server believes a token that it has just seen for this long. */
const REMEMBERS_MS = 20_000;

describe.skipIf(missing !== undefined)(`a real Kubernetes API server${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let server: KubernetesServer;
  let bench: Bench;
  let asAdmin: Bench;
  const found = (token: string): Credential => makeCredential('jwt', token);
  const mint = async (account: string, spec: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const made = (await server.call('POST', `/api/v1/namespaces/default/serviceaccounts/${account}/token`, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec })) as { readonly status: { readonly token: string } };
    return made.status.token;
  };
  const account = (name: string): Promise<unknown> => server.call('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name } });
  const until = async (of: Bench, credential: Credential, status: Introspection['status']): Promise<Introspection> => {
    const deadline = Date.now() + REMEMBERS_MS;
    for (;;) {
      const answer = await of.verifier.ask(credential);
      if (answer.status === status || Date.now() > deadline) return answer;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };

  beforeAll(async () => {
    if (!('home' in prepared)) return;
    server = await startKubernetes(prepared.home, { password: 'not looked at' });
    await account('auditor');
    await server.call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { metadata: { name: 'auditor' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'ServiceAccount', name: 'auditor', namespace: 'default' }] });
    const own = makeSecret(await mint('auditor', { expirationSeconds: 3_600 }));
    const httpOptions = { ca: await readFile(server.authority, 'utf8') };
    const real = { now: () => new Date(), httpOptions };
    bench = makeVerifier({ stores: [makeStore('kubernetes', server.url)], ...real });
    asAdmin = makeVerifier({ stores: [makeStore('kubernetes', server.url, { clientAuth: { method: 'bearer', token: own } })], ...real });
  });
  afterAll(async () => {
    await bench.http.close();
    await asAdmin.http.close();
    await server.stop();
  });

  it('has tokens that go from live with facts, through judgement and revocation, to dead', async () => {
    await account('ci');
    await server.call('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 'ci-token' } });
    const credential = found(await mint('ci', { expirationSeconds: 30 * 86_400, boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 'ci-token' } }));
    const before = await asAdmin.verifier.ask(credential);
    expect(before).toMatchObject({ status: 'active', facts: { sub: 'system:serviceaccount:default:ci', tokenId: 'default/ci-token', exp: expect.any(Date) as Date } });
    expect(judgeAll({ credential, introspection: before }, readPolicy({}, CHECKS), new Date()).find(({ check }) => check === 'max-lifetime')).toMatchObject({ verdict: { status: 'violation' } });
    expect(await asAdmin.verifier.revoke(credential)).toMatchObject({ status: 'accepted' });
    expect(await until(asAdmin, credential, 'inactive')).toMatchObject({ status: 'inactive' });
    expect(await until(bench, credential, 'inactive')).toMatchObject({ status: 'inactive' });
  });

  it('says of itself who a token is, and calls garbage dead', async () => {
    await account('alone');
    expect(await bench.verifier.ask(found(await mint('alone')))).toMatchObject({ status: 'active', facts: { sub: 'system:serviceaccount:default:alone', scopes: expect.arrayContaining(['system:serviceaccounts']) as string[] } });
    expect(await bench.verifier.ask(found(makeToken('', 60)))).toMatchObject({ status: 'inactive' });
    expect(await asAdmin.verifier.ask(found(makeToken('', 60)))).toMatchObject({ status: 'inactive' });
  });

  it('makes a replacement of the life that is wished for, and does not end a token that is bound to nothing', async () => {
    await account('rotated');
    const credential = found(await mint('rotated'));
    const expiresAt = new Date(Date.now() + 1_200_000);
    const replacement = await asAdmin.verifier.rotate(credential, { expiresAt }, makeSecret);
    expect(replacement).toMatchObject({ status: 'issued', oldLives: true });
    if (replacement.status !== 'issued') return;
    expect(await bench.verifier.ask(found(replacement.secret.reveal()))).toMatchObject({ status: 'active', facts: { sub: 'system:serviceaccount:default:rotated' } });
    expect(asAdmin.verifier.revocation(credential)).toMatchObject({ possible: false });
    await server.call('DELETE', '/api/v1/namespaces/default/serviceaccounts/rotated');
    expect(await until(asAdmin, credential, 'inactive')).toMatchObject({ status: 'inactive' });
  });

  it('lists the long-lived tokens of all accounts, and deletes one by its id', async () => {
    await account('old');
    await server.call('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 'old-token', annotations: { 'kubernetes.io/service-account.name': 'old' }, labels: { 'kubernetes.io/legacy-token-last-used': '2026-01-02' } }, type: 'kubernetes.io/service-account-token' });
    const list = async (): Promise<readonly ListedToken[]> => {
      const items = asAdmin.verifier.administrator.list('test-kubernetes');
      const tokens: ListedToken[] = [];
      for (let next = await items.next(); ; next = await items.next()) {
        if (next.done !== true) tokens.push(next.value);
        else {
          expect(next.value).toEqual({ complete: true });
          return tokens;
        }
      }
    };
    expect((await list()).find(({ tokenId }) => tokenId === 'default/old-token')).toMatchObject({ rule: 'jwt', facts: { sub: 'system:serviceaccount:default:old', exp: 'never', lastUsedAt: new Date('2026-01-02') } });
    expect(await asAdmin.verifier.administrator.revokeById('test-kubernetes', 'default/old-token')).toMatchObject({ status: 'accepted' });
    expect((await list()).some(({ tokenId }) => tokenId === 'default/old-token')).toBe(false);
  });
});
