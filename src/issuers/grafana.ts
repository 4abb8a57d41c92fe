import type { Answer, Ask, Issuer, Particular, Subject } from '../model/index.ts';
import { askOnce, tell } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { factsFrom, merged } from './exchange/more-facts.ts';
import { needsOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import type { AdminAsk, ListedToken, ListEnd, Mutation } from '../model/index.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import { refused } from './reading/answers.ts';

/**
 * A Grafana server: tokens of service accounts, and API keys as they were before. Every Grafana is a host of its own, so a
 * store must be configured. With `auth: { method: bearer }` (serviceaccounts:read, serviceaccounts:write) tokens can be
 * listed, replaced and deleted; a token's id is `SERVICE_ACCOUNT/TOKEN`.
 */
export const issuer: Issuer = {
  id: 'grafana',
  name: 'Grafana',
  kinds: ['grafana-service-account-token', 'grafana-api-key'],
  baseUrlOf: (configured) => new URL(configured.href.replace(/\/api\/?$/, '')),
  proof: { how: 'document', reference: 'grafana/grafana docs/sources/developers/http_api/{serviceaccount,access_control,user}.md; pkg/services/authn/clients/api_key.go (refusals)' },
  introspect: { method: 'GET /api/access-control/user/permissions', run: introspect },
  list: { method: 'GET /api/serviceaccounts/search, GET /api/serviceaccounts/ID/tokens', run: list, impossible: needsOwnToken },
  revokeById: { method: 'DELETE /api/serviceaccounts/ID/tokens/TOKEN', run: deleteToken, impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this token; the service account stays.' },
  rotate: {
    method: 'POST /api/serviceaccounts/ID/tokens',
    sideEffects: 'Makes another token of the same service account.',
    particular: aboutRotation,
    run: async (ask, wish, makeSecret) => {
      const account = await accountOf(ask);
      if (account === undefined) return refused('Grafana did not say which service account the token belongs to');
      return issueOnce({
        request: () => postJson(below(ask.store.baseUrl, `api/serviceaccounts/${account}/tokens`), { name: nameOf(wish, ask), ...(wish.expiresAt === undefined ? {} : { secondsToLive: Math.max(1, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / 1000)) }) }, ownAuthorization(ask)),
        oldLives: true,
        cannot: ({ scopes }) => (scopes === undefined ? undefined : 'a token may do what its service account may do'),
        read: (body) => (isObject(body) ? { secret: text(body['key']) ?? '', facts: { tokenId: idOf(account, body), name: text(body['name']), exp: wish.expiresAt } } : undefined),
      })(ask, wish, makeSecret);
    },
  },
};

function aboutRotation(subject: Subject): Particular {
  const detail = needsOwnToken(subject.store);
  return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail } };
}

const permissions = askOnce({
  method: 'GET /api/access-control/user/permissions',
  request: (ask) => get(below(ask.store.baseUrl, 'api/access-control/user/permissions'), bearer(ask.secret)),
  dead: [
    { status: 401, at: ['messageId'], says: /^api-key\.(?:invalid|expired|revoked)$/ },
    { status: 401, at: ['message'], says: /^(?:Invalid|Expired|Revoked) API key$/ },
  ],
  // What everybody's token may do is a map of actions; `{}` would be anybody's empty object.
  live: (body) => (isObject(body) && Object.keys(body).length > 0 && Object.entries(body).every(([action, on]) => action.includes(':') && Array.isArray(on)) ? { scopes: Object.keys(body).sort() } : undefined),
});

/** The service account that the token signs in as: `sa-1-ci`, with its id. */
async function introspect(ask: Ask): Promise<Answer> {
  const answer = await permissions.run(ask);
  if (answer.status !== 'active') return answer;
  const self = await factsFrom(ask, get(below(ask.store.baseUrl, 'api/user'), bearer(ask.secret)), (body) => (isObject(body) && text(body['login']) !== undefined ? { sub: text(body['login']) } : undefined));
  return merged(answer, self);
}

async function accountOf(ask: Ask): Promise<string | undefined> {
  const self = await factsFrom(ask, get(below(ask.store.baseUrl, 'api/user'), bearer(ask.secret)), (body) => (isObject(body) && typeof body['id'] === 'number' && text(body['login'])?.startsWith('sa-') === true ? { sub: text(body['id']) } : undefined));
  return self?.sub;
}

function idOf(account: string, token: JsonObject): string | undefined {
  const id = text(token['id']);
  return id === undefined ? undefined : `${account}/${id}`;
}

async function deleteToken(ask: AdminAsk, tokenId: string): Promise<Mutation> {
  const [, account, token] = /^(\d+)\/(\d+)$/.exec(tokenId) ?? [];
  if (account === undefined || token === undefined) return refused('a Grafana token id is SERVICE_ACCOUNT/TOKEN, two numbers');
  return tell(ask, remove(below(ask.store.baseUrl, `api/serviceaccounts/${account}/tokens/${token}`), ownAuthorization(ask)), { accepted: [200] });
}

/** Accounts page by page, and each account's tokens after it. */
async function* list(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const accounts: JsonObject[] = [];
  const gather = listPages({
    first: () => get(below(ask.store.baseUrl, 'api/serviceaccounts/search?perpage=1000&page=1'), ownAuthorization(ask)),
    read: (body, _, __, page) => {
      if (!isObject(body) || !Array.isArray(body['serviceAccounts']) || typeof body['totalCount'] !== 'number') return undefined;
      accounts.push(...objectsOf(body['serviceAccounts']));
      return { tokens: [], next: page * 1000 < body['totalCount'] ? get(below(ask.store.baseUrl, `api/serviceaccounts/search?perpage=1000&page=${page + 1}`), ownAuthorization(ask)) : undefined };
    },
  });
  const gathered: ListEnd = yield* gather(ask);
  if (!gathered.complete) return gathered;
  for (const account of accounts) {
    const id = text(account['id']);
    if (id === undefined || account['tokens'] === 0) continue;
    const end: ListEnd = yield* listPages({
      first: () => get(below(ask.store.baseUrl, `api/serviceaccounts/${encodeURIComponent(id)}/tokens`), ownAuthorization(ask)),
      read: (body) => (Array.isArray(body) ? { tokens: objectsOf(body).flatMap((token) => listed('grafana-service-account-token', idOf(id, token), factsOf(token, account), isDead(token, account) ? 'inactive' : 'active')) } : undefined),
    })(ask);
    if (!end.complete) return end;
  }
  return { complete: true };
}

const isDead = (token: JsonObject, account: JsonObject): boolean => token['hasExpired'] === true || token['isRevoked'] === true || account['isDisabled'] === true;

function factsOf(token: JsonObject, account: JsonObject): GivenFacts {
  const role = text(account['role']);
  return {
    sub: text(account['login']),
    name: text(token['name']),
    scopes: role === undefined ? undefined : [role],
    iat: instant(token['created']),
    exp: orNever(token['expiration'], instant),
    lastUsedAt: orNever(token['lastUsedAt'], instant),
  };
}
