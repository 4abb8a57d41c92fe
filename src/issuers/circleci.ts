import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** CircleCI: a personal token may do what its user may do. It is deleted in the user's settings. */
export const issuer: Issuer = {
  id: 'circleci',
  name: 'CircleCI',
  kinds: ['circleci-personal-token'],
  publicBaseUrl: 'https://circleci.com',
  proof: { how: 'document', reference: 'circleci.com/docs/api/v2: GET /me (id, login, name); 401 "You must log in first."' },
  introspect: askOnce({
    method: 'GET /api/v2/me',
    request: (ask) => get(below(ask.store.baseUrl, 'api/v2/me'), { 'circle-token': ask.secret.reveal() }),
    dead: [{ status: 401, at: ['message'], says: /^(?:You must log in first\.?|Invalid token provided\.?)$/i, means: 'CircleCI answers 401: it does not take this token' }],
    live: (body) => (isObject(body) && /^[0-9a-f-]{36}$/.test(text(body['id']) ?? '') && text(body['login']) !== undefined ? { sub: text(body['login']) } : undefined),
  }),
};
