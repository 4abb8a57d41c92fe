import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, postJson } from './exchange/requests.ts';
import { inactive } from './reading/answers.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Cohere has a call that does nothing but check a key; it costs nothing and names the organization. */
export const issuer: Issuer = {
  id: 'cohere',
  name: 'Cohere',
  kinds: ['cohere-api-key'],
  publicBaseUrl: 'https://api.cohere.com',
  proof: { how: 'document', reference: 'Cohere API reference "Check API key" (POST /v1/check-api-key) and "Errors"' },
  introspect: askOnce({
    method: 'POST /v1/check-api-key',
    request: (ask) => ({ ...postJson(below(ask.store.baseUrl, 'v1/check-api-key'), {}, bearer(ask.secret)), repeatable: true }),
    dead: [{ status: 401, at: ['message'], says: /^invalid api token/i }],
    live: (body) => {
      if (!isObject(body) || typeof body['valid'] !== 'boolean') return undefined;
      return body['valid'] ? { sub: text(body['organization_id']), owner: text(body['owner_id']) } : inactive('Cohere answers valid: false');
    },
  }),
};
