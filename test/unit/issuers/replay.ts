import { once } from 'node:events';
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { certificateOf, OTHER_PAIR, RSA_PAIR } from './certificate.ts';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientAuth, Store } from '../../../src/model/index.ts';
import { ISSUERS } from '../../../src/issuers/registry.ts';
import { sshFingerprint, sshPublicKey } from '../../../src/issuers/reading/ssh-public-key.ts';
import { serve, serveTcp } from '../http/local-server.ts';
import { makeCredential, makeSecret, makeToken } from './make-credential.ts';
import { makeStore, makeVerifier, NOW } from './make-verifier.ts';
import type { Bench } from './make-verifier.ts';
import type { RecordedCase, RecordedRequest, RecordedResponse } from './recorded-exchange.ts';
import { mysql } from './scripted/mysql.ts';
import { postgresql } from './scripted/postgresql.ts';
import { redis } from './scripted/redis.ts';
import { ssh, SSH_HOST_KEY } from './scripted/ssh.ts';
import { httpBytes } from './scripted/scripted-server.ts';
import type { ScriptedRequest, ScriptedServer } from './scripted/scripted-server.ts';
import type { Credential, OfflineFacts } from '../../../src/model/index.ts';

export interface Replay {
  readonly bench: Bench;
  readonly credential: Credential;
  readonly token: string;
  readonly ownSecret: string;
  /** What `{{new}}` stands for. */
  readonly replacement: string;
  readonly storeId: string;
  /** Fills the placeholders of a text of the recording. */
  readonly fill: (text: string) => string;
  /** Requests that differ from the recording, and recorded ones that never came. Checked at the end. */
  readonly differences: () => readonly string[];
  /** Method and URL of everything that was asked. */
  readonly asked: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Plays the issuer of one recorded case on a real server of 127.0.0.1. With `timeoutMs`, nobody waits longer for an answer. */
export async function replay(type: string, recorded: RecordedCase, timeoutMs?: number): Promise<Replay> {
  const token = tokenOf(recorded);
  const ownSecret = makeToken('own-', 24);
  const replacement = makeToken('', 40);
  const asked: string[] = [];
  const differences: string[] = [];
  let next = 0;
  let origin = '';
  const parts = new Map(Object.entries(recorded.companions ?? {}).map(([name, spec]) => [name, 'text' in spec ? spec.text : makeToken(spec.prefix, spec.length)]));
  const fill = (text: string): string => fillPlaceholders(text, { token, ownSecret, origin, id: recorded.auth?.id ?? '', parts, replacement });

  const module = ISSUERS.find(({ id }) => id === type);
  const speaks = SCRIPTED[type];
  /** The recorded answer to the next request of a protocol that is not HTTP. */
  const answerTo = (request: ScriptedRequest): RecordedResponse => {
    asked.push(request.isPassword === undefined ? `${request.method} ${request.path.replace(/'[^']*'/g, "'…'")}` : `${request.method} ${request.path}`);
    const exchange = recorded.exchanges[next];
    next += 1;
    if (exchange === undefined) {
      differences.push(`not in the recording: ${request.method} ${request.path.slice(0, 80)}`);
      return { refused: { code: 'XX000' } };
    }
    const wanted = fill(exchange.request.path);
    const isIt = request.method === exchange.request.method && (request.method === 'SQL' ? request.path.startsWith(wanted) : wanted.endsWith('*') ? request.path.startsWith(wanted.slice(0, -1)) : request.path === wanted);
    if (!isIt) differences.push(`${request.method} ${request.path.slice(0, 120)}: recorded is ${exchange.request.method} ${wanted}`);
    const password = exchange.request.headers?.['password'];
    if (password !== undefined && request.isPassword?.(fill(password)) !== true) differences.push(`${exchange.request.method} ${wanted}: another password than recorded`);
    return JSON.parse(fill(JSON.stringify(exchange.response))) as RecordedResponse;
  };
  const server = speaks !== undefined ? await serveTcp((socket) => speakOrSpoil(socket, recorded, speaks, answerTo)) : await serve((request, response) => {
    void (async () => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const exchange = recorded.exchanges[next];
      next += 1;
      const body = await textOf(request);
      if (exchange === undefined) {
        differences.push(`not in the recording: ${request.method ?? ''} ${request.url ?? ''}`);
        response.writeHead(599).end();
        return;
      }
      differences.push(...differencesOf(exchange.request, request, body, fill));
      const { status = 200, headers = {}, hang } = exchange.response;
      if (hang === true) return;
      const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]));
      // The clock of what was recorded stands still; this machine's would be another.
      response.sendDate = false;
      response.writeHead(status, filled).end(exchange.response.text === undefined ? exchange.response.body === undefined ? '' : fill(JSON.stringify(exchange.response.body)) : fill(exchange.response.text));
    })();
  });
  origin = module?.protocol === undefined ? server.url.origin : `${module.protocol.schemes.includes('redis') ? 'redis' : (module.protocol.schemes[0] ?? '')}://127.0.0.1:${server.port}`;
  const elsewhere = Object.fromEntries(Object.entries(module?.publicEndpoints ?? {}).map(([name, url]) => [name, new URL(new URL(url).pathname, origin)]));
  const base = module?.protocol !== undefined ? `${origin}/${fill(recorded.base ?? '')}` : new URL(recorded.base ?? (module?.publicBaseUrl === undefined ? '' : new URL(module.publicBaseUrl).pathname), origin).href;

  const store = makeStore(type, base, { ...clientAuthOf(recorded, ownSecret), endpoints: { ...elsewhere, ...endpointsOf(recorded, origin).endpoints } });
  const hangs = recorded.exchanges.some(({ response }) => response.hang === true);
  const bench = makeVerifier({ stores: [store], httpOptions: { timeoutMs: timeoutMs ?? (hangs ? 250 : 5_000) } });
  return {
    bench,
    credential: makeCredential(recorded.rule, token, {
      companions: [...parts].map(([name, value]) => ({ name, secret: makeSecret(value) })),
      hosts: recorded.hosts ?? [],
      ...(recorded.facts === undefined ? {} : { facts: factsOf(recorded.facts) }),
    }),
    storeId: store.id,
    fill,
    token,
    ownSecret,
    replacement,
    asked,
    differences: () => (next < recorded.exchanges.length ? [...differences, `never asked: ${recorded.exchanges[next]?.request.path ?? ''}`] : differences),
    stop: async () => {
      await bench.http.close();
      await server.stop();
    },
  };
}

/** Facts as a rule reads them. */
export function factsOf({ expiresAt, ...rest }: NonNullable<RecordedCase['facts']>): OfflineFacts {
  return { ...rest, ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === 'never' ? 'never' : new Date(expiresAt) }) };
}

const SCRIPTED: Readonly<Record<string, ScriptedServer>> = { postgresql, mysql, redis, ssh };

/** Plays the issuer, or somebody who listens in its place and speaks HTTP, or nothing. */
function speakOrSpoil(socket: Socket, recorded: RecordedCase, speaks: ScriptedServer, answerTo: (request: ScriptedRequest) => RecordedResponse): void {
  const response = recorded.exchanges[0]?.response;
  const isSpoiled = response !== undefined && (response.status !== undefined || response.text !== undefined || response.headers !== undefined);
  if (response?.hang === true) return;
  if (isSpoiled) socket.end(httpBytes(response));
  else speaks(socket, answerTo);
}

/** Signs tokens that name a key (`kid`); its public half is `{{jwk-x}}` and `{{jwk-y}}`. */
const SIGNER = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PUBLISHED = Object.entries(SIGNER.publicKey.export({ format: 'jwk' })).flatMap(([name, value]): [string, string][] => (name === 'x' || name === 'y' ? [[`jwk-${name}`, String(value)]] : []));

/** The token of a recorded case, made anew. */
export function tokenOf({ token }: RecordedCase): string {
  if ('pem' in token) return RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  if ('prefix' in token) return makeToken(token.prefix, token.length) + (token.suffix ?? '');
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  if (token.kid !== undefined) {
    const toSign = `${encode({ alg: 'ES256', typ: 'JWT', kid: token.kid })}.${encode(token.jwt)}`;
    return `${toSign}.${sign('sha256', Buffer.from(toSign), { key: SIGNER.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(token.jwt)}`;
  return `${signed}.${createHmac('sha256', makeToken('', 20)).update(signed).digest('base64url')}`;
}

function clientAuthOf({ auth }: RecordedCase, ownSecret: string): { readonly clientAuth?: ClientAuth } {
  if (auth === undefined || auth === null) return {};
  if (auth.method === 'bearer') return { clientAuth: { method: 'bearer', token: makeSecret(ownSecret) } };
  return { clientAuth: { method: auth.method, clientId: auth.id ?? '', clientSecret: makeSecret(ownSecret) } };
}

function endpointsOf({ endpoints }: RecordedCase, origin: string): Pick<Store, 'endpoints'> {
  if (endpoints === undefined) return {};
  return { endpoints: Object.fromEntries(Object.entries(endpoints).map(([name, path]) => [name, new URL(path, origin)])) };
}

function fillPlaceholders(text: string, values: { readonly token: string; readonly ownSecret: string; readonly origin: string; readonly id: string; readonly parts: ReadonlyMap<string, string>; readonly replacement: string }): string {
  const pair = `${encodeURIComponent(values.id)}:${encodeURIComponent(values.ownSecret)}`;
  return text
    .replace(/\{\{([a-z-]+)\}\}/g, (whole, name: string) => values.parts.get(name) ?? new Map(PUBLISHED).get(name) ?? whole)
    .replace(/\{\{new(?::([^}]*))?\}\}/g, (_, head: string | undefined) => (head ?? '') + values.replacement)
    .replaceAll('{{token}}', values.token)
    .replaceAll('{{sha256}}', createHash('sha256').update(values.token).digest('hex'))
    .replaceAll('{{ssh-host-key}}', SSH_HOST_KEY)
    .replaceAll('{{ssh-key}}', () => sshPublicKey(values.token) ?? '')
    .replaceAll('{{ssh-fingerprint}}', () => sshFingerprint(sshPublicKey(values.token) ?? ''))
    .replaceAll('{{certificate}}', () => JSON.stringify(certificateOf(RSA_PAIR)).slice(1, -1))
    .replaceAll('{{certificate:other}}', () => JSON.stringify(certificateOf(OTHER_PAIR)).slice(1, -1))
    .replace(/\{\{key-file:(\S+) (\S+)\}\}/g, (_, email: string, id: string) => Buffer.from(JSON.stringify({ private_key: values.replacement, private_key_id: id, client_email: email })).toString('base64'))
    .replace(/\{\{token:(\d+)\.\.\.(\d+)\}\}/g, (_, head: string, tail: string) => `${values.token.slice(0, Number(head))}...${values.token.slice(-Number(tail))}`)
    .replace(/\{\{token:(-?\d+)\}\}/g, (_, count: string) => (count.startsWith('-') ? values.token.slice(Number(count)) : values.token.slice(0, Number(count))))
    .replaceAll('{{auth}}', values.ownSecret)
    .replaceAll('{{basic}}', Buffer.from(pair).toString('base64'))
    .replaceAll('{{origin}}', values.origin)
    .replaceAll('{{host}}', values.origin.replace(/^.*\/\//, ''))
    .replace(/\{\{now\+(\d+)\}\}/g, (_, seconds: string) => String(NOW.getTime() / 1000 + Number(seconds)))
    .replace(/\{\{base64:([^}]*)\}\}/g, (_, plain: string) => Buffer.from(plain).toString('base64'));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  await once(request, 'end');
  return text;
}

function differencesOf(expected: RecordedRequest, request: IncomingMessage, body: string, fill: (text: string) => string): readonly string[] {
  const found: string[] = [];
  const compare = (what: string, wanted: string, got: string | undefined): void => {
    if (wanted !== got) found.push(`${expected.method} ${expected.path}: ${what} is ${JSON.stringify(got)}, recorded is ${JSON.stringify(wanted)}`);
  };
  compare('request line', `${expected.method} ${fill(expected.path)}`, `${request.method ?? ''} ${request.url ?? ''}`);
  for (const [name, value] of Object.entries(expected.headers ?? {})) compare(name, fill(value), request.headers[name]?.toString());
  if (expected.json !== undefined) compare('body', fill(JSON.stringify(expected.json)), body);
  if (expected.form !== undefined) compare('form', JSON.stringify(Object.entries(expected.form).map(([name, value]) => [name, fill(value)])), JSON.stringify([...new URLSearchParams(body)]));
  if (expected.json === undefined && expected.form === undefined && expected.method === 'GET') compare('body', '', body);
  return found;
}
