import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Calendly: a personal access token is a JWT without an end, and may do what its user may do. */
export const issuer: Issuer = {
  id: 'calendly',
  name: 'Calendly',
  kinds: ['calendly-pat'],
  publicBaseUrl: 'https://api.calendly.com',
  proof: { how: 'document', reference: 'developer.calendly.com/api-docs: GET /users/me, errors (401 Unauthenticated)' },
  introspect: askOnce({
    method: 'GET /users/me',
    request: (ask) => get(below(ask.store.baseUrl, 'users/me'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['title'], says: 'Unauthenticated', means: 'Calendly answers "Unauthenticated": the token is invalid, expired or revoked' }],
    live: (body) => {
      const user = isObject(body) ? body['resource'] : undefined;
      return isObject(user) && text(user['uri']) !== undefined && text(user['email']) !== undefined ? { sub: text(user['email']), owner: text(user['current_organization']) } : undefined;
    },
  }),
};
