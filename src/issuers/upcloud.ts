import type { AdminAsk, Issuer } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

const DAY_MS = 86_400_000;

/** UpCloud. The token list has expiry and last use, but nothing that tells which entry a value belongs to. */
export const issuer: Issuer = {
  id: 'upcloud',
  name: 'UpCloud',
  kinds: ['upcloud-api-token'],
  publicBaseUrl: 'https://api.upcloud.com',
  proof: { how: 'document', reference: 'UpCloud API 1.3: "Accounts", "API tokens" (list, create, delete), error answers (RFC 7807)' },
  introspect: askOnce({
    method: 'GET /1.3/account',
    request: (ask) => get(below(ask.store.baseUrl, '1.3/account'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['type', 'error.error_code'], says: /AUTHENTICATION_FAILED$/ }],
    live: (body) => {
      const account = isObject(body) && isObject(body['account']) ? body['account'] : undefined;
      return account === undefined || text(account['username']) === undefined ? undefined : { sub: text(account['username']) };
    },
  }),
  rotate: {
    method: 'POST /1.3/account/tokens',
    sideEffects: 'A second token exists until the old one is deleted. Only a token that may make sub-tokens can.',
    run: issueOnce({
      request: (ask, wish) => postJson(below(ask.store.baseUrl, '1.3/account/tokens'), { name: nameOf(wish, ask), expires_at: (wish.expiresAt ?? new Date(ask.now().getTime() + 90 * DAY_MS)).toISOString(), can_create_sub_tokens: false, allowed_ip_ranges: ['0.0.0.0/0', '::/0'] }, bearer(ask.secret)),
      read: (body) => (isObject(body) && typeof body['token'] === 'string' ? { secret: body['token'], facts: factsOf(body) } : undefined),
      oldLives: true,
      cannot: cannotNarrow,
    }),
  },
  list: {
    method: 'GET /1.3/account/tokens',
    impossible: needsOwnToken,
    run: listPages({
      first: (ask: AdminAsk) => get(below(ask.store.baseUrl, '1.3/account/tokens'), ownAuthorization(ask)),
      read: (body) => (Array.isArray(body) ? { tokens: objectsOf(body).flatMap((token) => listed('upcloud-api-token', text(token['id']), factsOf(token))) } : undefined),
    }),
  },
  revokeById: {
    method: 'DELETE /1.3/account/tokens/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(below(ask.store.baseUrl, `1.3/account/tokens/${encodeURIComponent(id)}`), ownAuthorization(ask)), accepted: [204] }),
  },
};

function factsOf(token: JsonObject): GivenFacts {
  const ranges = texts(token['allowed_ip_ranges']);
  return {
    tokenId: text(token['id']),
    name: text(token['name']),
    iat: instant(token['created_at']),
    exp: 'expires_at' in token ? orNever(token['expires_at'], instant) : undefined,
    lastUsedAt: 'last_used_at' in token ? orNever(token['last_used_at'], instant) : undefined,
    notes: ranges === undefined ? undefined : { addresses: ranges.join(' ') },
  };
}
