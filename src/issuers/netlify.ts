import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Netlify: the user behind a token. It documents no call that lists or deletes tokens. */
export const issuer: Issuer = {
  id: 'netlify',
  name: 'Netlify',
  kinds: ['netlify-pat', 'netlify-pat-legacy'],
  publicBaseUrl: 'https://api.netlify.com',
  proof: { how: 'document', reference: 'netlify/open-api swagger.yml: getCurrentUser, schema error (code, message)' },
  introspect: askOnce({
    method: 'GET /api/v1/user',
    request: (ask) => get(below(ask.store.baseUrl, 'api/v1/user'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['message'], says: /^Access Denied/ }],
    live: (body) => (isObject(body) && text(body['id']) !== undefined && text(body['email']) !== undefined ? { sub: text(body['email']) } : undefined),
  }),
};
