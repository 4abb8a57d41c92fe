import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** Hetzner Cloud: a list that every token may read. Tokens belong to a project, which no call names. */
export const issuer: Issuer = {
  id: 'hetzner',
  name: 'Hetzner Cloud',
  kinds: ['hetzner-api-token'],
  publicBaseUrl: 'https://api.hetzner.cloud',
  proof: { how: 'document', reference: 'Hetzner Cloud API reference: "Errors" (code unauthorized: "Request was made with an invalid or unknown token"), GET /v1/locations' },
  introspect: askOnce({
    method: 'GET /v1/locations',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/locations?per_page=1'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['error.code'], says: 'unauthorized' }],
    live: (body) => (isObject(body) && objectsOf(body['locations']).length > 0 ? {} : undefined),
  }),
};
