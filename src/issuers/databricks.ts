import type { AdminAsk, Issuer } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { epochMilliseconds, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/** A Databricks workspace. An administrator's token (`auth: { method: bearer }`) lists all personal tokens; a value does not tell which entry it is. */
export const issuer: Issuer = {
  id: 'databricks',
  name: 'Databricks',
  kinds: ['databricks-pat'],
  proof: { how: 'document', reference: 'Databricks REST API: scim/v2/Me, token/create, token-management/tokens (list, delete); databricks-sdk (PyPI) service/settings.py TokenInfo' },
  introspect: askOnce({
    method: 'GET /api/2.0/preview/scim/v2/Me',
    request: (ask) => get(below(ask.store.baseUrl, 'api/2.0/preview/scim/v2/Me'), bearer(ask.secret)),
    dead: [401, 403].map((status) => ({ status, at: ['message', 'detail'], says: /^Invalid access token/ })),
    live: (body) => {
      if (!isObject(body) || text(body['userName']) === undefined || text(body['id']) === undefined) return undefined;
      const values = (name: string, mark: string): readonly string[] => objectsOf(body[name]).flatMap((one) => text(one['display']) ?? text(one['value']) ?? []).map((value) => `${mark}${value}`);
      return { sub: text(body['userName']), scopes: [...values('entitlements', ''), ...values('roles', 'role '), ...values('groups', 'group ')] };
    },
  }),
  rotate: {
    method: 'POST /api/2.0/token/create',
    sideEffects: 'A second token of the same user exists until the old one is deleted.',
    run: issueOnce({
      request: (ask, wish) => {
        const seconds = wish.expiresAt === undefined ? undefined : Math.max(1, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / 1000));
        return postJson(below(ask.store.baseUrl, 'api/2.0/token/create'), { comment: nameOf(wish, ask), ...(seconds === undefined ? {} : { lifetime_seconds: seconds }) }, bearer(ask.secret));
      },
      read: (body) => (isObject(body) && typeof body['token_value'] === 'string' ? { secret: body['token_value'], facts: isObject(body['token_info']) ? factsOf(body['token_info']) : {} } : undefined),
      oldLives: true,
      cannot: cannotNarrow,
    }),
  },
  list: {
    method: 'GET /api/2.0/token-management/tokens',
    impossible: needsOwnToken,
    run: listPages({
      first: (ask: AdminAsk) => get(below(ask.store.baseUrl, 'api/2.0/token-management/tokens'), ownAuthorization(ask)),
      // A workspace without tokens leaves the member out.
      read: (body) => (isObject(body) && (Array.isArray(body['token_infos']) || Object.keys(body).length === 0) ? { tokens: objectsOf(body['token_infos']).flatMap((token) => listed('databricks-pat', text(token['token_id']), factsOf(token))) } : undefined),
    }),
  },
  revokeById: {
    method: 'DELETE /api/2.0/token-management/tokens/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(below(ask.store.baseUrl, `api/2.0/token-management/tokens/${encodeURIComponent(id)}`), ownAuthorization(ask)), accepted: [200] }),
  },
};

/** Times are milliseconds; -1 is no expiry. The last use is told to the day. */
function factsOf(token: JsonObject): GivenFacts {
  return {
    tokenId: text(token['token_id']),
    name: text(token['comment']),
    sub: text(token['owner_id']),
    owner: text(token['created_by_username']),
    scopes: texts(token['scopes']),
    iat: epochMilliseconds(token['creation_time']),
    exp: token['expiry_time'] === -1 ? 'never' : epochMilliseconds(token['expiry_time']),
    lastUsedAt: epochMilliseconds(token['last_used_day']),
  };
}
