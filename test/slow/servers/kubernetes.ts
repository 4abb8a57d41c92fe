import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChildServer } from '../../e2e/servers/child-server.ts';
import { freePort } from '../../e2e/servers/free-port.ts';

const VERSION = '1.34.4';

/** A real API server of Kubernetes on 127.0.0.1 with its etcd: no nodes, no controllers. */
export interface KubernetesServer {
  readonly url: string;
  /** PEM of the authority that signed its certificate, in a file. */
  readonly authority: string;
  /** Token of somebody who may read and patch the one Secret that is named, and nothing else. */
  readonly narrow: string;
  /** As its administrator; the answer's body. Throws for an error. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** Why it cannot run here, or the folder of its programs, which `build-kubernetes.sh` makes. */
export async function prepareKubernetes(): Promise<{ readonly home: string } | { readonly missing: string }> {
  const home = fileURLToPath(new URL(`../../../.cache/kubernetes-${VERSION}/`, import.meta.url));
  const isThere = await Promise.all(['kube-apiserver', 'etcd'].map((name) => access(join(home, name)))).then(() => true, () => false);
  return isThere ? { home } : { missing: `Kubernetes ${VERSION} is not built: sh test/slow/servers/build-kubernetes.sh (Go, half an hour)` };
}

/** Starts with a Secret `deploy` in the namespace `default` that the narrow token may change. */
export async function startKubernetes(home: string, data: Readonly<Record<string, string>>): Promise<KubernetesServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-kubernetes-'));
  const [store, peers, port] = [await freePort(), await freePort(), await freePort()];
  const [admin, narrow] = [randomBytes(18).toString('hex'), randomBytes(18).toString('hex')];
  await writeFile(join(folder, 'sa.key'), generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(join(folder, 'tokens.csv'), `${admin},admin,1,system:masters\n${narrow},rotator,2\n`, { mode: 0o600 });
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const etcd = await startChildServer({
    name: 'etcd',
    command: join(home, 'etcd'),
    args: ['--data-dir', join(folder, 'etcd'), '--listen-client-urls', `http://127.0.0.1:${store}`, '--advertise-client-urls', `http://127.0.0.1:${store}`, '--listen-peer-urls', `http://127.0.0.1:${peers}`, '--unsafe-no-fsync'],
    env,
    cwd: folder,
    isReady: async () => (await fetch(`http://127.0.0.1:${store}/health`)).status === 200,
  });
  const url = `https://127.0.0.1:${port}`;
  const send = (method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }> =>
    new Promise((resolve, reject) => {
      const asked = request(`${url}${path}`, { method, rejectUnauthorized: false, headers: { authorization: `Bearer ${admin}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) } }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      });
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const server = await startChildServer({
    name: 'kube-apiserver',
    command: join(home, 'kube-apiserver'),
    args: ['--etcd-servers', `http://127.0.0.1:${store}`, '--bind-address', '127.0.0.1', '--secure-port', String(port), '--cert-dir', join(folder, 'certificates'), '--service-account-issuer', 'https://kubernetes.default', '--service-account-key-file', join(folder, 'sa.key'), '--service-account-signing-key-file', join(folder, 'sa.key'), '--token-auth-file', join(folder, 'tokens.csv'), '--authorization-mode', 'RBAC', '--service-cluster-ip-range', '10.0.0.0/24', '--disable-admission-plugins', 'ServiceAccount'],
    env,
    cwd: folder,
    readyWithinMs: 120_000,
    isReady: async () => (await send('GET', '/readyz')).status === 200 && (await send('GET', '/api/v1/namespaces/default')).status === 200,
  });
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const { status, text } = await send(method, path, body);
    if (status >= 400) throw new Error(`Kubernetes answered ${status} to ${method} ${path}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  };
  const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  await call('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 'deploy' }, stringData: data });
  await call('POST', `${roles}/roles`, { metadata: { name: 'rotator' }, rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['deploy'], verbs: ['get', 'patch'] }] });
  await call('POST', `${roles}/rolebindings`, { metadata: { name: 'rotator' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'rotator' }, subjects: [{ kind: 'User', name: 'rotator', apiGroup: 'rbac.authorization.k8s.io' }] });
  return {
    url,
    authority: join(folder, 'certificates', 'apiserver.crt'),
    narrow,
    call,
    stop: async () => {
      await server.stop();
      await etcd.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
