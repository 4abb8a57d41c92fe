import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Replicate: the account behind a token. */
export const issuer: Issuer = {
  id: 'replicate',
  name: 'Replicate',
  kinds: ['replicate-api-token'],
  publicBaseUrl: 'https://api.replicate.com',
  proof: { how: 'document', reference: 'Replicate HTTP API reference: account.get, errors (RFC 7807 body)' },
  introspect: askOnce({
    method: 'GET /v1/account',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/account'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['detail'], says: /^You did not pass a valid authentication token/ }],
    live: (body) => (isObject(body) && text(body['username']) !== undefined && ['user', 'organization'].includes(String(body['type'])) ? { sub: text(body['username']), notes: { type: String(body['type']) } } : undefined),
  }),
};
