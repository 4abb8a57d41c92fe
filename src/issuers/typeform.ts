import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { regional } from './exchange/regions.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Typeform keeps accounts in two regions. Scopes are chosen when a token is made, and not told afterwards. */
export const issuer: Issuer = {
  id: 'typeform',
  name: 'Typeform',
  kinds: ['typeform-pat'],
  publicBaseUrl: 'https://api.typeform.com',
  publicEndpoints: { 'region-eu': 'https://api.eu.typeform.com' },
  proof: { how: 'document', reference: 'typeform.com/developers/create/reference/retrieve-your-account (GET /me), /get-started/personal-access-token; error code AUTHENTICATION_FAILED' },
  introspect: regional(
    askOnce({
      method: 'GET /me',
      request: (ask) => get(below(ask.store.baseUrl, 'me'), bearer(ask.secret)),
      dead: [{ status: 401, at: ['code'], says: /^(?:AUTHENTICATION_FAILED|UNAUTHORIZED)$/, means: 'Typeform answers 401 AUTHENTICATION_FAILED' }],
      aliveButBarred: [{ status: 403, at: ['code'], says: /^(?:FORBIDDEN|INSUFFICIENT_SCOPE)$/, means: 'Typeform says this token may not read its account' }],
      live: (body) => (isObject(body) && text(body['email']) !== undefined && text(body['alias'] ?? body['user_id']) !== undefined ? { sub: text(body['email']) } : undefined),
    }),
  ),
};
