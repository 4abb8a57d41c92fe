import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { basic, below, get } from './exchange/requests.ts';
import { isObject } from './reading/json.ts';

/** Razorpay: key id and secret sign in together; the mode stands in the id. Keys are regenerated in the dashboard. */
export const issuer: Issuer = {
  id: 'razorpay',
  name: 'Razorpay',
  kinds: ['razorpay-key-secret'],
  publicBaseUrl: 'https://api.razorpay.com',
  proof: { how: 'document', reference: 'razorpay.com/docs/api/authentication, /docs/errors/common (BAD_REQUEST_ERROR, "Authentication failed"), /docs/api/payments/fetch-all-payments' },
  introspect: askOnce({
    method: 'GET /v1/payments',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/payments?count=1'), basic(companionOf(ask, 'key-id') ?? '', ask.secret.reveal())),
    dead: [{ status: 401, at: ['error.description'], says: /^(?:Authentication failed|The api (?:key|key\/secret)(?:\/secret)? provided is invalid)\.?$/i, means: 'Razorpay says the pair of key id and secret is not valid' }],
    ambiguous: [{ status: 401, at: ['error.description'], says: /expired|not allowed|ip/i, means: 'Razorpay refuses for another reason than the pair itself' }],
    live: (body, _, ask) => {
      const keyId = companionOf(ask, 'key-id');
      return isObject(body) && body['entity'] === 'collection' && Array.isArray(body['items']) ? { clientId: keyId, notes: { mode: keyId?.startsWith('rzp_test_') === true ? 'test' : 'live' } } : undefined;
    },
    particular: (subject) => needsCompanions(subject, 'key-id'),
  }),
};
