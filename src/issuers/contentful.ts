import type { AdminAsk, Answer, Ask, Issuer, ListedToken } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { factsFrom, merged } from './exchange/more-facts.ts';
import { needsOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { inEveryRegion } from './exchange/regions.ts';
import { bearer, below, get, postJson } from './exchange/requests.ts';
import { tell } from './exchange/ask-once.ts';
import { refused } from './reading/answers.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

const PAGE = 100;

/** Contentful: the list of a user's management tokens, in which a token finds itself by its last characters, tells everything. EU residency is apart. */
export const issuer: Issuer = {
  id: 'contentful',
  name: 'Contentful',
  kinds: ['contentful-pat'],
  publicBaseUrl: 'https://api.contentful.com',
  publicEndpoints: { 'region-eu': 'https://api.eu.contentful.com' },
  proof: { how: 'document', reference: 'contentful.com/developers/docs/references/content-management-api/access-tokens (get all, create, revoke; redactedValue, lastUsedAt, expiresAt), /errors (AccessTokenInvalid)' },
  introspect: { method: 'GET /users/me/access_tokens', run: (ask) => inEveryRegion(ask, introspect) },
  revoke: {
    method: 'PUT /users/me/access_tokens/ID/revoked',
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: async (ask) => {
      const id = (await factsFrom(ask, tokens(ask, bearer(ask.secret)), (body) => own(body, ask)))?.tokenId;
      return id === undefined ? refused('Contentful did not show which token this is, so none was revoked') : tell(ask, revoking(ask, id, bearer(ask.secret)), { accepted: [200] });
    },
  },
  rotate: {
    method: 'POST /users/me/access_tokens',
    sideEffects: 'Makes another token of the same user.',
    run: issueOnce({
      request: (ask, wish) =>
        postJson(below(ask.store.baseUrl, 'users/me/access_tokens'), { name: nameOf(wish, ask), scopes: wish.scopes ?? ['content_management_read'], ...(wish.expiresAt === undefined ? {} : { expiresIn: Math.max(1, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / 1000)) }) }, bearer(ask.secret)),
      oldLives: true,
      read: (body) => (isObject(body) ? { secret: text(body['token']) ?? '', facts: factsOf(body) } : undefined),
    }),
  },
  list: { method: 'GET /users/me/access_tokens', run: (ask) => list(ask), impossible: needsOwnToken },
  revokeById: { method: 'PUT /users/me/access_tokens/ID/revoked', run: (ask, id) => revokeById(ask, id), impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this token.' },
};

const tokens = ({ store }: AdminAsk, auth: Readonly<Record<string, string>>, skip = 0): ReturnType<typeof get> => get(below(store.baseUrl, `users/me/access_tokens?limit=${PAGE}&skip=${skip}`), auth);
const revoking = ({ store }: AdminAsk, id: string, auth: Readonly<Record<string, string>>): ReturnType<typeof get> => ({ method: 'PUT', url: below(store.baseUrl, `users/me/access_tokens/${encodeURIComponent(id)}/revoked`), headers: { accept: 'application/json', ...auth } });

const question = askOnce({
  method: 'GET /users/me/access_tokens',
  request: (ask) => tokens(ask, bearer(ask.secret)),
  dead: [{ status: 401, at: ['sys.id'], says: 'AccessTokenInvalid', means: 'Contentful answers AccessTokenInvalid' }],
  live: (body, _, ask) => (isObject(body) && Array.isArray(body['items']) && typeof body['total'] === 'number' ? (own(body, ask) ?? {}) : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await question.run(ask);
  if (answer.status !== 'active') return answer;
  return merged(answer, await factsFrom(ask, get(below(ask.store.baseUrl, 'users/me'), bearer(ask.secret)), (body) => (isObject(body) ? { sub: text(body['email']) } : undefined)));
}

/** Only an entry that alone fits the last characters is taken. */
function own(body: unknown, ask: Ask): GivenFacts | undefined {
  const fitting = objectsOf(isObject(body) ? body['items'] : undefined).filter(({ sys, revokedAt }) => {
    const tail = isObject(sys) ? text(sys['redactedValue']) : undefined;
    return typeof revokedAt !== 'string' && tail !== undefined && tail.length >= 4 && ask.secret.reveal().endsWith(tail);
  });
  return fitting.length === 1 && fitting[0] !== undefined ? factsOf(fitting[0]) : undefined;
}

function factsOf(token: JsonObject): GivenFacts {
  const sys = isObject(token['sys']) ? token['sys'] : {};
  return { tokenId: text(sys['id']), name: text(token['name']), scopes: texts(token['scopes']), iat: instant(sys['createdAt']), exp: orNever(sys['expiresAt'], instant), lastUsedAt: orNever(sys['lastUsedAt'], instant) };
}

const revokeById = tellById({ request: (ask, id) => revoking(ask, id, ownAuthorization(ask)), accepted: [200] });

const list = listPages({
  first: (ask) => tokens(ask, ownAuthorization(ask)),
  read: (body, _, ask, page) => {
    if (!isObject(body) || !Array.isArray(body['items']) || typeof body['total'] !== 'number') return undefined;
    const shown = objectsOf(body['items']).flatMap((token): readonly ListedToken[] => listed('contentful-pat', factsOf(token).tokenId, factsOf(token), typeof token['revokedAt'] === 'string' ? 'inactive' : 'active'));
    return { tokens: shown, next: page * PAGE < body['total'] ? tokens(ask, ownAuthorization(ask), page * PAGE) : undefined };
  },
});
