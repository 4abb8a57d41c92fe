import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';

/** A real npm registry on 127.0.0.1 (verdaccio) with one user. */
export interface VerdaccioServer {
  /** No trailing slash. */
  readonly url: string;
  readonly host: string;
  readonly user: string;
  readonly password: string;
  /** What `npm login` gets: a JWT that is in no token list and that nothing revokes. */
  readonly session: string;
  /** What `npm token create` gets: a JWT of 29 days with an id of its own. */
  readonly mint: (options?: { readonly readonly?: boolean; readonly cidr?: readonly string[] }) => Promise<{ readonly token: string; readonly key: string }>;
  /** Asks `whoami`, past tokenwarden. */
  readonly isActive: (token: string) => Promise<boolean>;
  readonly revoke: (key: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts on a free port with an empty storage in a temporary folder, which `stop` removes. */
export async function startVerdaccio(): Promise<VerdaccioServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-verdaccio-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await writeFile(join(folder, 'config.yaml'), configuration(folder));
  const package_ = createRequire(import.meta.url).resolve('verdaccio/package.json');
  const child = await startChildServer({
    name: 'verdaccio',
    command: process.execPath,
    args: [join(dirname(package_), 'bin', 'verdaccio'), '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`],
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, NODE_ENV: 'production' },
    cwd: folder,
    isReady: async () => (await fetch(`${url}/-/ping`)).ok,
  }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });

  const user = 'alice';
  const password = randomBytes(18).toString('base64url');
  const call = async (method: string, path: string, token: string | undefined, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`verdaccio answered ${response.status} to ${method} ${path.split('/token/')[0]}`);
    return response.json();
  };
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };

  try {
    const { token: session } = (await call('PUT', `/-/user/org.couchdb.user:${user}`, undefined, { name: user, password })) as { token: string };
    return {
      url,
      host: `127.0.0.1:${port}`,
      user,
      password,
      session,
      mint: async (options = {}) => {
        const body = { password, readonly: options.readonly ?? false, cidr_whitelist: options.cidr ?? [] };
        const { token, key } = (await call('POST', '/-/npm/v1/tokens', session, body)) as { token: string; key: string };
        return { token, key };
      },
      isActive: async (token) => {
        const response = await fetch(`${url}/-/whoami`, { headers: { authorization: `Bearer ${token}` } });
        return response.ok && ((await response.json()) as { username?: string }).username === user;
      },
      revoke: async (key) => {
        await call('DELETE', `/-/npm/v1/tokens/token/${key}`, session);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configuration(folder: string): string {
  return `storage: ${join(folder, 'storage')}
auth:
  htpasswd:
    file: ${join(folder, 'htpasswd')}
    max_users: 10
security:
  api:
    legacy: false
    jwt:
      sign:
        expiresIn: 29d
userRateLimit:
  windowMs: 60000
  max: 10000
web:
  enable: false
uplinks: {}
packages:
  '**':
    access: $all
    publish: $authenticated
server:
  keepAliveTimeout: 5
log: { type: stdout, format: json, level: error }
`;
}
