import type { Ask, Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { regional } from './exchange/regions.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** PagerDuty: a user's API key may do what the user's role may do. OAuth tokens are bearers. The EU service region is apart. */
export const issuer: Issuer = {
  id: 'pagerduty',
  name: 'PagerDuty',
  kinds: ['pagerduty-user-api-key', 'pagerduty-oauth-access-token'],
  publicBaseUrl: 'https://api.pagerduty.com',
  publicEndpoints: { 'region-eu': 'https://api.eu.pagerduty.com' },
  proof: { how: 'document', reference: 'developer.pagerduty.com/api-reference: GET /users/me, authentication; PagerDuty/api-schema reference/REST/openapiv3.json (Unauthorized)' },
  introspect: regional(
    askOnce({
      method: 'GET /users/me',
      request: (ask) => get(below(ask.store.baseUrl, 'users/me'), { ...signIn(ask), accept: 'application/vnd.pagerduty+json;version=2' }),
      // {"error":{"message":"Invalid token","code":2006}} in public clients' tests; other codes may be about the account.
      dead: [{ status: 401, at: ['error.code'], says: '2006', means: 'PagerDuty answers 401 with its code 2006: it does not take these credentials' }],
      aliveButBarred: [{ status: 400, at: ['error.errors.0', 'error.message'], says: /requires a user|user[- ]level|account-level/i, means: 'PagerDuty says this is a key of the account, not of a user' }],
      live: (body) => {
        const user = isObject(body) ? body['user'] : undefined;
        if (!isObject(user) || text(user['id']) === undefined || text(user['email']) === undefined) return undefined;
        const role = text(user['role']);
        return { sub: text(user['email']), scopes: role === undefined ? undefined : [role] };
      },
    }),
  ),
};

const signIn = (ask: Ask): Readonly<Record<string, string>> => (ask.rule.id === 'pagerduty-user-api-key' ? { authorization: `Token token=${ask.secret.reveal()}` } : bearer(ask.secret));
