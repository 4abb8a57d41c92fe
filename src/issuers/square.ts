import type { Issuer, Store, Subject } from '../model/index.ts';
import { askOnce, tell } from './exchange/ask-once.ts';
import { needsOwnPair, ownPair } from './exchange/own-credentials.ts';
import { regional } from './exchange/regions.ts';
import { bearer, below, postJson } from './exchange/requests.ts';
import { instant, text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

const VERSION = { 'square-version': '2025-01-23' };

/** Square: production and sandbox are apart. The application's own id and secret (`auth:` of the store) may revoke its tokens. */
export const issuer: Issuer = {
  id: 'square',
  name: 'Square',
  kinds: ['square-access-token', 'square-personal-token', 'square-refresh-token'],
  publicBaseUrl: 'https://connect.squareup.com',
  publicEndpoints: { 'region-sandbox': 'https://connect.squareupsandbox.com' },
  proof: { how: 'document', reference: 'developer.squareup.com/reference: RetrieveTokenStatus, RevokeToken, error codes; square 46.0.0 RetrieveTokenStatusResponse (expires_at is empty for a token that never expires)' },
  introspect: regional(
    askOnce({
      method: 'POST /oauth2/token/status',
      request: (ask) => ({ ...postJson(below(ask.store.baseUrl, 'oauth2/token/status'), {}, { ...bearer(ask.secret), ...VERSION }), repeatable: true }),
      dead: [{ status: 401, at: ['errors.0.code'], says: /^(?:UNAUTHORIZED|ACCESS_TOKEN_EXPIRED|ACCESS_TOKEN_REVOKED)$/ }],
      live: (body) => {
        if (!isObject(body) || texts(body['scopes']) === undefined || text(body['merchant_id'] ?? body['client_id']) === undefined) return undefined;
        return { sub: text(body['merchant_id']), clientId: text(body['client_id']), scopes: texts(body['scopes']), exp: body['expires_at'] === '' ? 'never' : instant(body['expires_at']) };
      },
      particular: (subject) => (isRefresh(subject) ? { impossible: { why: 'no-introspection', detail: 'Square has no read-only question about a refresh token; using it would spend it' } } : {}),
    }),
  ),
  revoke: {
    method: 'POST /oauth2/revoke',
    reversible: false,
    sideEffects: 'Every token that this seller granted to the application dies with it.',
    run: (ask) => {
      const pair = ownPair(ask);
      const request = postJson(below(ask.store.baseUrl, 'oauth2/revoke'), { client_id: pair?.clientId, access_token: ask.secret.reveal() }, { authorization: `Client ${pair?.clientSecret.reveal() ?? ''}`, ...VERSION });
      return tell(ask, request, { accepted: [200], confirms: (body) => isObject(body) && body['success'] === true });
    },
    particular: (subject) => {
      if (isRefresh(subject)) return { impossible: { why: 'no-introspection', detail: 'revoke an access token of the same seller: the refresh token dies with it' } };
      const detail = lack(subject.store);
      return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail } };
    },
  },
};

const isRefresh = ({ rule }: Subject): boolean => rule.id === 'square-refresh-token';
const lack = (store: Store): string | undefined => needsOwnPair(store, 'application id and application secret');
