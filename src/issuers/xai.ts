import type { Ask, Issuer, Mutation } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { bearer, below, get, remove } from './exchange/requests.ts';
import { inactive, refused } from './reading/answers.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** xAI. A key tells what it may do and who made it; with `auth: { method: bearer }` (a management key) it can be deleted. */
export const issuer: Issuer = {
  id: 'xai',
  name: 'xAI',
  kinds: ['xai-api-key'],
  publicBaseUrl: 'https://api.x.ai',
  publicEndpoints: { management: 'https://management-api.x.ai' },
  endpoints: ['management'],
  proof: { how: 'document', reference: 'xAI API reference: GET /v1/api-key; Management API: DELETE /auth/api-keys/{api_key_id}' },
  introspect: askOnce({
    method: 'GET /v1/api-key',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/api-key'), bearer(ask.secret)),
    dead: [400, 401].map((status) => ({ status, at: ['error'], says: /^Incorrect API key provided/ })),
    live: (body) => {
      const id = isObject(body) ? text(body['api_key_id']) : undefined;
      if (!isObject(body) || id === undefined || typeof body['api_key_blocked'] !== 'boolean') return undefined;
      if (body['api_key_blocked'] || body['api_key_disabled'] === true) return inactive(body['api_key_blocked'] ? 'xAI says the key is blocked' : 'xAI says the key is disabled');
      return {
        sub: text(body['team_id']),
        owner: text(body['user_id']),
        name: text(body['name']),
        tokenId: id,
        scopes: texts(body['acls']),
        iat: instant(body['create_time']),
        exp: 'expire_time' in body ? orNever(body['expire_time'], instant) : undefined,
        notes: body['team_blocked'] === true ? { barred: 'the team is blocked' } : undefined,
      };
    },
  }),
  revoke: { method: 'DELETE /auth/api-keys/ID', reversible: false, sideEffects: 'None beyond this key.', run: revoke, particular: onlyWithOwnToken },
  revokeById: {
    method: 'DELETE /auth/api-keys/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this key.',
    run: tellById({ request: (ask, id) => remove(keyUrl(ask, id), ownAuthorization(ask)), accepted: [200, 204] }),
  },
};

async function revoke(ask: Ask): Promise<Mutation> {
  const told = await issuer.introspect?.run(ask);
  const id = told?.status === 'active' ? told.facts.tokenId : undefined;
  if (id === undefined) return refused('xAI does not tell the id of this key, without which it cannot be deleted');
  return tell(ask, remove(keyUrl(ask, id), ownAuthorization(ask)), { accepted: [200, 204] });
}

function keyUrl({ store }: Pick<Ask, 'store'>, id: string): URL {
  return below(store.endpoints?.['management'] ?? store.baseUrl, `auth/api-keys/${encodeURIComponent(id)}`);
}
