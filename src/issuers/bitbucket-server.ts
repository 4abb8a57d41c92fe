import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, Secret } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnPair, ownAuthorization, ownPair } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { epochMilliseconds, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

const DAY_MS = 86_400_000;

/**
 * Bitbucket Data Center. Every answer to a signed-in caller names the user in X-AUSERNAME, which is the proof: projects are
 * shown to anonymous callers too. Our own user name and password (`auth: { method: client_secret_basic }`) list, make and
 * delete that user's tokens.
 */
export const issuer: Issuer = {
  id: 'bitbucket-server',
  name: 'Bitbucket Data Center',
  kinds: ['bitbucket-dc-token'],
  proof: { how: 'document', reference: 'Bitbucket Data Center REST API: projects (header X-AUSERNAME), access-tokens/latest/users/{slug} (list, create, delete); error answers (exceptionName)' },
  introspect: { method: 'GET /rest/api/latest/projects', run: introspect },
  rotate: {
    method: 'PUT /rest/access-tokens/latest/users/SLUG',
    sideEffects: 'A second token of the user who signs in exists until the old one is deleted.',
    particular: ({ store }) => {
      const detail = needsOwnPair(store, 'user name and password');
      return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail } };
    },
    run: issueOnce({
      request: (ask, wish) => ({
        ...postJson(tokensUrl(ask), { name: nameOf(wish, ask), permissions: wish.scopes ?? [], ...(wish.expiresAt === undefined ? {} : { expiryDays: Math.max(1, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / DAY_MS)) }) }, ownAuthorization(ask)),
        method: 'PUT',
      }),
      read: (body) => (isObject(body) && typeof body['token'] === 'string' ? { secret: body['token'], facts: factsOf(body) } : undefined),
      oldLives: true,
      cannot: ({ scopes }) => (scopes === undefined || scopes.length === 0 ? 'name the permissions of the replacement (PROJECT_READ, REPO_WRITE, …): those of the old token are not told' : undefined),
    }),
  },
  list: { method: 'GET /rest/access-tokens/latest/users/SLUG', impossible: (store) => needsOwnPair(store, 'user name and password'), run: listTokens() },
  revokeById: {
    method: 'DELETE /rest/access-tokens/latest/users/SLUG/ID',
    impossible: (store) => needsOwnPair(store, 'user name and password'),
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(below(tokensUrl(ask), encodeURIComponent(id)), ownAuthorization(ask)), accepted: [204] }),
  },
};

const tokensUrl = (ask: AdminAsk): URL => below(ask.store.baseUrl, `rest/access-tokens/latest/users/${encodeURIComponent(ownPair(ask)?.clientId ?? '')}`);
const projects = (ask: Ask, secret: Secret): HttpRequest => get(below(ask.store.baseUrl, 'rest/api/latest/projects?limit=1'), bearer(secret));

const self = askOnce({
  method: 'GET /rest/api/latest/projects',
  request: (ask) => projects(ask, ask.secret),
  dead: [{ status: 401, at: ['errors.0.exceptionName'], says: /\.(?:IncorrectPasswordAuthenticationException|InvalidTokenException|ExpiredAuthenticationException)$/ }],
  live: (body, { headers }) => (isObject(body) && Array.isArray(body['values']) && typeof body['isLastPage'] === 'boolean' && text(headers['x-ausername']) !== undefined ? { sub: text(headers['x-ausername']) } : undefined),
});

function introspect(ask: Ask): Promise<Answer> {
  return self.run(ask);
}

function listTokens(): ReturnType<typeof listPages> {
  const page = (ask: AdminAsk, start: number): HttpRequest => get(new URL(`${tokensUrl(ask).href}?limit=100&start=${start}`), ownAuthorization(ask));
  return listPages({
    first: (ask) => page(ask, 0),
    read: (body, _, ask) => {
      if (!isObject(body) || !Array.isArray(body['values']) || typeof body['isLastPage'] !== 'boolean') return undefined;
      const next = body['nextPageStart'];
      if (!body['isLastPage'] && typeof next !== 'number') return undefined;
      return { tokens: objectsOf(body['values']).flatMap((token) => listed('bitbucket-dc-token', text(token['id']), { ...factsOf(token), sub: ownPair(ask)?.clientId })), next: body['isLastPage'] || typeof next !== 'number' ? undefined : page(ask, next) };
    },
  });
}

/** Times are milliseconds. A token without a last sign-in was never used; `expiryDate` is there when it expires. */
function factsOf(token: JsonObject): GivenFacts {
  return {
    tokenId: text(token['id']),
    name: text(token['name']),
    scopes: texts(token['permissions']),
    iat: epochMilliseconds(token['createdDate']),
    exp: epochMilliseconds(token['expiryDate']),
    lastUsedAt: 'lastAuthenticated' in token ? orNever(token['lastAuthenticated'], epochMilliseconds) : undefined,
  };
}
