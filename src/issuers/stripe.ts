import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Stripe says whether a key lives and whose it is. What a restricted key may do is shown in the Dashboard only, where keys are also rolled and expired. */
export const issuer: Issuer = {
  id: 'stripe',
  name: 'Stripe',
  kinds: ['stripe-live-secret-key', 'stripe-test-secret-key', 'stripe-live-restricted-key', 'stripe-test-restricted-key'],
  publicBaseUrl: 'https://api.stripe.com',
  proof: { how: 'document', reference: 'docs.stripe.com/api/accounts/retrieve, /api/errors, /error-codes#api-key-expired; stripe 23.1.0 (no resource for API keys)' },
  introspect: askOnce({
    method: 'GET /v1/account',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/account'), bearer(ask.secret)),
    dead: [
      { status: 401, at: ['error.code'], says: 'api_key_expired', means: 'Stripe says the key is expired: it was rolled' },
      { status: 401, at: ['error.message'], says: /^Expired API Key provided/i, means: 'Stripe says the key is expired: it was rolled' },
      { status: 401, at: ['error.message'], says: /^Invalid API Key provided/i, means: 'Stripe answers "Invalid API Key provided"' },
    ],
    aliveButBarred: [{ status: 403, at: ['error.message'], says: /does not have the required permissions for this endpoint/, means: 'Stripe says this restricted key may not read the account' }],
    live: (body, _, { secret }) => {
      if (!isObject(body) || body['object'] !== 'account' || text(body['id']) === undefined) return undefined;
      const mode = /^[a-z]+_test_/.test(secret.reveal()) ? 'test' : 'live';
      return { sub: text(body['id']), owner: text(body['email']), notes: { mode } };
    },
  }),
};
