import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { instant, text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Cisco Webex: bots, integrations and people; roles are told to administrators. */
export const issuer: Issuer = {
  id: 'webex',
  name: 'Webex',
  kinds: ['webex-access-token'],
  publicBaseUrl: 'https://webexapis.com/v1',
  proof: { how: 'document', reference: 'developer.webex.com/docs/api/v1/people/get-my-own-details (type, roles), /docs/api/basics (401 message, trackingId)' },
  introspect: askOnce({
    method: 'GET /people/me',
    request: (ask) => get(below(ask.store.baseUrl, 'people/me'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['message'], says: /^The request requires a valid access token set in the Authorization request header\.?$/, means: 'Webex says the access token is not valid' }],
    live: (body) => {
      if (!isObject(body) || text(body['id']) === undefined || !Array.isArray(body['emails'])) return undefined;
      const kind = text(body['type']);
      return { sub: texts(body['emails'])?.[0] ?? text(body['id']), owner: text(body['orgId']), scopes: texts(body['roles']), iat: kind === 'bot' ? instant(body['created']) : undefined, notes: kind === undefined ? undefined : { kind } };
    },
  }),
};
