import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumer } from '../../src/consumers/kubernetes.ts';
import type { ConsumerAsk } from '../../src/model/index.ts';
import { prepareOpenBao, startOpenBao, type OpenBaoServer } from '../e2e/servers/openbao.ts';
import { makeSecret } from '../unit/issuers/make-credential.ts';
import { makeStore } from '../unit/issuers/make-verifier.ts';
import { prepareKubernetes, startKubernetes, type KubernetesServer } from './servers/kubernetes.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const [kubernetes, openBao] = [await prepareKubernetes(), await prepareOpenBao()];
const missing = 'missing' in kubernetes ? kubernetes.missing : 'missing' in openBao ? openBao.missing : undefined;

describe.skipIf(missing !== undefined)(`a Secret of a real Kubernetes API server${missing === undefined ? '' : `, skipped: ${missing}`}`, () => {
  let cluster: KubernetesServer;
  let bao: OpenBaoServer;
  let folder = '';
  let old = '';
  beforeAll(async () => {
    if (!('home' in kubernetes) || !('program' in openBao)) return;
    bao = await startOpenBao(openBao.program);
    old = await bao.mint({ policies: ['default'], ttl: '2h' });
    cluster = await startKubernetes(kubernetes.home, { token: old, other: 'kept' });
    folder = await mkdtemp(join(tmpdir(), 'tokenwarden-kubernetes-test-'));
  });
  afterAll(async () => {
    await Promise.all([cluster.stop(), bao.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const held = async (): Promise<Readonly<Record<string, string>>> => {
    const { data } = (await cluster.call('GET', '/api/v1/namespaces/default/secrets/deploy')) as { data: Record<string, string> };
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]));
  };
  const ask = (): ConsumerAsk => {
    const agent = new Agent({ connect: { rejectUnauthorized: false } });
    return {
      store: makeStore('kubernetes', cluster.url, { clientAuth: { method: 'bearer', token: makeSecret(cluster.narrow) } }),
      now: () => new Date(),
      makeSecret,
      hold: async () => () => undefined,
      send: async ({ url, method, headers, body }) => {
        const response = await agent.request({ origin: url.origin, path: url.pathname, method, headers, body: body ?? null });
        return { ok: true, response: { status: response.statusCode, headers: {}, body: await response.body.text() } };
      },
    };
  };
  const at = { namespace: 'default', name: 'deploy', key: 'token' };

  it('is written by a token that may do nothing else, and a change that comes between our look and our write is kept: the server answers 409', async () => {
    const before = makeSecret(old);
    const racing: ConsumerAsk = {
      ...ask(),
      send: async (request) => {
        if (request.method === 'PATCH') await cluster.call('PUT', '/api/v1/namespaces/default/secrets/deploy', { metadata: { name: 'deploy' }, stringData: { token: old, other: 'changed' } });
        return ask().send(request);
      },
    };
    expect(await consumer.put(racing, [{ at, secret: makeSecret('ours'), before }])).toEqual({ status: 'refused', detail: 'answered 409' });
    expect(await held()).toEqual({ token: old, other: 'changed' });
    expect(await consumer.put(ask(), [{ at, secret: makeSecret('ours'), before }, { at: { ...at, key: 'id' }, secret: makeSecret('its-id') }])).toMatchObject({ status: 'accepted' });
    expect(await held()).toEqual({ token: 'ours', id: 'its-id', other: 'changed' });
    expect(await consumer.put(ask(), [{ at, secret: makeSecret(old), before }])).toMatchObject({ status: 'refused', detail: expect.stringContaining('somebody else') as string });
    expect(await consumer.put(ask(), [{ at, secret: makeSecret(old), before: makeSecret('ours') }])).toMatchObject({ status: 'accepted' });
    expect((await consumer.read(ask(), { ...at, name: 'another' })).status).toBe('unknown');
  });

  it('has its token replaced by the built command', async () => {
    await writeFile(
      join(folder, 'tokenwarden.yml'),
      `stores:
  - { id: bao, type: vault, url: '${bao.url}', allow-private: true, claims: [{ rule: vault-service-token }], auth: { method: bearer, token-env: TOKENWARDEN_BAO } }
  - { id: cluster, type: kubernetes, url: '${cluster.url}', allow-private: true, claims: [{ rule: kubernetes-service-account-token }], auth: { method: bearer, token-env: TOKENWARDEN_CLUSTER } }
rotations:
  - { name: deploy, store: bao, rule: vault-service-token, lifetime: 1h, quiet: 1s, grace: 0s, consumers: [{ type: kubernetes, store: cluster, namespace: default, name: deploy, key: token }] }
`,
    );
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, TOKENWARDEN_BAO: await bao.mint({ policies: ['root'], ttl: '1h' }), TOKENWARDEN_CLUSTER: cluster.narrow, NODE_EXTRA_CA_CERTS: cluster.authority };
    const ran = (args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [COMMAND, 'rotate', 'deploy', '--yes', ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
        let said = '';
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
        child.once('close', (code) => resolve({ code, said }));
      });
    expect(await ran([])).toMatchObject({ code: 1, said: expect.stringContaining('--confirm-quiet') as string });
    const { token = '' } = await held();
    expect([token !== old, await bao.isActive(token), await bao.isActive(old)]).toEqual([true, true, true]);
    expect(await ran(['--confirm-quiet'])).toMatchObject({ code: 0 });
    expect([(await held())['token'], await bao.isActive(token), await bao.isActive(old)]).toEqual([token, true, false]);
  });
});
