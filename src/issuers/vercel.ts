import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, Particular, Subject } from '../model/index.ts';
import { askOnce, tellById, tellOnce } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { withMore } from './exchange/more-facts.ts';
import { needsOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { bearer, below, get, postForm, postJson, remove } from './exchange/requests.ts';
import { inactive } from './reading/answers.ts';
import { epochMilliseconds, epochSeconds, text, words } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/** Vercel. `current` stands for the token that asks, also where it is deleted. Tokens of OAuth apps are asked as RFC 7662 has it. */
export const issuer: Issuer = {
  id: 'vercel',
  name: 'Vercel',
  kinds: ['vercel-access-token', 'vercel-access-token-legacy', 'vercel-integration-token', 'vercel-app-access-token', 'vercel-app-refresh-token'],
  publicBaseUrl: 'https://api.vercel.com',
  proof: { how: 'document', reference: 'Vercel REST API reference: Get, List, Create, Delete an Auth Token; Sign in with Vercel: token introspection and revocation' },
  introspect: { method: 'GET /v5/user/tokens/current', run: introspect, particular: (subject) => (isOfApp(subject) ? { method: 'POST /login/oauth/token/introspect' } : {}) },
  revoke: {
    method: 'DELETE /v3/user/tokens/current',
    reversible: false,
    sideEffects: 'None beyond this token.',
    particular: (subject) => (isOfApp(subject) ? { method: 'POST /login/oauth/token/revoke' } : {}),
    run: (ask) => (isOfApp(ask) ? revokeOfApp : revokeCurrent)(ask),
  },
  rotate: {
    method: 'POST /v3/user/tokens',
    sideEffects: 'A second token exists until the old one is revoked; it reaches all that its user reaches.',
    particular: onlyOfUsers,
    run: issueOnce({
      request: (ask, wish) => postJson(below(ask.store.baseUrl, 'v3/user/tokens'), { name: nameOf(wish, ask), ...(wish.expiresAt === undefined ? {} : { expiresAt: wish.expiresAt.getTime() }) }, bearer(ask.secret)),
      read: (body) => (isObject(body) && typeof body['bearerToken'] === 'string' && isObject(body['token']) ? { secret: body['bearerToken'], facts: factsOf(body['token']) } : undefined),
      oldLives: true,
      cannot: cannotNarrow,
    }),
  },
  list: { method: 'GET /v6/user/tokens', impossible: needsOwnToken, run: listTokens() },
  revokeById: {
    method: 'DELETE /v3/user/tokens/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(below(ask.store.baseUrl, `v3/user/tokens/${encodeURIComponent(id)}`), ownAuthorization(ask)), accepted: [200] }),
  },
};

const isOfApp = ({ rule }: Subject): boolean => rule.id.startsWith('vercel-app-');
const revokeCurrent = tellOnce({ request: (ask) => remove(below(ask.store.baseUrl, 'v3/user/tokens/current'), bearer(ask.secret)), accepted: [200] });
const revokeOfApp = tellOnce({ request: (ask) => postForm(below(ask.store.baseUrl, 'login/oauth/token/revoke'), { token: ask.secret.reveal() }), accepted: [200] });

function onlyOfUsers({ rule }: Subject): Particular {
  return rule.id.startsWith('vercel-access-token') ? {} : { impossible: { why: 'no-introspection', detail: 'Vercel makes tokens of this kind only when an app is installed or signed in to' } };
}

const current = askOnce({
  method: 'GET /v5/user/tokens/current',
  request: (ask) => get(below(ask.store.baseUrl, 'v5/user/tokens/current'), bearer(ask.secret)),
  // 403 without it may be a live token that lacks a right.
  dead: [401, 403].map((status) => ({ status, at: ['error.invalidToken'], says: 'true', means: 'Vercel says the token is not valid' })),
  live: (body, _, ask) => {
    const token = isObject(body) && isObject(body['token']) ? body['token'] : undefined;
    if (token === undefined || text(token['id']) === undefined || text(token['type']) === undefined) return undefined;
    const facts = factsOf(token);
    if (epochMilliseconds(token['revokedAt']) !== undefined) return inactive('Vercel says the token was revoked');
    return facts.exp instanceof Date && facts.exp <= ask.now() ? inactive('Vercel says the token is expired') : facts;
  },
});

/** RFC 7662, without client authentication: the answer to a public client. */
const ofApp = askOnce({
  method: 'POST /login/oauth/token/introspect',
  request: (ask) => ({ ...postForm(below(ask.store.baseUrl, 'login/oauth/token/introspect'), { token: ask.secret.reveal() }), repeatable: true }),
  dead: [],
  live: (body) => {
    if (!isObject(body) || typeof body['active'] !== 'boolean') return undefined;
    return body['active'] ? { sub: text(body['sub']), clientId: text(body['client_id']), scopes: words(body['scope']), iat: epochSeconds(body['iat']), exp: epochSeconds(body['exp']) } : inactive('Vercel answers active: false');
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  if (isOfApp(ask)) return ofApp.run(ask);
  const answer = await current.run(ask);
  const user = get(below(ask.store.baseUrl, 'v2/user'), bearer(ask.secret));
  return withMore(ask, answer, user, (body) => (isObject(body) && isObject(body['user']) ? { sub: text(body['user']['username']) ?? text(body['user']['email']) } : undefined));
}

function listTokens(): ReturnType<typeof listPages> {
  const page = (ask: AdminAsk, until: string): HttpRequest => get(below(ask.store.baseUrl, `v6/user/tokens?limit=100${until}`), ownAuthorization(ask));
  return listPages({
    first: (ask) => page(ask, ''),
    read: (body, _, ask) => {
      if (!isObject(body) || !Array.isArray(body['tokens'])) return undefined;
      const next = isObject(body['pagination']) ? text(body['pagination']['next']) : undefined;
      return { tokens: objectsOf(body['tokens']).flatMap((token) => listed('vercel-access-token', text(token['id']), factsOf(token), epochMilliseconds(token['revokedAt']) === undefined ? 'active' : 'inactive')), next: next === undefined ? undefined : page(ask, `&until=${encodeURIComponent(next)}`) };
    },
  });
}

function factsOf(token: JsonObject): GivenFacts {
  const leakedAt = epochMilliseconds(token['leakedAt']);
  const scopes = objectsOf(token['scopes']).flatMap((scope) => {
    const [type, team] = [text(scope['type']), text(scope['teamId'])];
    return type === undefined ? [] : [team === undefined ? type : `${type} ${team}`];
  });
  return {
    tokenId: text(token['id']),
    name: text(token['name']),
    scopes: Array.isArray(token['scopes']) ? scopes : undefined,
    iat: epochMilliseconds(token['createdAt']),
    exp: epochMilliseconds(token['expiresAt']),
    lastUsedAt: epochMilliseconds(token['activeAt']),
    notes: leakedAt === undefined ? undefined : { leakedAt: leakedAt.toISOString() },
  };
}
