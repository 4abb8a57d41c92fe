import { createHostQueue, hostOf, type Http, type HostQueueOptions } from '../lib/http/index.ts';
import type { HttpOutcome, HttpRequest, HttpResponse, Secret } from '../model/index.ts';
import { GitHubError, troubleOf } from './trouble.ts';
import { requestLine, type Asked, type OperationId, type Parameters } from './operations.ts';

/** Gives a token that is good for a while yet; given one that GitHub refused, another one. */
export type TokenSource = (refused?: Secret) => Promise<Secret>;

export interface GitHubSetup {
  /** Base URL of the REST API: `https://api.github.com`, or a GitHub Enterprise Server's `https://HOST/api/v3`. */
  readonly apiUrl: URL;
  /** Absent: only what is public can be read. A source is asked before each request, and again for another token when GitHub refuses one. */
  readonly token?: Secret | TokenSource;
  readonly http: Http;
  readonly now: () => Date;
  readonly sleep: HostQueueOptions['sleep'];
  /** How long a pause that GitHub asks for is waited. A longer one ends in `GITHUB_RATE_LIMIT`. Default 60 s. */
  readonly maxPauseMs?: number;
  readonly signal?: AbortSignal;
}

export interface GitHubAnswer {
  readonly status: number;
  /** Any JSON value, not checked: read it with `reading.ts`. Undefined where the answer has no body. */
  readonly value: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Download {
  /** Takes the bytes as they come. */
  readonly sink: (chunk: Uint8Array) => void | Promise<void>;
  /** What came so far is void: it is sent again from its beginning. Absent: what broke off is not asked for again. */
  readonly restart?: () => void;
  /** Where the same address answers with a description to whoever does not ask for the file itself. */
  readonly accept?: string;
  /** More than so many bytes end in `GITHUB_REFUSED`. */
  readonly maxBytes: number;
  /** For all of it. Default 10 minutes. */
  readonly timeoutMs?: number;
}

/** GitHub's REST API. Everything throws `GitHubError`, or the signal's reason when it aborts. */
export interface GitHub {
  readonly apiUrl: URL;
  /** With an `etag` of an earlier answer, one that is still the same is status 304 without a value, and GitHub does not count it. */
  readonly call: <Id extends OperationId>(id: Id, parameters: Parameters<Id>, body?: unknown, known?: { readonly etag?: string }) => Promise<GitHubAnswer>;
  /** A question to the GraphQL API beside it, which costs one request for many repositories. Errors of parts are in the answer's `errors`. */
  readonly graphql: (query: string, variables: Readonly<Record<string, unknown>>, target: string) => Promise<unknown>;
  /**
   * Every page of a list, as GitHub's `Link` header leads on. `maxPages` (default 100) pages of 100 are read; a list that goes on
   * after them throws `GITHUB_REFUSED`, since what was not seen is not absent.
   */
  readonly pages: <Id extends OperationId>(id: Id, parameters: Parameters<Id>, maxPages?: number) => AsyncGenerator<unknown>;
  /** A file, often by a redirect to another host. That host never gets the token. Gives the number of bytes. */
  readonly download: <Id extends OperationId>(id: Id, parameters: Parameters<Id>, download: Download) => Promise<number>;
}

const API_VERSION = '2022-11-28';
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const CALL_TIMEOUT_MS = 60_000;
const DOWNLOAD_TIMEOUT_MS = 600_000;
/** GitHub asks for at least a minute after a secondary limit that names no time. */
const SECONDARY_PAUSE_SECONDS = '60';
const LIMITS = { requestsPerSecond: 10, concurrency: 4 };
/** A query changes nothing, and a second token of an App does no harm. */
const REPEATABLE: ReadonlySet<Asked> = new Set<Asked>(['graphql', 'apps/create-installation-access-token']);
const MAX_HOPS = 3;
const RETRY_AFTER_MS = [1_000, 3_000] as const;

/** Nothing is sent before a call. */
export function createGitHub({ apiUrl, token, http, now, sleep, maxPauseMs, signal }: GitHubSetup): GitHub {
  const queue = createHostQueue({ now, sleep, ...(maxPauseMs === undefined ? {} : { maxPauseMs }) });
  // Who names another server than github.com's in the environment means one of their own network, perhaps.
  const allowPrivate = apiUrl.hostname !== 'api.github.com';
  const policyFor = (own: Secret | undefined) => ({ allowPrivate, secrets: own === undefined ? [] : [own.reveal()], ...(signal === undefined ? {} : { signal }) });
  const headers: Readonly<Record<string, string>> = { accept: 'application/vnd.github+json', 'x-github-api-version': API_VERSION };
  const tokenNow = (refused?: Secret): Promise<Secret | undefined> => (typeof token === 'function' ? token(refused) : Promise.resolve(token));

  /** To the API's own host only, whatever URL an answer named. */
  const sendWith = (own: Secret | undefined, { headers: given, ...request }: HttpRequest, more: { readonly timeoutMs?: number; readonly maxBodyBytes?: number; readonly sink?: Download['sink'] }): Promise<HttpOutcome> =>
    queue.run(
      hostOf(apiUrl),
      LIMITS,
      async () => asThrottled(await http.send({ ...request, headers: own === undefined ? given : { ...given, authorization: `Bearer ${own.reveal()}` } }, { ...policyFor(own), allowedHosts: [hostOf(apiUrl)], redirects: 'answer', timeoutMs: CALL_TIMEOUT_MS, maxBodyBytes: MAX_ANSWER_BYTES, ...more })),
      signal,
    );

  /** A token that its source can replace is replaced once: an hour may have passed. What was refused has done nothing. */
  const send = async (request: HttpRequest, more: { readonly timeoutMs?: number; readonly maxBodyBytes?: number; readonly sink?: Download['sink'] } = {}): Promise<HttpOutcome> => {
    const own = await tokenNow();
    const outcome = await sendWith(own, request, more);
    if (typeof token !== 'function' || !outcome.ok || outcome.response.status !== 401) return outcome;
    return sendWith(await tokenNow(own), request, more);
  };

  /** Reading again what the server failed at is safe; writing again might write twice. */
  const sendPatiently = async (request: HttpRequest): Promise<HttpOutcome> => {
    for (const pause of RETRY_AFTER_MS) {
      const outcome = await send(request);
      const isRepeatable = request.method === 'GET' || request.repeatable === true;
      if (!isRepeatable || !mayGoBetter(outcome)) return outcome;
      await sleep(pause, signal);
    }
    return send(request);
  };

  const request = (id: Asked, url: URL, method: HttpRequest['method'], body: unknown): HttpRequest => ({
    method,
    url,
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(REPEATABLE.has(id) ? { repeatable: true } : {}),
  });

  /** What is no JSON was perhaps cut short: reading again is safe, and may get the whole. */
  const readWhole = async <Answer>(isRepeatable: boolean, read: () => Promise<Answer>): Promise<Answer> => {
    for (const pause of RETRY_AFTER_MS) {
      try {
        return await read();
      } catch (error) {
        if (!isRepeatable || !(error instanceof GitHubError) || error.trouble !== 'malformed') throw error;
      }
      await sleep(pause, signal);
    }
    return read();
  };

  const ask = (id: OperationId, url: URL, method: HttpRequest['method'], target: string, body?: unknown, etag?: string): Promise<GitHubAnswer> => readWhole(method === 'GET', () => askOnce(id, url, method, target, body, etag));

  const askOnce = async (id: OperationId, url: URL, method: HttpRequest['method'], target: string, body?: unknown, etag?: string): Promise<GitHubAnswer> => {
    let at = url;
    for (let hop = 0; hop < MAX_HOPS; hop += 1) {
      const asked = request(id, at, method, body);
      const response = responseOf(id, await sendPatiently(etag === undefined ? asked : { ...asked, headers: { ...asked.headers, 'if-none-match': etag } }), target);
      if (response.status === 304 && etag !== undefined) return { status: 304, value: undefined, headers: response.headers };
      // A renamed repository answers 301 with its place in the same API.
      const next = response.status >= 300 && response.status < 400 && method === 'GET' ? locationOf(response, at) : undefined;
      if (next === undefined) return answerOf(id, response, target);
      if (next.origin !== apiUrl.origin) throw new GitHubError('refused', id, `GitHub sent us to another host for ${target}; nothing was sent there`, { status: response.status });
      at = next;
    }
    throw new GitHubError('refused', id, `GitHub redirects in a circle for ${target}`);
  };

  return {
    apiUrl,
    call: (id, parameters, body, { etag } = {}) => {
      const { method, url } = requestLine(apiUrl, id, parameters);
      return ask(id, url, method, targetOf(parameters), body, etag);
    },
    graphql: (query, variables, target) =>
      readWhole(true, async () => {
        const outcome = await sendPatiently(request('graphql', graphqlUrl(apiUrl), 'POST', { query, variables }));
        return answerOf('graphql', responseOf('graphql', outcome, target), target).value;
      }),
    async *pages(id, parameters, maxPages = 100) {
      const target = targetOf(parameters);
      let url: URL | undefined = requestLine(apiUrl, id, { per_page: 100, ...parameters }).url;
      let last = 0;
      let before = '';
      for (let page = 0; url !== undefined; page += 1) {
        if (page >= maxPages) throw new GitHubError('refused', id, `the list of ${target} goes on after ${maxPages} pages; the rest was not read`);
        const at: URL = url;
        const { value, next } = await readWhole(true, async () => {
          const { value: found, headers: { link } } = await ask(id, at, 'GET', target);
          const onward = nextPage(link, apiUrl);
          last = linkedPage(link, 'last', apiUrl) ?? last;
          if (onward === undefined && numberOf(at) < last) throw new GitHubError('malformed', id, `the list of ${target} breaks off at page ${numberOf(at)} of ${last}`);
          return { value: found, next: onward };
        });
        const text = JSON.stringify(value);
        // A full page that does not say whether it is the last one is asked for the next; one that comes again and again is.
        if (page > 0 && text === before) return;
        yield value;
        url = next ?? (isFull(value, at) ? withPage(at, numberOf(at) + 1) : undefined);
        before = text;
      }
    },
    async download(id, parameters, { sink, restart, accept, maxBytes, timeoutMs = DOWNLOAD_TIMEOUT_MS }) {
      const target = targetOf(parameters);
      let bytes = 0;
      const more = {
        timeoutMs,
        maxBodyBytes: maxBytes,
        sink: (chunk: Uint8Array): void | Promise<void> => {
          bytes += chunk.length;
          return sink(chunk);
        },
      };
      const patiently = async (one: () => Promise<HttpOutcome>): Promise<HttpOutcome> => {
        for (const pause of RETRY_AFTER_MS) {
          const outcome = await one();
          if (!mayGoBetter(outcome) || (bytes > 0 && restart === undefined)) return outcome;
          bytes = 0;
          restart?.();
          await sleep(pause, signal);
        }
        return one();
      };
      const first = request(id, requestLine(apiUrl, id, parameters).url, 'GET', undefined);
      let response = responseOf(id, await patiently(() => send(accept === undefined ? first : { ...first, headers: { ...first.headers, accept } }, more)), target);
      let at = apiUrl;
      for (let hop = 0; response.status >= 300 && response.status < 400; hop += 1) {
        const next = hop < MAX_HOPS ? locationOf(response, at) : undefined;
        if (next === undefined) throw new GitHubError('malformed', id, `GitHub sends us nowhere for ${target}`, { status: response.status });
        // From here on without the token: the address itself is what opens the file.
        const policy = { ...policyFor(await tokenNow()), allowedHosts: [hostOf(next)], redirects: 'answer', ...more } as const;
        response = responseOf(id, await patiently(() => http.send({ method: 'GET', url: next, headers: {} }, policy)), target);
        at = next;
      }
      if (response.status < 200 || response.status > 299) throw troubleOf(id, response, target);
      return bytes;
    },
  };
}

/** GitHub's own: beside the API; of an Enterprise Server: `/api/graphql` beside `/api/v3`. */
function graphqlUrl(apiUrl: URL): URL {
  const path = apiUrl.pathname.replace(/\/$/, '');
  return new URL(path.endsWith('/v3') ? `${path.slice(0, -3)}/graphql` : `${path}/graphql`, apiUrl);
}

/** What a call is about, in words. */
function targetOf({ owner, repo, org, username }: Readonly<Record<string, unknown>>): string {
  const one = owner ?? org ?? username;
  return one === undefined ? 'the App' : repo === undefined ? String(one) : `${String(one)}/${String(repo)}`;
}

function responseOf(id: Asked, outcome: HttpOutcome, target: string): HttpResponse {
  if (outcome.ok) return outcome.response;
  const { why, detail, retryAfterSeconds } = outcome;
  if (why === 'throttled') return fail(new GitHubError('rate-limit', id, `GitHub asks for fewer requests: ${detail}`, { hint: 'try again later, or with a token of its own', ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }));
  if (why === 'too-large') return fail(new GitHubError('refused', id, `what GitHub sends for ${target} is too large: ${detail}`));
  if (why === 'malformed') return fail(new GitHubError('malformed', id, `GitHub's answer for ${target} cannot be read: ${detail}`));
  return fail(new GitHubError('unreachable', id, `GitHub was not reached for ${target}: ${detail}`));
}

function fail(error: GitHubError): never {
  throw error;
}

function answerOf(id: Asked, response: HttpResponse, target: string): GitHubAnswer {
  if (response.status < 200 || response.status > 299) throw troubleOf(id, response, target);
  const { status, headers, body } = response;
  if (body === '') return { status, headers, value: undefined };
  try {
    return { status, headers, value: JSON.parse(body) as unknown };
  } catch {
    throw new GitHubError('malformed', id, `GitHub's answer for ${target} is not JSON`, { status });
  }
}

/** A secondary limit may come as a bare 403; then it gets the header that the queue knows. */
function asThrottled(outcome: HttpOutcome): HttpOutcome {
  if (!outcome.ok) return outcome;
  const { response } = outcome;
  const isSecondary = response.status === 403 && response.headers['retry-after'] === undefined && response.headers['x-ratelimit-remaining'] !== '0' && /secondary rate limit|abuse detection/i.test(response.body.slice(0, 2_000));
  return isSecondary ? { ok: true, response: { ...response, headers: { ...response.headers, 'retry-after': SECONDARY_PAUSE_SECONDS } } } : outcome;
}

/** The server failed, or was not reached: asked again it may do better. */
function mayGoBetter(outcome: HttpOutcome): boolean {
  return outcome.ok ? outcome.response.status >= 500 : outcome.why === 'network' || outcome.why === 'timeout';
}

function locationOf(response: HttpResponse, base: URL): URL | undefined {
  return URL.parse(response.headers.location ?? '', base.href) ?? undefined;
}

/** RFC 8288, as GitHub writes it. A page elsewhere than in the same API is none. */
function linked(link: string | undefined, relation: 'next' | 'last', apiUrl: URL): URL | undefined {
  for (const [, target = '', name] of (link ?? '').matchAll(/<([^<>]{1,4000})>\s*;\s*rel="(\w+)"/g)) {
    const url = name === relation ? URL.parse(target) : null;
    if (url !== null && url.origin === apiUrl.origin) return url;
  }
  return undefined;
}

function nextPage(link: string | undefined, apiUrl: URL): URL | undefined {
  return linked(link, 'next', apiUrl);
}

/** Its number; undefined where pages have none, but a cursor. */
function linkedPage(link: string | undefined, relation: 'last', apiUrl: URL): number | undefined {
  const url = linked(link, relation, apiUrl);
  return url === undefined || !url.searchParams.has('page') ? undefined : numberOf(url);
}

function numberOf(url: URL): number {
  const number = Number(url.searchParams.get('page') ?? 1);
  return Number.isSafeInteger(number) && number > 0 ? number : 1;
}

function withPage(url: URL, page: number): URL {
  const next = new URL(url);
  next.searchParams.set('page', String(page));
  return next;
}

/** Lists stand alone, or in a page of their own name. */
function isFull(value: unknown, url: URL): boolean {
  const lists: readonly unknown[] = Array.isArray(value) ? [value] : Object.values(value ?? {});
  return !url.searchParams.has('after') && lists.some((list) => Array.isArray(list) && list.length > 0 && list.length === Number(url.searchParams.get('per_page')));
}
