import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** Klaviyo: a private key without the scope for accounts is alive and says so. */
export const issuer: Issuer = {
  id: 'klaviyo',
  name: 'Klaviyo',
  kinds: ['klaviyo-private-key', 'klaviyo-private-key-named'],
  publicBaseUrl: 'https://a.klaviyo.com',
  proof: { how: 'document', reference: 'developers.klaviyo.com/en/reference/get_accounts, /docs/rate_limits_and_error_handling (authentication_failed, permission_denied)' },
  introspect: askOnce({
    method: 'GET /api/accounts',
    request: (ask) => get(below(ask.store.baseUrl, 'api/accounts'), { authorization: `Klaviyo-API-Key ${ask.secret.reveal()}`, accept: 'application/vnd.api+json', revision: '2024-10-15' }),
    dead: [{ status: 401, at: ['errors.0.code'], says: /^(?:authentication_failed|not_authenticated)$/, means: 'Klaviyo says the key is missing or invalid' }],
    aliveButBarred: [{ status: 403, at: ['errors.0.code'], says: 'permission_denied', means: 'Klaviyo says this key lacks the scope to read its account' }],
    live: (body) => {
      const account = isObject(body) ? objectsOf(body['data'])[0] : undefined;
      if (account === undefined || account['type'] !== 'account' || text(account['id']) === undefined) return undefined;
      const attributes = isObject(account['attributes']) ? account['attributes'] : {};
      const contact = isObject(attributes['contact_information']) ? attributes['contact_information'] : {};
      return { sub: text(account['id']), owner: text(contact['organization_name']), notes: attributes['test_account'] === true ? { mode: 'test' } : undefined };
    },
  }),
};
