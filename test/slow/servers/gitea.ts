import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startChildServer } from '../../e2e/servers/child-server.ts';
import { freePort } from '../../e2e/servers/free-port.ts';

const run = promisify(execFile);
const VERSION = '1.26.0';
const MODULE = 'code.gitea.io/gitea';
/** Gitea refuses to run as root: `nobody` of every Linux. */
const NOBODY = 65_534;

/** A real Gitea on 127.0.0.1, its database a file. */
export interface GiteaServer {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** A token of that user. */
  readonly mint: (name: string, scopes: readonly string[]) => Promise<{ readonly id: string; readonly token: string }>;
  readonly isActive: (token: string) => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Its program, and the folder of its templates and texts. */
interface Built {
  readonly home: string;
}

/**
 * Why it cannot run here, or where it is. Go builds it once into `.cache/` (ten minutes): through a module of our own with
 * Gitea's requirements and replacements, which `go install` would not heed.
 */
export async function prepareGitea(): Promise<Built | { readonly missing: string }> {
  const home = fileURLToPath(new URL(`../../../.cache/gitea-${VERSION}/`, import.meta.url));
  const isThere = (): Promise<boolean> => Promise.all(['gitea', 'options', 'templates'].map((name) => access(join(home, name)))).then(() => true, () => false);
  if (await isThere()) return { home };
  try {
    await mkdir(home, { recursive: true });
    const go = async (...args: readonly string[]): Promise<string> => (await run('go', args, { cwd: home, timeout: 1_800_000, maxBuffer: 1 << 26, env: { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false', CGO_ENABLED: '1' } })).stdout;
    await writeFile(join(home, 'go.mod'), 'module example.org/build\n');
    const { Dir: source } = JSON.parse(await go('mod', 'download', '-json', `${MODULE}@v${VERSION}`)) as { readonly Dir: string };
    const theirs = await readFile(join(source, 'go.mod'), 'utf8');
    await writeFile(join(home, 'go.mod'), `${theirs.replace(/^module .*$/m, 'module example.org/build').replace(/^tool .*$/gm, '')}\nrequire ${MODULE} v${VERSION}\ntool ${MODULE}\n`);
    await cp(join(source, 'go.sum'), join(home, 'go.sum'));
    // What a module holds is read-only, which would keep it from being removed again.
    for (const name of ['options', 'templates', 'public']) await run('cp', ['-r', '--no-preserve=mode', join(source, name), home]);
    await go('build', '-tags', 'sqlite sqlite_unlock_notify', '-o', join(home, 'gitea'), MODULE);
    return (await isThere()) ? { home } : { missing: `Gitea ${VERSION} was not built whole` };
  } catch (error) {
    return { missing: `Gitea ${VERSION} could not be built with Go: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}` };
  }
}

/** Starts on a free port, with one user. */
export async function startGitea({ home }: Built): Promise<GiteaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-gitea-'));
  const isRoot = process.getuid?.() === 0;
  const asNobody = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const [user, password] = ['ana', randomBytes(18).toString('base64url')];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Nobody may not read where the tests lie, perhaps.
  for (const name of ['gitea', 'options', 'templates', 'public']) await cp(join(home, name), join(folder, name), { recursive: true });
  const settings = {
    '': { APP_NAME: 'test', RUN_MODE: 'prod', RUN_USER: isRoot ? 'nobody' : userInfo().username, WORK_PATH: folder },
    database: { DB_TYPE: 'sqlite3', PATH: join(folder, 'gitea.db') },
    server: { PROTOCOL: 'http', HTTP_ADDR: '127.0.0.1', HTTP_PORT: String(port), ROOT_URL: `${url}/`, DISABLE_SSH: 'true', OFFLINE_MODE: 'true', STATIC_ROOT_PATH: folder, APP_DATA_PATH: join(folder, 'data') },
    repository: { ROOT: join(folder, 'repositories') },
    security: { INSTALL_LOCK: 'true', SECRET_KEY: randomBytes(32).toString('hex'), INTERNAL_TOKEN: randomBytes(32).toString('hex') },
    indexer: { ISSUE_INDEXER_TYPE: 'db' },
    log: { LEVEL: 'Error', ROOT_PATH: join(folder, 'log') },
    service: { DISABLE_REGISTRATION: 'true' },
    'cron.update_checker': { ENABLED: 'false' },
  };
  const ini = Object.entries(settings).map(([section, values]) => [...(section === '' ? [] : [`[${section}]`]), ...Object.entries(values).map(([name, value]) => `${name} = ${value}`)].join('\n')).join('\n\n');
  const file = join(folder, 'app.ini');
  await writeFile(file, ini, { mode: 0o600 });
  if (isRoot) for (const path of [folder, file]) await chown(path, NOBODY, NOBODY);
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1' };
  const program = join(folder, 'gitea');
  const gitea = (...args: readonly string[]): Promise<unknown> => run(program, [...args, '--config', file], { cwd: folder, env, timeout: 120_000, ...asNobody });
  await gitea('migrate');
  await gitea('admin', 'user', 'create', '--admin', '--username', user, '--password', password, '--email', 'ana@example.com', '--must-change-password=false');
  const child = await startChildServer({ name: 'Gitea', command: program, args: ['web', '--config', file], env, cwd: folder, readyWithinMs: 120_000, isReady: async () => (await fetch(`${url}/api/healthz`)).status === 200, ...asNobody });
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    url,
    user,
    password,
    mint: async (name, scopes) => {
      const response = await fetch(`${url}/api/v1/users/${user}/tokens`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ name, scopes }) });
      if (response.status !== 201) throw new Error(`Gitea answered ${response.status} to the making of a token`);
      const made = (await response.json()) as { readonly id: number; readonly sha1: string };
      return { id: String(made.id), token: made.sha1 };
    },
    isActive: async (token) => (await fetch(`${url}/api/v1/user`, { headers: { authorization: `token ${token}` } })).status !== 401,
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
    },
  };
}
