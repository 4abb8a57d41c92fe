import { lookup } from 'node:dns/promises';
import { WardenError } from '../../model/index.ts';
import type { HttpOutcome, HttpRequest, SocketOutcome, SocketTls, Talk } from '../../model/index.ts';
import { admitAddresses, hostOf, literalAddress } from './address-guard.ts';
import { readBody } from './body.ts';
import { createConnections, pinned } from './connections.ts';
import { failed, isReset, nameFailure } from './failure.ts';
import type { Failure } from './failure.ts';
import { proxyFor } from './proxy.ts';
import type { ProxyEnvironment } from './proxy.ts';
import { urlHoldsSecret } from './secret-forms.ts';
import { useSocket } from './socket.ts';
import type { Dispatcher } from 'undici';

export interface HttpOptions {
  /** All addresses of a host name; default: the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Cap on a body, on the wire and inflated. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** For one request from name resolution to the last byte. Default 15 s. */
  readonly timeoutMs?: number;
  readonly userAgent: string;
  readonly proxy?: ProxyEnvironment;
  /** More trusted certificates, PEM. */
  readonly ca?: string;
}

/** What one request may do. */
export interface RequestPolicy {
  /** Loopback, private and link-local addresses, and plain http to them. */
  readonly allowPrivate: boolean;
  /** `host` or `host:port` in lower case; nothing else is contacted. */
  readonly allowedHosts: readonly string[];
  /** Plaintexts that must not stand in the URL. */
  readonly secrets: readonly string[];
  /** Cap on this body instead of the client's own. */
  readonly maxBodyBytes?: number;
  /** For this request instead of the client's own, from name resolution to the last byte. */
  readonly timeoutMs?: number;
  /** `answer`: a redirect is an answer like any other, for a caller that decides itself where to go on. It is never followed here. */
  readonly redirects?: 'answer';
  /** Where the body of an answer of 200 to 299 goes, chunk by chunk, instead of into `response.body`: a long one is never held whole. */
  readonly sink?: (chunk: Uint8Array) => void | Promise<void>;
  /** When it aborts, `send` throws its reason. */
  readonly signal?: AbortSignal;
  /** Called when nothing stands in the way any more, before the first byte leaves; what it throws is thrown, and nothing leaves. */
  readonly onAdmitted?: () => void | Promise<void>;
}

export interface Http {
  /**
   * Sends one request and answers with data: an HTTP response of any status but a redirect (unless the policy wants it), or a
   * named reason for having none. Redirects are never followed. Details hold no text of the request or the response.
   * @throws {WardenError} HTTP_SECRET_IN_URL, HTTP_USERINFO_IN_URL: a mistake of the caller; nothing was sent.
   */
  readonly send: (request: HttpRequest, policy: RequestPolicy) => Promise<HttpOutcome>;
  /**
   * A conversation in another protocol with `url`'s host and port, under the same guard: addresses are resolved once and
   * judged, and what is not encrypted, or to nobody proven, goes to private addresses only. Never through an HTTP proxy.
   */
  readonly converse: <T>(url: URL, tls: SocketTls, talk: Talk<T>, policy: RequestPolicy) => Promise<SocketOutcome<T>>;
  readonly close: () => Promise<void>;
}

/** RFC 9110 section 15.4: those that send elsewhere; 304 and its like do not. */
const REDIRECTS: ReadonlySet<number> = new Set([300, 301, 302, 303, 305, 307, 308]);
const DEFAULT_MAX_BODY_BYTES = 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 15_000;
// RFC 9110 section 5.5: what a header may hold; a credential with other characters cannot be sent in one.
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The only place of the program that opens connections to issuers. */
export function createHttp(options: HttpOptions): Http {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxBodyBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  const resolve = options.resolve ?? systemResolve;
  const connections = createConnections({ timeoutMs, ...(options.ca === undefined ? {} : { ca: options.ca }) });

  const send = async (request: HttpRequest, policy: RequestPolicy): Promise<HttpOutcome> => {
    policy.signal?.throwIfAborted();
    const refusal = refuse(request, policy);
    if (refusal !== undefined) return refusal;
    const limitMs = policy.timeoutMs ?? timeoutMs;
    const timeout = AbortSignal.timeout(limitMs);
    const signal = policy.signal === undefined ? timeout : AbortSignal.any([timeout, policy.signal]);
    try {
      const route = await orAbort(findRoute(request.url, policy, resolve, options.proxy ?? {}), signal);
      if (!route.ok) return route;
      await admit(policy);
      const dispatcher = route.proxy === undefined ? await connections.direct(request.url.origin, route.addresses) : await connections.proxied(route.proxy);
      const exchanging = exchange(dispatcher, request, { signal, maxBodyBytes: policy.maxBodyBytes ?? maxBodyBytes, userAgent: options.userAgent, answersRedirects: policy.redirects === 'answer', ...(policy.sink === undefined ? {} : { sink: policy.sink }) });
      // undici looks at the signal only once it is connected: a proxy that never opens its tunnel would hold us for minutes.
      return await orAbort(exchanging, signal);
    } catch (error) {
      return nameOrThrow(error, policy, timeout, limitMs);
    }
  };

  const nameOrThrow = (error: unknown, policy: RequestPolicy, timeout: AbortSignal, limitMs: number): Failure => {
    policy.signal?.throwIfAborted();
    if (error instanceof NotAdmittedError) throw error.cause;
    if (error instanceof WardenError) throw error;
    return timeout.aborted ? failed('timeout', `no complete answer within ${limitMs} ms`) : nameFailure(error);
  };

  const converse: Http['converse'] = async (url, tls, talk, policy) => {
    policy.signal?.throwIfAborted();
    if (url.username !== '' || url.password !== '') throw new WardenError('HTTP_USERINFO_IN_URL', 'A store\'s URL held a user name or password; nothing was sent.');
    if (!policy.allowedHosts.includes(hostOf(url))) return failed('refused-address', 'the host is not one that the store may contact');
    const isOpen = tls.mode === 'none' || !tls.verify;
    if (isOpen && !policy.allowPrivate) return failed('refused-address', OPEN_LINE);
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = policy.signal === undefined ? timeout : AbortSignal.any([timeout, policy.signal]);
    try {
      const admitted = await orAbort(judgeAddresses(url, policy, resolve), signal);
      if (!admitted.ok) return admitted;
      if (isOpen && admitted.kind === 'public') return failed('refused-address', OPEN_LINE);
      await admit(policy);
      return await useSocket({ url, tls, lookup: pinned(admitted.addresses), ...(options.ca === undefined ? {} : { ca: options.ca }), maxBytes: policy.maxBodyBytes ?? maxBodyBytes, signal }, talk);
    } catch (error) {
      return nameOrThrow(error, policy, timeout, timeoutMs);
    }
  };
  return { send, converse, close: connections.close };
}

const OPEN_LINE = 'a connection without TLS, or to a server whose certificate is not checked, would hand the credential to whoever listens; the store needs checked TLS';

/** What `onAdmitted` threw, kept apart from failures of the network. */
class NotAdmittedError extends Error {}

async function admit({ onAdmitted }: RequestPolicy): Promise<void> {
  try {
    await onAdmitted?.();
  } catch (cause) {
    throw new NotAdmittedError('not admitted', { cause });
  }
}

async function judgeAddresses(url: URL, policy: RequestPolicy, resolve: (host: string) => Promise<readonly string[]>): Promise<{ readonly ok: true; readonly addresses: readonly string[]; readonly kind: 'public' | 'private' } | Failure> {
  const literal = literalAddress(url);
  const addresses = literal === undefined ? await resolve(url.hostname) : [literal];
  const admission = admitAddresses(addresses, policy.allowPrivate);
  return admission.ok ? { ok: true, addresses, kind: admission.kind } : failed('refused-address', admission.detail);
}

function refuse(request: HttpRequest, policy: RequestPolicy): HttpOutcome | undefined {
  const { url } = request;
  if (url.username !== '' || url.password !== '') throw new WardenError('HTTP_USERINFO_IN_URL', 'A request URL held a user name or password; nothing was sent.');
  if (urlHoldsSecret(url, policy.secrets)) throw new WardenError('HTTP_SECRET_IN_URL', 'A request URL held a secret, which would end in logs and proxies; nothing was sent.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return failed('refused-address', 'only http and https are spoken');
  if (!policy.allowedHosts.includes(hostOf(url))) return failed('refused-address', 'the host is not one that the store may contact');
  if (url.protocol === 'http:' && !policy.allowPrivate) return failed('refused-address', 'plain http would send the credential in clear; the store needs https');
  if (!Object.values(request.headers).every((value) => HEADER_VALUE.test(value))) return failed('malformed', 'the credential has characters that no HTTP header can carry; nothing was sent');
  return undefined;
}

type Route = { readonly ok: true; readonly addresses: readonly string[]; readonly proxy?: URL } | Extract<HttpOutcome, { readonly ok: false }>;

/** Resolves once and judges the answer. Behind a proxy, a name that only the proxy can resolve is left to it. */
async function findRoute(url: URL, policy: RequestPolicy, resolve: (host: string) => Promise<readonly string[]>, environment: ProxyEnvironment): Promise<Route> {
  const proxy = proxyFor(url, environment);
  const literal = literalAddress(url);
  let addresses: readonly string[];
  try {
    addresses = literal === undefined ? await resolve(url.hostname) : [literal];
  } catch (error) {
    if (proxy === undefined) throw error;
    if (url.protocol === 'http:') return failed('refused-address', 'plain http to a name that only the proxy can resolve might send the credential in clear over the Internet; the store needs https');
    return { ok: true, addresses: [], proxy };
  }
  const admission = admitAddresses(addresses, policy.allowPrivate);
  if (!admission.ok) return failed('refused-address', admission.detail);
  if (url.protocol === 'http:' && admission.kind === 'public') return failed('refused-address', 'plain http over the Internet would send the credential in clear; the store needs https');
  return { ok: true, addresses, ...(proxy === undefined ? {} : { proxy }) };
}

interface ExchangeOptions {
  readonly signal: AbortSignal;
  readonly maxBodyBytes: number;
  readonly userAgent: string;
  readonly answersRedirects: boolean;
  readonly sink?: NonNullable<RequestPolicy['sink']>;
}

async function exchange(dispatcher: Dispatcher, request: HttpRequest, options: ExchangeOptions): Promise<HttpOutcome> {
  const repeatable = request.repeatable ?? (request.method === 'GET' || request.method === 'HEAD');
  let response: Dispatcher.ResponseData;
  try {
    response = await open(dispatcher, request, options);
  } catch (error) {
    if (!repeatable || !isReset(error) || options.signal.aborted) throw error;
    response = await open(dispatcher, request, options);
  }
  const { statusCode: status, body } = response;
  if (REDIRECTS.has(status) && !options.answersRedirects) {
    body.on('error', () => undefined).destroy();
    return failed('redirect', `answered ${status}; redirects are not followed, because they could carry the credential elsewhere`);
  }
  const headers = plainHeaders(response.headers);
  const read = await readBody(body, headers['content-encoding'], options.maxBodyBytes, status >= 200 && status < 300 ? options.sink : undefined);
  if (!read.ok) {
    body.on('error', () => undefined).destroy();
    return read;
  }
  return { ok: true, response: { status, headers, body: read.text } };
}

function open(dispatcher: Dispatcher, request: HttpRequest, options: ExchangeOptions): Promise<Dispatcher.ResponseData> {
  return dispatcher.request({
    origin: request.url.origin,
    path: `${request.url.pathname}${request.url.search}`,
    method: request.method,
    headers: { 'user-agent': options.userAgent, 'accept-encoding': 'identity', ...request.headers },
    ...(request.body === undefined ? {} : { body: request.body }),
    signal: options.signal,
  });
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const]));
  return Object.fromEntries(entries);
}

async function systemResolve(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

/** DNS lookups cannot be cancelled; this stops waiting for one. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
