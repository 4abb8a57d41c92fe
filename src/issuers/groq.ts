import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { isObject } from './reading/json.ts';

/** Groq: the models a key sees. */
export const issuer: Issuer = {
  id: 'groq',
  name: 'Groq',
  kinds: ['groq-api-key'],
  publicBaseUrl: 'https://api.groq.com',
  proof: { how: 'document', reference: 'Groq API reference: list models (GET /openai/v1/models), error object' },
  introspect: askOnce({
    method: 'GET /openai/v1/models',
    request: (ask) => get(below(ask.store.baseUrl, 'openai/v1/models'), bearer(ask.secret)),
    dead: [
      { status: 401, at: ['error.code'], says: 'invalid_api_key' },
      { status: 401, at: ['error.code'], says: 'expired_api_key' },
    ],
    live: (body) => (isObject(body) && body['object'] === 'list' && Array.isArray(body['data']) ? {} : undefined),
  }),
};
