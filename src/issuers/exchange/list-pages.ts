import { readThrottling } from '../../lib/http/retry-after.ts';
import type { AdminAsk, HttpRequest, HttpResponse, ListedToken, ListEnd, TokenUse } from '../../model/index.ts';
import { isObject, readJson } from '../reading/json.ts';
import { unnamed } from './question.ts';

/** One page of a listing, and how the next one is asked for. */
export interface Page<T = ListedToken> {
  readonly tokens: readonly T[];
  readonly next?: HttpRequest | undefined;
}

export interface ListPages<T = ListedToken> {
  readonly first: (ask: AdminAsk) => HttpRequest;
  /** Undefined when the answer is not what the issuer documents. `page` counts from 1; `body` is any JSON value. */
  readonly read: (body: unknown, response: HttpResponse, ask: AdminAsk, page: number) => Page<T> | undefined;
}

/** A store with more pages than this is listed in part, and says so. */
const MAX_PAGES = 10_000;

/** Reads a listing page by page. It never says "complete" unless the issuer answered the last page as documented. */
export function listPages(spec: ListPages): (ask: AdminAsk) => AsyncGenerator<ListedToken, ListEnd> {
  return pagesOf(spec);
}

/** The same for the uses of a token. */
export function usePages(spec: ListPages<TokenUse>): (ask: AdminAsk) => AsyncGenerator<TokenUse, ListEnd> {
  return pagesOf(spec);
}

function pagesOf<T>(spec: ListPages<T>): (ask: AdminAsk) => AsyncGenerator<T, ListEnd> {
  return async function* (ask) {
    let request: HttpRequest | undefined = spec.first(ask);
    const asked = new Set<string>();
    const known = new Set<string>();
    for (let page = 1; request !== undefined; page += 1) {
      const key = `${request.url.href} ${request.body ?? ''} ${request.headers['range'] ?? ''}`;
      if (page > MAX_PAGES || asked.has(key)) return { complete: false, why: 'malformed', detail: `the listing does not end (page ${page})` };
      asked.add(key);
      const read: Page<T> | Extract<ListEnd, { readonly complete: false }> = await readPage(ask, request, spec, page);
      if ('complete' in read) return read;
      // A server that ignores the page's number gives the same page for ever, each time under another address.
      if (read.next !== undefined && isAllKnown(read.tokens, known)) return { complete: false, why: 'malformed', detail: `the listing repeats itself (page ${page})` };
      yield* read.tokens;
      request = read.next;
    }
    return { complete: true };
  };
}

/** Whether all of a page stood on earlier ones; remembers what stands on it. Things without an id cannot be told apart and count as new. */
function isAllKnown(tokens: readonly unknown[], known: Set<string>): boolean {
  const ids = tokens.map((token) => (isObject(token) && typeof token['tokenId'] === 'string' && token['tokenId'] !== '' ? `${String(token['rule'])} ${token['tokenId']}` : undefined));
  const isRepeated = ids.length > 0 && ids.every((id) => id !== undefined && known.has(id));
  for (const id of ids) if (id !== undefined) known.add(id);
  return isRepeated;
}

async function readPage<T>(ask: AdminAsk, request: HttpRequest, spec: ListPages<T>, page: number): Promise<Page<T> | Extract<ListEnd, { readonly complete: false }>> {
  const outcome = await ask.send(request);
  if (!outcome.ok) return { complete: false, why: outcome.why, detail: outcome.detail };
  const { response } = outcome;
  if ([401, 403].includes(response.status) && readThrottling(response, ask.now()) === undefined) {
    return { complete: false, why: 'own-credentials', detail: `answered ${response.status}: our own credentials at the store may not list its tokens` };
  }
  try {
    const read = response.status >= 200 && response.status < 300 ? spec.read(readJson(response), response, ask, page) : undefined;
    if (read !== undefined) return read;
  } catch (error) {
    if (error instanceof ElsewhereError) return { complete: false, why: 'redirect', detail: `after page ${page}: ${error.message}, which was not asked` };
    throw error;
  }
  const answer = unnamed(response, ask.now());
  return answer.status === 'unknown' ? { complete: false, why: answer.why, detail: answer.detail } : { complete: false, why: 'malformed', detail: 'the answer could not be read' };
}

/** Several listings of one store, one after the other; complete when all are. */
export function listAll(...lists: readonly ((ask: AdminAsk) => AsyncGenerator<ListedToken, ListEnd>)[]): (ask: AdminAsk) => AsyncGenerator<ListedToken, ListEnd> {
  return async function* (ask) {
    let end: ListEnd = { complete: true };
    for (const list of lists) {
      const one: ListEnd = yield* list(ask);
      if (end.complete) end = one;
    }
    return end;
  };
}

/** The `next` link of an RFC 8288 `Link` header, on the listing's own origin only. */
export function nextLink(response: HttpResponse, request: { readonly url: URL }): URL | undefined {
  // A URL may hold commas, so links are told apart by their angle brackets.
  const links = [...(response.headers['link'] ?? '').matchAll(/<([^>]*)>([^<]*)/g)];
  return sameOrigin(links.find(([, , parameters]) => /;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?:\s|[;,]|$))/i.test(parameters ?? ''))?.[1], request.url);
}

/** The next page lies where our credentials do not go. */
class ElsewhereError extends Error {}

/**
 * A URL that the issuer gave for the next page; undefined when it gave none. One of another origin ends the listing: our
 * credentials do not go there, and what it holds was not seen.
 */
export function sameOrigin(value: unknown, base: URL): URL | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const url = URL.parse(value, base.href);
  if (url === null || url.origin !== base.origin) throw new ElsewhereError('the next page lies on another origin');
  return url;
}
