import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { regional } from './exchange/regions.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Intercom keeps workspaces in three regions. A token is taken back in the developer hub. */
export const issuer: Issuer = {
  id: 'intercom',
  name: 'Intercom',
  kinds: ['intercom-access-token'],
  publicBaseUrl: 'https://api.intercom.io',
  publicEndpoints: { 'region-eu': 'https://api.eu.intercom.io', 'region-au': 'https://api.au.intercom.io' },
  proof: { how: 'document', reference: 'intercom/Intercom-OpenAPI (identifyAdmin, error): GET /me; developers.intercom.com/docs/references/rest-api/errors/error-codes (token_*)' },
  introspect: regional(
    askOnce({
      method: 'GET /me',
      request: (ask) => get(below(ask.store.baseUrl, 'me'), bearer(ask.secret)),
      dead: [{ status: 401, at: ['errors.0.code'], says: /^(?:unauthorized|token_unauthorized|token_not_found|token_revoked)$/, means: 'Intercom says it does not know this token, or that it was revoked' }],
      ambiguous: [{ status: 401, at: ['errors.0.code'], says: /^token_(?:blocked|suspended)$/, means: 'Intercom says the token is blocked or suspended, which may be undone' }],
      live: (body) => {
        if (!isObject(body) || body['type'] !== 'admin' || text(body['id']) === undefined) return undefined;
        const app = isObject(body['app']) ? body['app'] : {};
        return { sub: text(body['email']) ?? text(body['id']), owner: text(app['name']) ?? text(app['id_code']) };
      },
    }),
  ),
};
