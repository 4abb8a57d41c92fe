import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Mollie: an API key belongs to one payment profile, which it may read. */
export const issuer: Issuer = {
  id: 'mollie',
  name: 'Mollie',
  kinds: ['mollie-api-key'],
  publicBaseUrl: 'https://api.mollie.com',
  proof: { how: 'document', reference: 'docs.mollie.com/reference/get-current-profile, /reference/error-handling (401 "Missing authentication, or failed to authenticate")' },
  introspect: askOnce({
    method: 'GET /v2/profiles/me',
    request: (ask) => get(below(ask.store.baseUrl, 'v2/profiles/me'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['detail'], says: /^Missing authentication, or failed to authenticate/i, means: 'Mollie says it failed to authenticate' }],
    live: (body) => {
      if (!isObject(body) || body['resource'] !== 'profile' || text(body['id']) === undefined) return undefined;
      const mode = text(body['mode']);
      return { sub: text(body['email']) ?? text(body['id']), owner: text(body['name']), notes: mode === undefined ? undefined : { mode } };
    },
  }),
};
