import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { signed } from '../../../src/issuers/exchange/aws-query.ts';
import type { AwsKey } from '../../../src/issuers/exchange/aws-query.ts';
import { startChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const VERSION = '5.2.5';

/** moto (an emulator of AWS) on 127.0.0.1: STS and IAM, with signatures and policies checked. */
export interface MotoServer {
  /** No trailing slash. */
  readonly url: string;
  /** May do everything in the account. */
  readonly admin: AwsKey;
  /** A user with a key, and the policies given: ARNs of AWS's own. */
  readonly makeUser: (name: string, policies?: readonly string[]) => Promise<AwsKey>;
  /** Calls IAM or STS past tokenwarden; its XML. */
  readonly call: (service: 'iam' | 'sts', action: string, parameters: Readonly<Record<string, string>>, key?: AwsKey) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Why the server cannot run here, or the folder of its programs. Installs the pinned Python package once into `.cache/`. */
export async function prepareMoto(): Promise<{ readonly bin: string } | { readonly missing: string }> {
  const folder = join(fileURLToPath(new URL('../../../.cache/', import.meta.url)), `moto-${VERSION}`);
  const bin = join(folder, 'bin');
  const isThere = async (): Promise<boolean> => run(join(bin, 'python'), ['-c', 'import moto, flask, flask_cors']).then(() => access(join(bin, 'moto_server'))).then(() => true, () => false);
  if (await isThere()) return { bin };
  const python = await run('python3', ['--version']).then(() => 'python3', () => undefined);
  if (python === undefined) return { missing: 'moto: python3 is not on this machine' };
  try {
    await mkdir(folder, { recursive: true });
    await rm(folder, { recursive: true, force: true });
    await run(python, ['-m', 'venv', folder]);
    await run(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `moto[iam,sts]==${VERSION}`, 'flask==3.1.3', 'flask-cors==6.0.5'], { timeout: 110_000 });
    return (await isThere()) ? { bin } : { missing: `moto: moto==${VERSION} does not run on this machine` };
  } catch (error) {
    return { missing: `moto: moto==${VERSION} could not be installed: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}` };
  }
}

/** Starts on a free port, with one administrator. */
export async function startMoto(bin: string): Promise<MotoServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-moto-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = await startChildServer({
    name: 'moto',
    // Not the script moto_server: its first line names the folder in which it was installed, which a shared cache outlives.
    command: join(bin, 'python'),
    args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
    cwd: folder,
    isReady: async () => (await fetch(`${url}/moto-api/data.json`)).status === 200,
  });
  const nobody: AwsKey = { id: 'none', secret: 'none' };
  const call: MotoServer['call'] = async (service, action, parameters, key) => {
    const request = signed(
      { method: 'POST', url: new URL(url), headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body: formOf({ Action: action, Version: service === 'iam' ? '2010-05-08' : '2011-06-15', ...parameters }) },
      { url: new URL(url), service, region: 'us-east-1' },
      key ?? admin,
      new Date(),
    );
    const response = await fetch(request.url, { method: 'POST', headers: request.headers, body: request.body ?? '' });
    const text = await response.text();
    if (!response.ok) throw new Error(`moto answered ${response.status} to ${action}: ${text.slice(0, 300)}`);
    return text;
  };
  const makeUser = async (name: string, policies: readonly string[], key?: AwsKey): Promise<AwsKey> => {
    await call('iam', 'CreateUser', { UserName: name }, key);
    for (const PolicyArn of policies) await call('iam', 'AttachUserPolicy', { UserName: name, PolicyArn }, key);
    return keyIn(await call('iam', 'CreateAccessKey', { UserName: name }, key));
  };
  // Until this switch, moto lets everybody do everything.
  let admin = nobody;
  admin = await makeUser('admin', ['arn:aws:iam::aws:policy/AdministratorAccess'], nobody);
  const strict = await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '0' });
  if (!strict.ok) throw new Error(`moto answered ${strict.status} to reset-auth`);

  return {
    url,
    admin,
    makeUser: (name, policies = []) => makeUser(name, policies),
    call,
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** moto signs a form as Python would encode it: `%2A` for `*`. */
function formOf(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString().replaceAll('*', '%2A');
}

/** The key in the answer to CreateAccessKey, AssumeRole or GetSessionToken. */
export function keyIn(xml: string): AwsKey {
  const part = (name: string): string | undefined => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  const [id, secret, session] = [part('AccessKeyId'), part('SecretAccessKey'), part('SessionToken')];
  if (id === undefined || secret === undefined) throw new Error('no key in the answer');
  return { id, secret, ...(session === undefined ? {} : { session }) };
}
