import type { Issuer } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import { bearer, below, get, remove } from './exchange/requests.ts';
import { instantUtc, text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Buildkite: an API access token asks about itself and revokes itself, without any scope. */
export const issuer: Issuer = {
  id: 'buildkite',
  name: 'Buildkite',
  kinds: ['buildkite-user-token'],
  publicBaseUrl: 'https://api.buildkite.com',
  proof: { how: 'document', reference: 'buildkite.com/docs/apis/rest-api/access-token (get, revoke), /apis/rest-api (401 "Authentication required")' },
  introspect: askOnce({
    method: 'GET /v2/access-token',
    request: (ask) => get(below(ask.store.baseUrl, 'v2/access-token'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['message'], says: /^Authentication (?:required|failed)\b/i, means: 'Buildkite answers 401: it does not take this token' }],
    live: (body) => {
      if (!isObject(body) || text(body['uuid']) === undefined || texts(body['scopes']) === undefined) return undefined;
      const user = isObject(body['user']) ? body['user'] : {};
      return { tokenId: text(body['uuid']), name: text(body['description']), sub: text(user['email']) ?? text(user['name']), scopes: texts(body['scopes']), iat: instantUtc(body['created_at']) };
    },
  }),
  revoke: {
    method: 'DELETE /v2/access-token',
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellOnce({ request: (ask) => remove(below(ask.store.baseUrl, 'v2/access-token'), bearer(ask.secret)), accepted: [204] }),
  },
};
