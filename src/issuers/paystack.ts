import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** Paystack: a secret key may do everything; test and live keys are told apart by their own bytes. Keys are renewed in the dashboard. */
export const issuer: Issuer = {
  id: 'paystack',
  name: 'Paystack',
  kinds: ['paystack-secret-key'],
  publicBaseUrl: 'https://api.paystack.co',
  proof: { how: 'document', reference: 'paystack.com/docs/api/transfer-control (GET /balance), /docs/api/errors (401 "Invalid key")' },
  introspect: askOnce({
    method: 'GET /balance',
    request: (ask) => get(below(ask.store.baseUrl, 'balance'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['message'], says: 'Invalid key', means: 'Paystack answers "Invalid key"' }],
    live: (body, _, { secret }) => (isObject(body) && body['status'] === true && objectsOf(body['data']).some(({ currency }) => text(currency) !== undefined) ? { notes: { mode: secret.reveal().startsWith('sk_test_') ? 'test' : 'live' } } : undefined),
  }),
};
