import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createConnection } from 'mysql2';
import type { Connection } from 'mysql2';
import { startChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';

/** The server refuses to run as root: `nobody` of every Linux. */
const NOBODY = 65_534;
const SHARED = ['/usr/share/mysql', '/usr/share/mariadb', '/usr/local/share/mysql', '/opt/homebrew/share/mysql'];
/** What an empty server consists of, in the order in which its own installer loads it. */
const TABLES = ['mysql_system_tables.sql', 'mysql_performance_tables.sql', 'mysql_system_tables_data.sql'];
const PLACES = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/** A real MariaDB on 127.0.0.1. */
export interface MariadbServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** As the administrator, past tokenwarden. */
  readonly sql: (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly stop: () => Promise<void>;
}

/** Why the server cannot run here, or its program and the folder of its tables: Debian's package mariadb-server-core (`.ci/run tools` installs it). */
export async function prepareMariadb(): Promise<{ readonly server: string; readonly shared: string } | { readonly missing: string }> {
  const first = async (paths: readonly string[]): Promise<string | undefined> => {
    for (const path of paths) if (await access(path).then(() => true, () => false)) return path;
    return undefined;
  };
  const server = await first(PLACES.map((place) => join(place, 'mariadbd')));
  const tables = await first(SHARED.map((place) => join(place, TABLES[0] ?? '')));
  return server === undefined || tables === undefined ? { missing: 'MariaDB: mariadbd is not on this machine (Debian: mariadb-server-core)' } : { server, shared: dirname(tables) };
}

/** Starts on a free port, with its data in a temporary folder that `stop` removes. With a certificate it offers TLS. */
export async function startMariadb({ server, shared }: { readonly server: string; readonly shared: string }, tls?: { readonly cert: string; readonly key: string }): Promise<MariadbServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-mariadb-'));
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const [user, password] = ['admin', randomBytes(18).toString('base64url')];
  const port = await freePort();
  const data = join(folder, 'data');
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', HOME: folder };
  const files = { 'init.sql': `CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY '${password}';\nGRANT ALL ON *.* TO '${user}'@'127.0.0.1' WITH GRANT OPTION;\n`, ...(tls === undefined ? {} : { 'cert.pem': tls.cert, 'key.pem': tls.key }) };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
  await mkdir(data);
  if (process.getuid?.() === 0) for (const path of [folder, data, ...Object.keys(files).map((name) => join(folder, name))]) await chown(path, NOBODY, NOBODY);
  const tables = await Promise.all(TABLES.map((name) => readFile(join(shared, name), 'utf8')));
  await bootstrap(server, [`--datadir=${data}`], ['CREATE DATABASE mysql;', 'USE mysql;', 'SET @auth_root_socket = NULL;', ...tables].join('\n'), { env, cwd: folder, ...asNobody });
  const child = await startChildServer({
    name: 'MariaDB',
    command: server,
    args: [
      '--no-defaults', `--datadir=${data}`, '--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(folder, 'mariadb.sock')}`, `--pid-file=${join(folder, 'pid')}`, '--skip-name-resolve',
      `--init-file=${join(folder, 'init.sql')}`, '--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=16M', '--performance-schema=off', ...(tls === undefined ? [] : [`--ssl-cert=${join(folder, 'cert.pem')}`, `--ssl-key=${join(folder, 'key.pem')}`]),
    ],
    env,
    cwd: folder,
    endsWith: 'SIGKILL',
    isReady: () => greets(port),
    ...asNobody,
  });
  const connection: Connection = createConnection({ host: '127.0.0.1', port, user, password, multipleStatements: true });
  return {
    port,
    user,
    password,
    sql: (text) => new Promise((resolve, reject) => connection.query(text, (error, rows) => (error === null ? resolve(rows as unknown as readonly Readonly<Record<string, unknown>>[]) : reject(error)))),
    stop: async () => {
      connection.destroy();
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The server reads SQL from its standard input and ends. */
function bootstrap(server: string, args: readonly string[], sql: string, options: { readonly env: Readonly<Record<string, string>>; readonly cwd: string; readonly uid?: number; readonly gid?: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(server, ['--no-defaults', '--bootstrap', '--silent-startup', ...args], { ...options, stdio: ['pipe', 'ignore', 'pipe'] });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told = (told + chunk.toString('utf8')).slice(-2_000)));
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`MariaDB could not make its tables: ${told}`))));
    child.stdin.end(sql);
  });
}

/** The server speaks first. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('data', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
