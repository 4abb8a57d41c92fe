import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { isObject } from './reading/json.ts';

/** Mistral AI: the models a key sees. Its refusal is one word, in `message` or (since 2025) `detail`. */
export const issuer: Issuer = {
  id: 'mistral',
  name: 'Mistral AI',
  kinds: ['mistral-ai-api-key'],
  publicBaseUrl: 'https://api.mistral.ai',
  proof: { how: 'document', reference: 'Mistral AI API reference: list models (GET /v1/models), error answers' },
  introspect: askOnce({
    method: 'GET /v1/models',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/models'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['message', 'detail'], says: 'Unauthorized' }],
    live: (body) => (isObject(body) && body['object'] === 'list' && Array.isArray(body['data']) ? {} : undefined),
  }),
};
