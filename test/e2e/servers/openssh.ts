import { execFile } from 'node:child_process';
import { access, chown, copyFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sshFingerprint } from '../../../src/issuers/reading/ssh-public-key.ts';
import { startChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
/** As root it wants a user and a folder of its own; as anybody else it lets in that somebody. `nobody` of every Linux. */
const NOBODY = 65_534;
/** Where `.ci/run tools` unpacks Debian's package, which installed would start a service. */
const UNPACKED = fileURLToPath(new URL('../../../.cache/openssh', import.meta.url));
const PROGRAMS = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd', join(UNPACKED, 'usr/sbin/sshd')];

/** A real OpenSSH server on 127.0.0.1. */
export interface OpensshServer {
  readonly port: number;
  /** The only account that it can let in. */
  readonly user: string;
  /** `SHA256:…` */
  readonly hostKey: string;
  /** The whole of authorized_keys, read anew at each sign-in. */
  readonly authorize: (lines: readonly string[]) => Promise<void>;
  /** Puts public keys (lines) on its list of revoked ones. */
  readonly revoke: (lines: readonly string[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Why the server cannot run here, or its program. */
export async function prepareOpenssh(): Promise<{ readonly program: string } | { readonly missing: string }> {
  if (!(await run('ssh-keygen', ['-?']).then(() => true, (error: { readonly code?: unknown }) => error.code !== 'ENOENT'))) return { missing: 'OpenSSH: ssh-keygen is not on this machine' };
  for (const program of PROGRAMS) if (await access(program).then(() => true, () => false)) return { program };
  return { missing: 'OpenSSH: sshd is not on this machine (`.ci/run tools` fetches it)' };
}

/** Starts on a free port. `takesKeys`: whether it takes public keys at all. */
export async function startOpenssh(program: string, takesKeys = true): Promise<OpensshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-sshd-'));
  const isRoot = process.getuid?.() === 0;
  const port = await freePort();
  const path = (name: string): string => join(folder, name);
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path('host')]);
  await run('ssh-keygen', ['-q', '-k', '-f', path('revoked')]);
  await writeFile(path('authorized'), '', { mode: 0o600 });
  // With PAM, which is asked after the proof only, an account without a password is not taken for a locked one.
  const lines = [
    'ListenAddress 127.0.0.1', `Port ${port}`, `HostKey ${path('host')}`, 'PidFile none', 'UsePAM yes', 'StrictModes no', 'PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'MaxStartups 100',
    `PubkeyAuthentication ${takesKeys ? 'yes' : 'no'}`, ...(takesKeys ? [] : ['PasswordAuthentication yes']), `AuthorizedKeysFile ${path('authorized')}`, `RevokedKeys ${path('revoked')}`, 'LogLevel ERROR', '',
  ].filter((line) => takesKeys || line !== 'PasswordAuthentication no');
  await writeFile(path('sshd_config'), lines.join('\n'), { mode: 0o600 });
  // It starts itself anew for each connection, so it must be where this user may read.
  const own = path('sshd');
  await copyFile(program, own);
  const isUnpacked = program.startsWith(UNPACKED);
  // Libraries lie in a folder that is named after the machine.
  if (isUnpacked) for (const name of await readdir(join(UNPACKED, 'usr/lib'))) if (name.endsWith('-linux-gnu')) await cp(join(UNPACKED, 'usr/lib', name), path('lib'), { recursive: true });
  const mine = ['', 'host', 'revoked', 'authorized', 'sshd_config', 'sshd'].map(path);
  if (isRoot) for (const one of mine) await chown(one, NOBODY, NOBODY);
  const child = await startChildServer({
    name: 'OpenSSH',
    command: own,
    args: ['-D', '-e', '-f', path('sshd_config')],
    env: { PATH: process.env['PATH'] ?? '', ...(isUnpacked ? { LD_LIBRARY_PATH: path('lib') } : {}) },
    cwd: folder,
    isReady: () => greets(port),
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const hostKey = sshFingerprint((await readFile(path('host.pub'), 'utf8')).split(' ')[1] ?? '');
  return {
    port,
    user: isRoot ? 'nobody' : userInfo().username,
    hostKey,
    authorize: (keys) => writeFile(path('authorized'), keys.map((key) => `${key}\n`).join('')),
    revoke: async (keys) => {
      await writeFile(path('list'), keys.map((key) => `${key}\n`).join(''));
      await run('ssh-keygen', ['-q', '-k', '-f', path('revoked'), path('list')]);
    },
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The server speaks first. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('data', (bytes) => {
      resolve(bytes.toString('latin1').startsWith('SSH-2.0-'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
