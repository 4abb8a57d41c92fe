import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Telnyx: keys are managed in the portal only. */
export const issuer: Issuer = {
  id: 'telnyx',
  name: 'Telnyx',
  kinds: ['telnyx-api-key', 'telnyx-api-key-named'],
  publicBaseUrl: 'https://api.telnyx.com/v2',
  proof: { how: 'document', reference: 'developers.telnyx.com: GET /v2/balance; api-errors 10009 (authentication failed)' },
  introspect: askOnce({
    method: 'GET /balance',
    request: (ask) => get(below(ask.store.baseUrl, 'balance'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['errors.0.code'], says: '10009', means: 'Telnyx answers 10009: authentication failed' }],
    live: (body) => (isObject(body) && isObject(body['data']) && body['data']['record_type'] === 'balance' && text(body['data']['currency']) !== undefined ? {} : undefined),
  }),
};
