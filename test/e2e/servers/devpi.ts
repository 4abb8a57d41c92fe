import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const SERVER = '6.20.3';
const TOKENS = '1.1.0';

/** A real devpi-server with devpi-tokens on 127.0.0.1, in a folder of its own. */
export interface DevpiServer {
  /** No trailing slash. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Restrictions as devpi-tokens takes them: `{ expires: EPOCH, allowed: […] }`. */
  readonly mint: (restrictions?: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly isActive: (token: string) => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Why the server cannot run here, or the folder of its programs. Installs the pinned Python packages once into `.cache/`. */
export async function prepareDevpi(): Promise<{ readonly bin: string } | { readonly missing: string }> {
  const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));
  const bin = join(cache, `devpi-${SERVER}`, 'bin');
  const isThere = async (): Promise<boolean> => run(join(bin, 'python'), ['-c', 'import devpi_server, devpi_tokens']).then(() => access(join(bin, 'devpi-server'))).then(() => true, () => false);
  if (await isThere()) return { bin };
  const python = await run('python3', ['--version']).then(() => 'python3', () => undefined);
  if (python === undefined) return { missing: 'devpi: python3 is not on this machine' };
  try {
    await mkdir(cache, { recursive: true });
    await rm(join(cache, `devpi-${SERVER}`), { recursive: true, force: true });
    await run(python, ['-m', 'venv', join(cache, `devpi-${SERVER}`)]);
    await run(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `devpi-server==${SERVER}`, `devpi-tokens==${TOKENS}`], { timeout: 110_000 });
    return (await isThere()) ? { bin } : { missing: `devpi: devpi-server==${SERVER} does not run on this machine` };
  } catch (error) {
    return { missing: `devpi: devpi-server==${SERVER} could not be installed: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}` };
  }
}

/** Starts on a free port, with one user. */
export async function startDevpi(bin: string): Promise<DevpiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-devpi-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [user, password] = ['ana', randomBytes(18).toString('hex')];
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  // Not the scripts beside it: their first line names the folder in which they were installed, which a shared cache outlives.
  const script = (module: string, name: string): readonly string[] => ['-c', `import sys; from devpi_server.${module} import ${name}; sys.argv[0] = 'devpi'; sys.exit(${name}())`];
  await run(join(bin, 'python'), [...script('init', 'init'), '--serverdir', join(folder, 'data'), '--no-root-pypi'], { env, cwd: folder });
  const child = await startChildServer({
    name: 'devpi',
    readyWithinMs: 90_000,
    command: join(bin, 'python'),
    args: [...script('main', 'main'), '--serverdir', join(folder, 'data'), '--host', '127.0.0.1', '--port', String(port)],
    env,
    cwd: folder,
    isReady: async () => (await fetch(`${url}/+api`, { headers: { accept: 'application/json' } })).status === 200,
  });
  const headers = (name: string, word: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`, 'content-type': 'application/json', accept: 'application/json' });
  // Everybody may make a user here; the root user of a fresh server has no password.
  const made = await fetch(`${url}/${user}`, { method: 'PUT', headers: headers('root', ''), body: JSON.stringify({ password }) });
  if (made.status !== 201) throw new Error(`devpi answered ${made.status} to the making of a user`);

  return {
    url,
    user,
    password,
    mint: async (restrictions = {}) => {
      const response = await fetch(`${url}/${user}/+token-create`, { method: 'POST', headers: headers(user, password), body: JSON.stringify(restrictions) });
      if (!response.ok) throw new Error(`devpi answered ${response.status} to +token-create`);
      return ((await response.json()) as { result: { token: string } }).result.token;
    },
    isActive: async (token) => {
      const response = await fetch(`${url}/+api`, { headers: { authorization: `Bearer ${token}`, accept: 'application/json' } });
      return response.ok && ((await response.json()) as { result: { authstatus: readonly string[] } }).result.authstatus[0] === 'ok';
    },
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
