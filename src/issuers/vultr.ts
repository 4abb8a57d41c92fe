import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Vultr: the account behind a key, with its access control list. A key is bound to addresses: refused from ours, it may live. */
export const issuer: Issuer = {
  id: 'vultr',
  name: 'Vultr',
  kinds: ['vultr-api-key'],
  publicBaseUrl: 'https://api.vultr.com',
  proof: { how: 'document', reference: 'Vultr API v2 reference: GET /v2/account (acls), "Response codes"; vultr/govultr account.go' },
  introspect: askOnce({
    method: 'GET /v2/account',
    request: (ask) => get(below(ask.store.baseUrl, 'v2/account'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['error'], says: /^Invalid API (?:token|key)/i }],
    ambiguous: [{ status: 401, at: ['error'], says: /\bIP\b/, means: 'refused because of our address: perhaps a live key that is bound to other networks' }],
    live: (body) => {
      const account = isObject(body) && isObject(body['account']) ? body['account'] : undefined;
      return account === undefined || text(account['email']) === undefined ? undefined : { sub: text(account['email']), name: text(account['name']), scopes: texts(account['acls']) };
    },
  }),
};
