import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { withMore } from './exchange/more-facts.ts';
import { bearer, below, get, postJson } from './exchange/requests.ts';
import { text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** HubSpot private apps: the account call says whether a token lives, the token-info call (a post that only reads) what it may do. */
export const issuer: Issuer = {
  id: 'hubspot',
  name: 'HubSpot',
  kinds: ['hubspot-private-app-token'],
  publicBaseUrl: 'https://api.hubapi.com',
  proof: { how: 'document', reference: 'developers.hubspot.com: account-info/v3/details, private-apps (POST oauth/v2/private-apps/get/access-token-info), error-handling (INVALID_AUTHENTICATION, EXPIRED_AUTHENTICATION, MISSING_SCOPES)' },
  introspect: {
    method: 'GET /account-info/v3/details',
    run: async (ask) => {
      const request = { ...postJson(below(ask.store.baseUrl, 'oauth/v2/private-apps/get/access-token-info'), { tokenKey: ask.secret.reveal() }), repeatable: true };
      return withMore(ask, await account.run(ask), request, (body) => (isObject(body) && Array.isArray(body['scopes']) ? { scopes: texts(body['scopes']), owner: text(body['userId']), clientId: text(body['appId']) } : undefined));
    },
  },
};

const account = askOnce({
  method: 'GET /account-info/v3/details',
  request: (ask) => get(below(ask.store.baseUrl, 'account-info/v3/details'), bearer(ask.secret)),
  dead: [
    { status: 401, at: ['category'], says: 'EXPIRED_AUTHENTICATION', means: 'HubSpot says the token is expired: it was rotated or deleted' },
    { status: 401, at: ['category'], says: 'INVALID_AUTHENTICATION', means: 'HubSpot answers INVALID_AUTHENTICATION' },
  ],
  aliveButBarred: [{ status: 403, at: ['category'], says: 'MISSING_SCOPES', means: 'HubSpot says this token may not read its account' }],
  live: (body) => (isObject(body) && typeof body['portalId'] === 'number' && text(body['accountType']) !== undefined ? { sub: `account ${body['portalId']}`, notes: { account: text(body['accountType']) ?? '' } } : undefined),
});
