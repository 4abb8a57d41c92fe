import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, ListedToken, Mutation } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import { findListed } from './exchange/find-listed.ts';
import { cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { merged } from './exchange/more-facts.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { active, refused } from './reading/answers.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import { fitsShortened } from './reading/shortened.ts';

/** OpenRouter. With `auth: { method: bearer }` (a management key) its keys are listed, switched off, deleted and made. */
export const issuer: Issuer = {
  id: 'openrouter',
  name: 'OpenRouter',
  kinds: ['openrouter-api-key'],
  publicBaseUrl: 'https://openrouter.ai',
  proof: { how: 'document', reference: 'OpenRouter API reference: "Get current API key", "API key management" (list, create, update, delete)' },
  introspect: { method: 'GET /api/v1/key', run: introspect },
  revoke: { method: 'DELETE /api/v1/keys/HASH', reversible: false, sideEffects: 'None beyond this key.', run: (ask) => change(ask, (id) => remove(keyUrl(ask, id), ownAuthorization(ask))), particular: onlyWithOwnToken },
  deactivate: {
    method: 'PATCH /api/v1/keys/HASH (disabled)',
    reversible: true,
    sideEffects: 'None beyond this key.',
    run: (ask) => change(ask, (id) => ({ ...postJson(keyUrl(ask, id), { disabled: true }, ownAuthorization(ask)), method: 'PATCH' })),
    particular: onlyWithOwnToken,
  },
  rotate: {
    method: 'POST /api/v1/keys',
    sideEffects: 'A second key exists until the old one is revoked. It has no credit limit unless one is set.',
    particular: onlyWithOwnToken,
    run: issueOnce({
      request: (ask, wish) => postJson(below(ask.store.baseUrl, 'api/v1/keys'), { name: nameOf(wish, ask), ...(wish.expiresAt === undefined ? {} : { expires_at: wish.expiresAt.toISOString() }) }, ownAuthorization(ask)),
      read: (body) => (isObject(body) && typeof body['key'] === 'string' && isObject(body['data']) ? { secret: body['key'], facts: factsOf(body['data']) } : undefined),
      oldLives: true,
      cannot: cannotNarrow,
    }),
  },
  list: { method: 'GET /api/v1/keys', impossible: needsOwnToken, run: listKeys() },
  revokeById: { method: 'DELETE /api/v1/keys/HASH', impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this key.', run: tellById({ request: (ask, id) => remove(keyUrl(ask, id), ownAuthorization(ask)), accepted: [200, 204] }) },
};

const current = askOnce({
  method: 'GET /api/v1/key',
  request: (ask) => get(below(ask.store.baseUrl, 'api/v1/key'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['error.message'], says: /^User not found/ }],
  live: (body) => (isObject(body) && isObject(body['data']) && typeof body['data']['is_free_tier'] === 'boolean' ? factsOf({ ...body['data'], label: undefined }) : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  const listed = ownToken(ask) === undefined ? undefined : await findOwn(ask);
  return merged(await current.run(ask), listed?.facts);
}

async function change(ask: Ask, request: (id: string) => HttpRequest): Promise<Mutation> {
  const found = await findOwn(ask, 'anew');
  return found === undefined ? refused('OpenRouter lists no key that is certainly this one') : tell(ask, request(found.tokenId), { accepted: [200, 204] });
}

/** Before something is changed the list is read anew: the key may be younger than one that was read before. */
function findOwn(ask: Ask, read?: 'anew'): Promise<ListedToken | undefined> {
  return findListed(ask, listKeys(), ({ facts }) => fitsShortened(facts.notes?.['shown'], ask.secret.reveal(), 'sk-or-v1-'), read === undefined ? 'keys' : undefined);
}

/** Pages are told by an offset; the last one is empty. */
function listKeys(): ReturnType<typeof listPages> {
  const page = (ask: AdminAsk, offset: number): HttpRequest => get(below(ask.store.baseUrl, `api/v1/keys?include_disabled=true&offset=${offset}`), ownAuthorization(ask));
  let seen = 0;
  return listPages({
    first: (ask) => {
      seen = 0;
      return page(ask, 0);
    },
    read: (body, _, ask) => {
      if (!isObject(body) || !Array.isArray(body['data'])) return undefined;
      const keys = objectsOf(body['data']);
      seen += keys.length;
      const tokens = keys.flatMap((key): ListedToken[] => {
        const [id, facts] = [text(key['hash']), active(factsOf(key))];
        if (id === undefined || facts.status !== 'active') return [];
        return [{ rule: 'openrouter-api-key', tokenId: id, status: key['disabled'] === true ? 'inactive' : 'active', facts: facts.facts }];
      });
      return { tokens, next: keys.length === 0 ? undefined : page(ask, seen) };
    },
  });
}

function factsOf(key: JsonObject): Parameters<typeof active>[0] {
  const [shown, limit] = [text(key['label']), text(key['limit_remaining'])];
  return {
    name: text(key['name']),
    tokenId: text(key['hash']),
    owner: text(key['creator_user_id']),
    scopes: key['is_provisioning_key'] === true || key['is_management_key'] === true ? ['key management'] : undefined,
    iat: instant(key['created_at']),
    exp: 'expires_at' in key ? orNever(key['expires_at'], instant) : undefined,
    notes: shown === undefined && limit === undefined ? undefined : { ...(shown === undefined ? {} : { shown }), ...(limit === undefined ? {} : { creditLeft: limit }) },
  };
}

function keyUrl({ store }: AdminAsk, id: string): URL {
  return below(store.baseUrl, `api/v1/keys/${encodeURIComponent(id)}`);
}
