import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** DeepSeek: the balance behind a key. */
export const issuer: Issuer = {
  id: 'deepseek',
  name: 'DeepSeek',
  kinds: ['deepseek-api-key'],
  publicBaseUrl: 'https://api.deepseek.com',
  proof: { how: 'document', reference: 'DeepSeek API reference: "Get user balance" (GET /user/balance), "Error codes"' },
  introspect: askOnce({
    method: 'GET /user/balance',
    request: (ask) => get(below(ask.store.baseUrl, 'user/balance'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['error.message'], says: /^Authentication Fails/ }],
    live: (body) => {
      if (!isObject(body) || typeof body['is_available'] !== 'boolean' || !Array.isArray(body['balance_infos'])) return undefined;
      const balance = objectsOf(body['balance_infos']).map((one) => `${text(one['total_balance']) ?? '?'} ${text(one['currency']) ?? ''}`.trim());
      return { notes: balance.length === 0 ? undefined : { creditLeft: balance.join(', ') } };
    },
  }),
};
