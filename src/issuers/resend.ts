import type { AdminAsk, HttpRequest, Issuer } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import { cannotExpire, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { instant, instantUtc, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** A key has full access or may only send; that is told by whether it may see the keys. A key does not name its own id. */
export const issuer: Issuer = {
  id: 'resend',
  name: 'Resend',
  kinds: ['resend-api-key'],
  publicBaseUrl: 'https://api.resend.com',
  proof: { how: 'document', reference: 'resend.com/docs/api-reference/errors (invalid_api_key, restricted_api_key), /api-reference/api-keys (create, list, delete)' },
  introspect: askOnce({
    method: 'GET /api-keys',
    request: (ask) => get(below(ask.store.baseUrl, 'api-keys'), bearer(ask.secret)),
    dead: [
      { status: 403, at: ['name'], says: 'invalid_api_key', means: 'Resend answers invalid_api_key' },
      { status: 401, at: ['name'], says: 'invalid_api_key', means: 'Resend answers invalid_api_key' },
      { status: 400, at: ['message'], says: 'API key is invalid', means: 'Resend answers "API key is invalid"' },
    ],
    aliveButBarred: [{ status: 401, at: ['name'], says: 'restricted_api_key', means: 'Resend says this key may only send', facts: () => ({ scopes: ['sending_access'] }) }],
    live: (body) => (isObject(body) && Array.isArray(body['data']) && objectsOf(body['data']).every((key) => text(key['id']) !== undefined) ? { scopes: ['full_access'] } : undefined),
  }),
  rotate: {
    method: 'POST /api-keys',
    sideEffects: 'Makes another key beside the old one.',
    run: issueOnce({
      request: (ask, wish) => postJson(below(ask.store.baseUrl, 'api-keys'), { name: nameOf(wish, ask), permission: wish.scopes?.[0] ?? 'sending_access' }, ownAuthorization(ask)),
      oldLives: true,
      cannot: (wish) => cannotExpire(wish) ?? (wish.scopes === undefined || (wish.scopes.length === 1 && /^(?:full|sending)_access$/.test(wish.scopes[0] ?? '')) ? undefined : 'Resend knows two permissions: full_access and sending_access'),
      read: (body) => (isObject(body) ? { secret: text(body['token']) ?? '', facts: { tokenId: text(body['id']) } } : undefined),
    }),
    particular: onlyWithOwnToken,
  },
  list: { method: 'GET /api-keys', run: (ask) => list(ask), impossible: needsOwnToken },
  revokeById: { method: 'DELETE /api-keys/ID', run: (ask, id) => deleteKey(ask, id), impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this key.' },
};

const deleteKey = tellById({ request: (ask, id) => remove(below(ask.store.baseUrl, `api-keys/${encodeURIComponent(id)}`), ownAuthorization(ask)), accepted: [200, 204] });

const pageOf = (ask: AdminAsk, after?: string): HttpRequest => get(below(ask.store.baseUrl, `api-keys?limit=100${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`), ownAuthorization(ask));

const list = listPages({
  first: (ask) => pageOf(ask),
  read: (body, _, ask) => {
    if (!isObject(body) || !Array.isArray(body['data'])) return undefined;
    const keys = objectsOf(body['data']);
    const last = text(keys.at(-1)?.['id']);
    const tokens = keys.flatMap((key) => listed('resend-api-key', text(key['id']), { name: text(key['name']), iat: instant(text(key['created_at'])?.replace(/([+-]\d{2})$/, '$1:00')) ?? instantUtc(key['created_at']) }));
    return { tokens, next: body['has_more'] === true && last !== undefined ? pageOf(ask, last) : undefined };
  },
});
