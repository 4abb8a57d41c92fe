import type { Ask, Secret } from '../../model/index.ts';
import { text } from '../reading/fields.ts';
import { isObject, objectsOf, readObject } from '../reading/json.ts';
import type { JsonObject } from '../reading/json.ts';
import { readJwtClaims } from '../reading/jwt-claims.ts';
import { bearer, below, get } from './requests.ts';

/** 100 a page at most; beyond it the token is told from its key alone. */
const MAX_PAGES = 10;

export type Listing =
  | { readonly ok: true; /** The entry of this very token, if it is told from all others. */ readonly own?: JsonObject }
  /** `rejected`: the registry does not take the asking token. */
  | { readonly ok: false; readonly rejected: boolean };

/** Reads `GET /-/npm/v1/tokens` as `asker` and finds the entry of `token` in it. */
export async function findOwnEntry(ask: Ask, asker: Secret): Promise<Listing> {
  const { baseUrl } = ask.store;
  const entries: JsonObject[] = [];
  let next: URL | undefined = below(baseUrl, '-/npm/v1/tokens');
  for (let page = 0; next !== undefined && page < MAX_PAGES; page += 1) {
    const outcome = await ask.send(get(next, bearer(asker)));
    if (!outcome.ok) return { ok: false, rejected: false };
    const body = readObject(outcome.response);
    if (outcome.response.status !== 200 || body === undefined || !Array.isArray(body['objects'])) {
      return { ok: false, rejected: body !== undefined && [401, 403].includes(outcome.response.status) };
    }
    entries.push(...objectsOf(body['objects']));
    next = nextPage(body, baseUrl);
  }
  const own = pickOwn(entries, ask.secret.reveal());
  return { ok: true, ...(own === undefined ? {} : { own }) };
}

/** The id with which this token can be deleted: named in the token itself (verdaccio) or by its list entry. */
export function keyOf(token: string, own: JsonObject | undefined): string | undefined {
  const key = text(own?.['key']) ?? keyInToken(token);
  return key !== undefined && /^[A-Za-z0-9-]{6,200}$/.test(key) && key !== token ? key : undefined;
}

function keyInToken(token: string): string | undefined {
  const claim = readJwtClaims(token)?.['token'];
  return isObject(claim) ? text(claim['key']) : undefined;
}

/** The list shows tokens shortened in the middle; only an entry that alone fits is taken. */
function pickOwn(entries: readonly JsonObject[], token: string): JsonObject | undefined {
  const key = keyInToken(token);
  const fitting = entries.filter((entry) => {
    if (key !== undefined) return entry['key'] === key;
    const shown = text(entry['token']);
    const parts = shown?.split(/(?:\.{2,}|…|\*+)/) ?? [];
    const [head, tail] = [parts[0] ?? '', parts.length > 1 ? (parts.at(-1) ?? '') : ''];
    // Six characters beyond the constant prefix: less would fit by chance, and the wrong token would be deleted.
    return head.replace(/^npm_/, '').length + tail.length >= 6 && token.startsWith(head) && token.endsWith(tail);
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}

function nextPage(body: JsonObject, baseUrl: URL): URL | undefined {
  const next = isObject(body['urls']) ? text(body['urls']['next']) : undefined;
  const url = next === undefined ? null : URL.parse(next, baseUrl.href);
  return url === null || url.origin !== baseUrl.origin ? undefined : url;
}
