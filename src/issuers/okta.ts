import type { AdminAsk, HttpRequest, Issuer } from '../model/index.ts';
import { askOnce, tellById, tellOnce } from './exchange/ask-once.ts';
import { listPages, nextLink } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { below, get, remove } from './exchange/requests.ts';
import { instant, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/**
 * An Okta organization. Asking a token about itself renews its idle expiry of 30 days; the list, read with our own API token
 * (`auth: { method: bearer }`), does not, and has every token's expiry. A value does not tell which entry of the list it is.
 */
export const issuer: Issuer = {
  id: 'okta',
  name: 'Okta',
  kinds: ['okta-api-token'],
  proof: { how: 'document', reference: '@okta/okta-sdk-nodejs 8.1.0 (ApiTokenApi: list, revoke, revokeCurrent; ApiToken model); Okta API reference: users/me, error codes (E0000011)' },
  introspect: askOnce({
    method: 'GET /api/v1/users/me',
    request: (ask) => get(below(ask.store.baseUrl, 'api/v1/users/me'), { authorization: `SSWS ${ask.secret.reveal()}` }),
    dead: [{ status: 401, at: ['errorCode'], says: 'E0000011' }],
    live: (body) => {
      if (!isObject(body) || text(body['id']) === undefined || !isObject(body['profile'])) return undefined;
      return { sub: text(body['profile']['login']) ?? text(body['id']), notes: { idleExpiry: 'renewed by this question, 30 days' } };
    },
  }),
  revoke: {
    method: 'DELETE /api/v1/api-tokens/current',
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellOnce({ request: (ask) => remove(below(ask.store.baseUrl, 'api/v1/api-tokens/current'), { authorization: `SSWS ${ask.secret.reveal()}` }), accepted: [204] }),
  },
  list: {
    method: 'GET /api/v1/api-tokens',
    impossible: needsOwnToken,
    run: listPages({
      first: (ask) => page(ask, below(ask.store.baseUrl, 'api/v1/api-tokens')),
      read: (body, response, ask) => {
        if (!Array.isArray(body)) return undefined;
        const next = nextLink(response, { url: ask.store.baseUrl });
        const tokens = objectsOf(body).flatMap((token) => {
          const exp = instant(token['expiresAt']);
          const facts = { owner: text(token['userId']), name: text(token['name']), iat: instant(token['created']), exp, notes: { lastUpdated: text(token['lastUpdated']) ?? '', idleExpiry: text(token['tokenWindow']) ?? '' } };
          return listed('okta-api-token', text(token['id']), facts, exp !== undefined && exp <= ask.now() ? 'inactive' : 'active');
        });
        return { tokens, next: next === undefined ? undefined : page(ask, next) };
      },
    }),
  },
  revokeById: {
    method: 'DELETE /api/v1/api-tokens/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(below(ask.store.baseUrl, `api/v1/api-tokens/${encodeURIComponent(id)}`), own(ask)), accepted: [204] }),
  },
};

function own(ask: AdminAsk): Readonly<Record<string, string>> {
  const token = ownToken(ask);
  return token === undefined ? {} : { authorization: `SSWS ${token.reveal()}` };
}

function page(ask: AdminAsk, url: URL): HttpRequest {
  return get(url, own(ask));
}
