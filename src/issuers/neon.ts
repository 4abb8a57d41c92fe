import type { Issuer } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import { cannotChoose, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** Neon: the keys of a user are listed with their last use; a key does not name itself among them. */
export const issuer: Issuer = {
  id: 'neon',
  name: 'Neon',
  kinds: ['neon-api-key'],
  publicBaseUrl: 'https://console.neon.tech/api/v2',
  proof: { how: 'document', reference: 'api-docs.neon.tech: getCurrentUserInfo, listApiKeys (last_used_at), createApiKey, revokeApiKey' },
  introspect: askOnce({
    method: 'GET /users/me',
    request: (ask) => get(below(ask.store.baseUrl, 'users/me'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['message'], says: /^supplied credentials do not pass authentication$/i, means: 'Neon answers 401: the credentials do not pass authentication' }],
    live: (body) => (isObject(body) && text(body['id']) !== undefined && text(body['email']) !== undefined ? { sub: text(body['email']), owner: text(body['login']) } : undefined),
  }),
  rotate: {
    method: 'POST /api_keys',
    sideEffects: 'Makes another key of the user whose token asks.',
    run: issueOnce({
      request: (ask, wish) => postJson(below(ask.store.baseUrl, 'api_keys'), { key_name: nameOf(wish, ask) }, ownAuthorization(ask)),
      oldLives: true,
      cannot: cannotChoose,
      read: (body) => (isObject(body) ? { secret: text(body['key']) ?? '', facts: { tokenId: text(body['id']), name: text(body['name']), iat: instant(body['created_at']) } } : undefined),
    }),
    particular: onlyWithOwnToken,
  },
  list: { method: 'GET /api_keys', run: (ask) => list(ask), impossible: needsOwnToken },
  revokeById: { method: 'DELETE /api_keys/ID', run: (ask, id) => revokeKey(ask, id), impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this key.' },
};

const revokeKey = tellById({ request: (ask, id) => remove(below(ask.store.baseUrl, `api_keys/${encodeURIComponent(id)}`), ownAuthorization(ask)), accepted: [200], confirms: (body) => isObject(body) && body['revoked'] === true });

const list = listPages({
  first: (ask) => get(below(ask.store.baseUrl, 'api_keys'), ownAuthorization(ask)),
  read: (body) =>
    Array.isArray(body)
      ? { tokens: objectsOf(body).flatMap((key) => listed('neon-api-key', text(key['id']), { name: text(key['name']), owner: isObject(key['created_by']) ? text(key['created_by']['name']) : undefined, iat: instant(key['created_at']), lastUsedAt: orNever(key['last_used_at'], instant) })) }
      : undefined,
});
