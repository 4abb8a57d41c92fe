import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, ListedToken, Mutation, Secret } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { findListed } from './exchange/find-listed.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { merged } from './exchange/more-facts.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { orNever, text, utcInstant, words } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import { fitsShortened } from './reading/shortened.ts';

/** Linode (Akamai). The token list shows the first 16 characters of each token, which tells its own entry; times are UTC. */
export const issuer: Issuer = {
  id: 'linode',
  name: 'Linode (Akamai)',
  kinds: ['linode-personal-access-token'],
  publicBaseUrl: 'https://api.linode.com',
  proof: { how: 'document', reference: 'Linode API v4 reference: GET /profile (header X-OAuth-Scopes), /profile/tokens (list, create, revoke), errors' },
  introspect: { method: 'GET /v4/profile, GET /v4/profile/tokens', run: introspect },
  revoke: { method: 'DELETE /v4/profile/tokens/ID', reversible: false, sideEffects: 'None beyond this token.', run: revoke },
  rotate: {
    method: 'POST /v4/profile/tokens',
    sideEffects: 'A second token exists until the old one is revoked.',
    run: issueOnce({
      request: (ask, wish) => postJson(tokensUrl(ask), { label: nameOf(wish, ask), scopes: wish.scopes?.join(' ') ?? '*', expiry: wish.expiresAt?.toISOString().slice(0, 19) ?? null }, bearer(ask.secret)),
      read: (body) => (isObject(body) && typeof body['token'] === 'string' ? { secret: body['token'], facts: { ...factsOf(body), notes: undefined } } : undefined),
      oldLives: true,
      // Without scopes it would have to ask for all of them.
      cannot: ({ scopes }) => (scopes === undefined ? 'name the scopes of the replacement: Linode does not copy those of the old token' : undefined),
    }),
  },
  list: { method: 'GET /v4/profile/tokens', impossible: needsOwnToken, run: (ask) => listTokens(ownToken(ask))(ask) },
  revokeById: {
    method: 'DELETE /v4/profile/tokens/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(below(tokensUrl(ask), encodeURIComponent(id)), authorization(ownToken(ask))), accepted: [200] }),
  },
};

const tokensUrl = ({ store }: AdminAsk): URL => below(store.baseUrl, 'v4/profile/tokens');
const authorization = (secret: Secret | undefined): Readonly<Record<string, string>> => (secret === undefined ? {} : bearer(secret));

const profile = askOnce({
  method: 'GET /v4/profile',
  request: (ask) => get(below(ask.store.baseUrl, 'v4/profile'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['errors.0.reason'], says: 'Invalid Token' }],
  aliveButBarred: [{ status: 401, at: ['errors.0.reason'], says: /^Your OAuth token is not authorized to use this endpoint/, means: 'may not read its profile' }],
  live: (body, { headers }) => (isObject(body) && text(body['username']) !== undefined && text(body['email']) !== undefined ? { sub: text(body['username']), scopes: words(headers['x-oauth-scopes']) } : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await profile.run(ask);
  return answer.status === 'active' ? merged(answer, (await findOwn(ask, ask.secret))?.facts) : answer;
}

async function revoke(ask: Ask): Promise<Mutation> {
  const asker = ownToken(ask) ?? ask.secret;
  const own = await findOwn(ask, asker);
  return own === undefined ? refused('no token list that may be read holds this token') : tell(ask, remove(below(tokensUrl(ask), encodeURIComponent(own.tokenId)), bearer(asker)), { accepted: [200] });
}

function findOwn(ask: Ask, reader: Secret): Promise<ListedToken | undefined> {
  return findListed(ask, listTokens(reader), ({ facts }) => fitsShortened(facts.notes?.['shown'], ask.secret.reveal()));
}

function listTokens(reader: Secret | undefined): ReturnType<typeof listPages> {
  const page = (ask: AdminAsk, number: number): HttpRequest => get(new URL(`${tokensUrl(ask).href}?page=${number}&page_size=500`), authorization(reader));
  return listPages({
    first: (ask) => page(ask, 1),
    read: (body, _, ask, number) => {
      if (!isObject(body) || !Array.isArray(body['data']) || typeof body['pages'] !== 'number') return undefined;
      return { tokens: objectsOf(body['data']).flatMap((token) => listed('linode-personal-access-token', text(token['id']), factsOf(token))), next: number < body['pages'] ? page(ask, number + 1) : undefined };
    },
  });
}

function factsOf(token: JsonObject): GivenFacts {
  const shown = text(token['token']);
  return {
    tokenId: text(token['id']),
    name: text(token['label']),
    scopes: words(token['scopes']),
    iat: utcInstant(token['created']),
    exp: 'expiry' in token ? orNever(token['expiry'], utcInstant) : undefined,
    notes: shown === undefined ? undefined : { shown },
  };
}
