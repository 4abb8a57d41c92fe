import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { objectsOf } from './reading/json.ts';

/** Together AI: the models a key sees (a bare list). */
export const issuer: Issuer = {
  id: 'together',
  name: 'Together AI',
  kinds: ['together-api-key'],
  publicBaseUrl: 'https://api.together.xyz',
  proof: { how: 'document', reference: 'Together AI API reference: list all models (GET /v1/models), "Error codes" (401 invalid_api_key)' },
  introspect: askOnce({
    method: 'GET /v1/models',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/models'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['error.code'], says: 'invalid_api_key' }],
    live: (body) => (objectsOf(body).some((model) => model['object'] === 'model') ? {} : undefined),
  }),
};
