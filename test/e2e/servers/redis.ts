import { randomBytes } from 'node:crypto';
import { access, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisSession } from '../../../src/issuers/exchange/redis-session.ts';
import type { RedisCommand, RedisValue } from '../../../src/issuers/exchange/redis-session.ts';
import { startChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';

/** redis-check-rdb of Debian's redis-tools is the server's own program: which of the two it is, its name decides. */
const PROGRAMS = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server', '/usr/bin/redis-check-rdb', '/usr/bin/valkey-server'];

/** A real Redis on 127.0.0.1, with an ACL file. */
export interface RedisServer {
  readonly port: number;
  readonly tlsPort: number;
  readonly user: string;
  readonly password: string;
  /** As the administrator, past tokenwarden. */
  readonly command: (...words: readonly string[]) => Promise<RedisValue>;
  readonly stop: () => Promise<void>;
}

/** Why the server cannot run here, or its program. */
export async function prepareRedis(): Promise<{ readonly program: string } | { readonly missing: string }> {
  for (const program of PROGRAMS) if (await access(program).then(() => true, () => false)) return { program };
  return { missing: 'Redis: redis-server is not on this machine (Debian: redis-tools)' };
}

/** Starts on free ports, without and with TLS. */
export async function startRedis(program: string, tls: { readonly cert: string; readonly key: string }): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-redis-'));
  const [user, password] = ['admin', randomBytes(18).toString('base64url')];
  const [port, tlsPort] = [await freePort(), await freePort()];
  const files = {
    'users.acl': `user ${user} on >${password} ~* &* +@all\nuser default on nopass ~* &* -@all +ping +auth +acl|whoami\n`,
    'cert.pem': tls.cert,
    'key.pem': tls.key,
    'redis.conf': ['bind 127.0.0.1', `port ${port}`, `tls-port ${tlsPort}`, `tls-cert-file ${join(folder, 'cert.pem')}`, `tls-key-file ${join(folder, 'key.pem')}`, `tls-ca-cert-file ${join(folder, 'cert.pem')}`, 'tls-auth-clients no', 'save ""', `dir ${folder}`, `aclfile ${join(folder, 'users.acl')}`, ''].join('\n'),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
  const named = join(folder, 'redis-server');
  await symlink(program, named);
  const child = await startChildServer({ name: 'Redis', command: named, args: [join(folder, 'redis.conf')], env: { PATH: process.env['PATH'] ?? '', HOME: folder }, cwd: folder, isReady: () => answers(port) });
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  const command: RedisCommand = redisSession(socket);
  await command('AUTH', user, password);
  return {
    port,
    tlsPort,
    user,
    password,
    command,
    stop: async () => {
      socket.destroy();
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  try {
    return (await redisSession(socket)('PING')) === 'PONG';
  } finally {
    socket.destroy();
  }
}
