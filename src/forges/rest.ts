import { createHostQueue, hostOf, type HostLimits, type Http } from '../lib/http/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type HttpOutcome, type HttpResponse, type Secret } from '../model/index.ts';
import type { ForgeSetup } from './open.ts';

/** Why a forge did not answer. `over`: further requests would fail like this one. */
export type RestTrouble = 'over' | 'permission' | 'not-found' | 'refused' | 'malformed';

/** Codes are `FORGE_` and the trouble in capitals. The message never names a token. */
export class RestError extends WardenError {
  readonly trouble: RestTrouble;

  constructor(trouble: RestTrouble, message: string, hint?: string) {
    super(`FORGE_${trouble.toUpperCase().replaceAll('-', '_')}`, message, hint === undefined ? {} : { hint });
    this.name = 'RestError';
    this.trouble = trouble;
  }
}

export interface RestOptions extends ForgeSetup {
  /** `GitLab`, in messages. */
  readonly server: string;
  /** Base of the API: `https://gitlab.example.com/api/v4`. */
  readonly apiUrl: URL;
  readonly token: Secret | undefined;
  /** The header that carries the token. */
  readonly authorize: (token: string) => Readonly<Record<string, string>>;
  readonly allowPrivate: boolean;
  readonly http: Http;
  readonly limits: HostLimits;
}

export type Query = Readonly<Record<string, string | number | boolean>>;

/** A forge's REST API. Everything throws `RestError`, or the signal's reason. */
export interface Rest {
  /** Parts of the path are percent-encoded one by one. */
  readonly get: (path: readonly (string | number)[], query?: Query) => Promise<{ readonly value: unknown; readonly headers: Readonly<Record<string, string>> }>;
  /** Every page of a list, as the `Link` header leads on (RFC 8288). A list that goes on after `MAX_PAGES` throws: what was not seen is not absent. */
  readonly pages: (path: readonly (string | number)[], query?: Query) => AsyncGenerator<unknown>;
  /** Bytes, often by a redirect to another host, which never gets the token. */
  readonly download: (path: readonly (string | number)[], maxBytes: number) => Promise<Uint8Array>;
  /** The same of an address that an answer named. Throws where it is not of this server. */
  readonly downloadAt: (address: string, maxBytes: number) => Promise<Uint8Array>;
}

const MAX_PAGES = 1000;
const MAX_ANSWER_BYTES = 32 << 20;
const CALL_TIMEOUT_MS = 60_000;
const DOWNLOAD_TIMEOUT_MS = 600_000;
const MAX_HOPS = 3;
const RETRY_AFTER_MS = [1_000, 3_000] as const;
/** A limit of an hour is waited for: the run is of the night. */
const MAX_PAUSE_MS = 3_700_000;

export function createRest({ server, apiUrl, token, authorize, allowPrivate, http, limits, now, sleep, signal, maxPauseMs = MAX_PAUSE_MS }: RestOptions): Rest {
  const queue = createHostQueue({ now, sleep, maxPauseMs });
  const own = token?.reveal();
  const secrets = own === undefined ? [] : [own];

  const send = (url: URL, isOwn: boolean, more: { readonly timeoutMs: number; readonly maxBodyBytes: number; readonly sink?: (chunk: Uint8Array) => void }): Promise<HttpOutcome> =>
    queue.run(hostOf(url), limits, () => http.send({ method: 'GET', url, headers: { accept: more.sink === undefined ? 'application/json' : '*/*', ...(isOwn && own !== undefined ? authorize(own) : {}) } }, { allowPrivate, allowedHosts: [hostOf(url)], redirects: 'answer', secrets, signal, ...more }), signal);

  /** Reading again what the server failed at does no harm. */
  const patiently = async (one: () => Promise<HttpOutcome>): Promise<HttpOutcome> => {
    for (const pause of RETRY_AFTER_MS) {
      const outcome = await one();
      if (!(outcome.ok ? outcome.response.status >= 500 : outcome.why === 'network' || outcome.why === 'timeout')) return outcome;
      await sleep(pause, signal);
    }
    return one();
  };

  const urlOf = (path: readonly (string | number)[], query: Query = {}): URL => {
    const parts = path.map(String);
    if (parts.some((part) => part === '' || part === '.' || part === '..')) throw new RangeError('a part of a path leads elsewhere');
    const url = new URL(`${apiUrl.href.replace(/\/$/, '')}/${parts.map(encodeURIComponent).join('/')}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    return url;
  };

  const ask = async (url: URL): Promise<{ readonly value: unknown; readonly headers: Readonly<Record<string, string>> }> => {
    const response = responseOf(server, url, await patiently(() => send(url, true, { timeoutMs: CALL_TIMEOUT_MS, maxBodyBytes: MAX_ANSWER_BYTES })));
    if (response.status < 200 || response.status > 299) throw troubleOf(server, url, response);
    try {
      return { value: JSON.parse(response.body) as unknown, headers: response.headers };
    } catch {
      throw new RestError('malformed', `${server}'s answer at ${printable(url.pathname)} is not JSON`);
    }
  };

  const fetchBytes = async (from: URL, maxBytes: number): Promise<Uint8Array> => {
    let url = from;
    for (let hop = 0; hop <= MAX_HOPS; hop += 1) {
      const chunks: Uint8Array[] = [];
      const at = url;
      const response = responseOf(server, at, await patiently(() => {
        chunks.splice(0);
        return send(at, at.origin === apiUrl.origin, { timeoutMs: DOWNLOAD_TIMEOUT_MS, maxBodyBytes: maxBytes, sink: (chunk) => void chunks.push(Uint8Array.from(chunk)) });
      }));
      if (response.status >= 200 && response.status < 300) return Buffer.concat(chunks);
      const next = response.status >= 300 && response.status < 400 ? URL.parse(response.headers.location ?? '', at.href) : null;
      if (next === null) throw troubleOf(server, at, response);
      url = next;
    }
    throw new RestError('refused', `${server} redirects in a circle at ${printable(from.pathname)}`);
  };

  return {
    get: (path, query) => ask(urlOf(path, query)),
    async *pages(path, query) {
      let url: URL | undefined = urlOf(path, query);
      for (let page = 0; url !== undefined; page += 1) {
        if (page >= MAX_PAGES) throw new RestError('refused', `the list at ${printable(url.pathname)} goes on after ${MAX_PAGES} pages; the rest was not read`);
        const answer: Awaited<ReturnType<typeof ask>> = await ask(url);
        yield answer.value;
        url = nextPage(answer.headers.link, url);
      }
    },
    download: (path, maxBytes) => fetchBytes(urlOf(path), maxBytes),
    downloadAt(address, maxBytes) {
      const url = URL.parse(address);
      if (url === null || url.origin !== apiUrl.origin) throw new RestError('refused', `${server} names a file at another host; nothing was asked there`);
      return fetchBytes(url, maxBytes);
    },
  };
}

function responseOf(server: string, url: URL, outcome: HttpOutcome): HttpResponse {
  if (outcome.ok) return outcome.response;
  const { why, detail } = outcome;
  const at = `${server} at ${printable(url.pathname)}`;
  if (why === 'too-large') throw new RestError('refused', `what ${at} sends is too large: ${detail}`);
  if (why === 'malformed') throw new RestError('malformed', `the answer of ${at} cannot be read: ${detail}`);
  if (why === 'throttled') throw new RestError('over', `${at} asks for fewer requests: ${detail}`, 'try again later, or with a token of its own');
  throw new RestError('over', `${at} was not reached: ${detail}`);
}

function troubleOf(server: string, url: URL, { status }: HttpResponse): RestError {
  const at = printable(url.pathname);
  switch (status) {
    case 401:
      return new RestError('over', `${server} does not accept the token (401 at ${at})`, 'check that it has not expired and belongs to this server');
    case 403:
      return new RestError('permission', `${server} answered 403 at ${at}: the token may not read this, or it is not switched on there`);
    case 404:
    case 410:
      return new RestError('not-found', `${server} finds nothing at ${at}, or the token may not see it`);
    default:
      return new RestError('refused', `${server} answered ${status} at ${at}`);
  }
}

/** A page elsewhere than at the same host is none. */
function nextPage(link: string | undefined, from: URL): URL | undefined {
  const target = (link ?? '').split(',').find((part) => /;\s*rel="?next"?/.test(part));
  const address = /<([^<>]{1,4000})>/.exec(target ?? '')?.[1];
  const url = address === undefined ? null : URL.parse(address, from.href);
  // Behind a proxy some servers name themselves by another scheme or port: their path and query are what counts.
  return url === null ? undefined : new URL(`${url.pathname}${url.search}`, from.origin);
}
