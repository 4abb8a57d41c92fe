import { randomBytes } from 'node:crypto';
import { chmod, chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChildServer } from '../../e2e/servers/child-server.ts';
import { freePort } from '../../e2e/servers/free-port.ts';
import { fetchZip } from './maven-zip.ts';

const VERSION = '9.9.8.100196';
/** Its search engine refuses to run as root: `nobody` of every Linux. */
const NOBODY = 65_534;

/** A real SonarQube on 127.0.0.1, its database a file. Three minutes and a gigabyte and a half. */
export interface SonarqubeServer {
  readonly url: string;
  /** A user token of the administrator. */
  readonly adminToken: string;
  /** A user token of a user who is no administrator; with an end (a day) or without. */
  readonly mint: (name: string, expirationDate?: string) => Promise<string>;
  readonly login: string;
  readonly isActive: (token: string) => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

/** Why it cannot run here, or its folder. */
export function prepareSonarqube(): ReturnType<typeof fetchZip> {
  return fetchZip({ artifact: `org.sonarsource.sonarqube:sonar-application:${VERSION}`, folder: `sonarqube-${VERSION}`, witness: `lib/sonar-application-${VERSION}.jar` });
}

/** Starts on free ports. */
export async function startSonarqube(home: string): Promise<SonarqubeServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenwarden-sonarqube-'));
  const own = join(folder, 'sonarqube');
  // It writes into its own folder, as somebody who may not write there.
  await cp(home, own, { recursive: true });
  const [port, search, transport, embedded] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  for (const name of ['data', 'logs', 'temp', 'conf', 'elasticsearch', 'extensions']) {
    const path = join(own, name);
    await mkdir(path, { recursive: true });
    await chmod(path, 0o777);
  }
  if (process.getuid?.() === 0) await chown(folder, NOBODY, NOBODY);
  const url = `http://127.0.0.1:${port}`;
  const json = async (path: string, init?: RequestInit): Promise<Readonly<Record<string, unknown>>> => {
    const response = await fetch(`${url}/api/${path}`, init);
    if (!response.ok) throw new Error(`SonarQube answered ${response.status} to ${path}`);
    const text = await response.text();
    return (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>;
  };
  const child = await startChildServer({
    name: 'SonarQube',
    command: 'java',
    args: [
      '-Xmx64m', '-jar', join(own, 'lib', `sonar-application-${VERSION}.jar`), '-Dsonar.telemetry.enable=false', '-Dsonar.updatecenter.activate=false',
      '-Dsonar.web.host=127.0.0.1', `-Dsonar.web.port=${port}`, '-Dsonar.search.host=127.0.0.1', `-Dsonar.search.port=${search}`, `-Dsonar.es.port=${transport}`, `-Dsonar.embeddedDatabase.port=${embedded}`,
      '-Dsonar.search.javaAdditionalOpts=-Dnode.store.allow_mmap=false', '-Dsonar.search.javaOpts=-Xmx256m -Xms256m', '-Dsonar.web.javaOpts=-Xmx512m', '-Dsonar.ce.javaOpts=-Xmx256m',
    ],
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, LC_ALL: 'C.UTF-8' },
    cwd: own,
    readyWithinMs: 540_000,
    // It has three processes of its own, which outlive it when it is killed.
    stopsWithinMs: 120_000,
    isReady: async () => (await json('system/status'))['status'] === 'UP',
    ...asNobody,
  });
  const login = 'ana';
  const password = randomBytes(18).toString('base64url');
  const form = (path: string, user: string, secret: string, values: Readonly<Record<string, string>>): ReturnType<typeof json> =>
    json(path, { method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` }, body: new URLSearchParams(values) });
  const made = await form('user_tokens/generate', 'admin', 'admin', { name: 'auditor', type: 'USER_TOKEN' });
  const adminToken = String(made['token']);
  await form('users/create', adminToken, '', { login, name: 'Ana', password });
  return {
    url,
    adminToken,
    login,
    mint: async (name, expirationDate) => String((await form('user_tokens/generate', login, password, { name, type: 'USER_TOKEN', ...(expirationDate === undefined ? {} : { expirationDate }) }))['token']),
    isActive: async (token) => (await json('authentication/validate', { headers: { authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}` } }))['valid'] === true,
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 1_000 });
    },
  };
}
