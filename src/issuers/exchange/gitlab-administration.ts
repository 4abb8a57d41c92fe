import type { AdminAsk, Answer, Ask, HttpRequest, HttpResponse, ListedToken, ListEnd, Mutation } from '../../model/index.ts';
import { active, inactive, unknown } from '../reading/answers.ts';
import { day, instant, orNever, text, texts } from '../reading/fields.ts';
import { isObject, objectsOf, readObject } from '../reading/json.ts';
import type { JsonObject } from '../reading/json.ts';
import { tell } from './ask-once.ts';
import { listPages } from './list-pages.ts';
import { listed } from './listed.ts';
import { ownToken } from './own-credentials.ts';
import { question } from './question.ts';
import { below, get, postJson, remove } from './requests.ts';

const PAGE = 100;

/** `POST /admin/token` (doc/api/admin/token.md): an administrator asks about any token, which is named in the body. */
export function administratorAnswer(ask: Ask): Promise<Answer> {
  return question(ask, { ...adminToken(ask), repeatable: true }, readToken);
}

/** `DELETE /admin/token`: revokes it, or resets it where the kind cannot be without one. */
export function administratorRevoke(ask: Ask): Promise<Mutation> {
  return tell(ask, { ...adminToken(ask), method: 'DELETE' }, { accepted: [204] });
}

/** Personal tokens that our own token may see (all, for an administrator), or a group's own ones. */
export function listTokens(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const page = (of: AdminAsk, number: string): HttpRequest => get(new URL(`${tokensUrl(of).href}?per_page=${PAGE}&page=${encodeURIComponent(number)}`), own(of));
  return listPages({
    first: (of) => page(of, '1'),
    read: (body, response, of, number) => {
      if (!Array.isArray(body)) return undefined;
      // Proxies drop headers: without this one, only a page that is not full is the last.
      const next = response.headers['x-next-page'] ?? (body.length < PAGE ? '' : String(number + 1));
      return { tokens: objectsOf(body).flatMap((token) => listed('gitlab-pat', text(token['id']), factsOf(token), token['active'] === true ? 'active' : token['active'] === false ? 'inactive' : 'unknown')), next: next === '' ? undefined : page(of, next) };
    },
  })(ask);
}

export function revokeListed(ask: AdminAsk, tokenId: string): Promise<Mutation> {
  return tell(ask, remove(below(tokensUrl(ask), encodeURIComponent(tokenId)), own(ask)), { accepted: [204] });
}

function tokensUrl({ store }: AdminAsk): URL {
  const group = store.endpoints?.['group'];
  return group === undefined ? below(store.baseUrl, 'api/v4/personal_access_tokens') : below(group, 'access_tokens');
}

function own(ask: AdminAsk): Readonly<Record<string, string>> {
  const token = ownToken(ask);
  return token === undefined ? {} : { 'private-token': token.reveal() };
}

function adminToken(ask: Ask): HttpRequest {
  return postJson(below(ask.store.baseUrl, 'api/v4/admin/token'), { token: ask.secret.reveal() }, own(ask));
}

/** Every kind has a record of its own; all have an id. */
function readToken(response: HttpResponse): Answer | undefined {
  const body = readObject(response);
  if (response.status === 401 || response.status === 403) return unknown('own-credentials', `answered ${response.status}: our own token is not an administrator's; this says nothing of the token`);
  if (response.status === 404 && /not found/i.test(text(body?.['message']) ?? '')) return inactive('GitLab knows no such token');
  if (response.status === 422) return unknown('ambiguous', 'answered 422: this GitLab cannot ask about tokens of this kind');
  if (response.status !== 200 || typeof body?.['id'] !== 'number') return undefined;
  if (body['revoked'] === true) return inactive('GitLab says the token is revoked');
  if (body['expired'] === true) return inactive('GitLab says the token is expired');
  if (body['active'] === false) return inactive('GitLab says the token is not active');
  return active(factsOf(body));
}

function factsOf(token: JsonObject): Parameters<typeof active>[0] {
  const owner = isObject(token['owner']) ? text(token['owner']['username']) : undefined;
  const used = token['last_used_at'] ?? token['last_used'];
  return {
    sub: text(token['username']) ?? owner ?? text(token['user_id']),
    name: text(token['name']) ?? text(token['description']),
    tokenId: text(token['id']),
    scopes: texts(token['scopes']),
    iat: instant(token['created_at']),
    exp: 'expires_at' in token ? orNever(token['expires_at'], (value) => day(value) ?? instant(value)) : undefined,
    lastUsedAt: 'last_used_at' in token || 'last_used' in token ? orNever(used ?? null, (value) => instant(value) ?? day(value)) : undefined,
  };
}
