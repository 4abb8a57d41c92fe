import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { below, get } from './exchange/requests.ts';
import { text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Postman: a key may do what the roles of its user allow. It is revoked in the account's settings. */
export const issuer: Issuer = {
  id: 'postman',
  name: 'Postman',
  kinds: ['postman-api-key'],
  publicBaseUrl: 'https://api.getpostman.com',
  proof: { how: 'document', reference: 'Postman API collection: GET /me (user.roles), 401 AuthenticationError' },
  introspect: askOnce({
    method: 'GET /me',
    request: (ask) => get(below(ask.store.baseUrl, 'me'), { 'x-api-key': ask.secret.reveal() }),
    dead: [{ status: 401, at: ['error.name'], says: 'AuthenticationError', means: 'Postman answers AuthenticationError: invalid API key' }],
    live: (body) => {
      const user = isObject(body) ? body['user'] : undefined;
      if (!isObject(user) || text(user['id']) === undefined) return undefined;
      return { sub: text(user['email']) ?? text(user['username']) ?? text(user['id']), owner: text(user['teamName']) ?? text(user['teamDomain']), scopes: texts(user['roles']) };
    },
  }),
};
