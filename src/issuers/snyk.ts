import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { regional } from './exchange/regions.ts';
import { below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Snyk runs in four regions; a token lives in one. */
export const issuer: Issuer = {
  id: 'snyk',
  name: 'Snyk',
  kinds: ['snyk-user-token', 'snyk-service-account-token'],
  publicBaseUrl: 'https://api.snyk.io',
  publicEndpoints: { 'region-us': 'https://api.us.snyk.io', 'region-eu': 'https://api.eu.snyk.io', 'region-au': 'https://api.au.snyk.io' },
  proof: { how: 'document', reference: 'docs.snyk.io/snyk-api/reference/users (GET /rest/self, JSON:API errors), /snyk-api/authentication-for-api, /working-with-snyk/regional-hosting' },
  introspect: regional(
    askOnce({
      method: 'GET /rest/self',
      request: (ask) => get(below(ask.store.baseUrl, 'rest/self?version=2024-06-10'), { authorization: `token ${ask.secret.reveal()}`, accept: 'application/vnd.api+json' }),
      dead: [{ status: 401, at: ['errors.0.title', 'errors.0.detail'], says: /unauthori[sz]ed|authentication (?:error|failed|required)/i, means: 'Snyk answers 401: it does not take this token' }],
      live: (body) => {
        const data = isObject(body) ? body['data'] : undefined;
        if (!isObject(data) || text(data['id']) === undefined || !isObject(data['attributes'])) return undefined;
        const { attributes } = data;
        const kind = text(data['type']);
        return { sub: text(attributes['email']) ?? text(attributes['name']) ?? text(data['id']), owner: text(attributes['default_org_context']), notes: kind === undefined ? undefined : { kind } };
      },
    }),
  ),
};
