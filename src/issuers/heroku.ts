import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, Mutation, Replacement, Secret } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotChoose, issueOnce } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { factsFrom, merged } from './exchange/more-facts.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { instant, orNever, secondsFrom, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/** Heroku. The list of authorizations, which a token of global scope may read, holds the token itself: its scopes, age, expiry and id. */
export const issuer: Issuer = {
  id: 'heroku',
  name: 'Heroku',
  kinds: ['heroku-api-key', 'heroku-api-key-legacy'],
  publicBaseUrl: 'https://api.heroku.com',
  proof: { how: 'document', reference: 'Heroku Platform API reference and @heroku-cli/schema 2.0.1: account, oauth/authorizations (list, delete, regenerate), error ids' },
  introspect: { method: 'GET /account, GET /oauth/authorizations', run: introspect },
  revoke: { method: 'DELETE /oauth/authorizations/ID', reversible: false, sideEffects: 'Every token of this authorization dies.', run: revoke },
  rotate: { endsOld: true, method: 'POST /oauth/authorizations/ID/actions/regenerate-tokens', sideEffects: 'The old token dies at once.', run: regenerate },
  list: { method: 'GET /oauth/authorizations', impossible: needsOwnToken, run: listAuthorizations() },
  revokeById: {
    method: 'DELETE /oauth/authorizations/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'Every token of this authorization dies.',
    run: tellById({ request: (ask, id) => remove(authorizationUrl(ask, id), headers(ownToken(ask))), accepted: [200] }),
  },
};

function headers(secret: Secret | undefined): Readonly<Record<string, string>> {
  return { ...(secret === undefined ? {} : bearer(secret)), accept: 'application/vnd.heroku+json; version=3' };
}

const account = askOnce({
  method: 'GET /account',
  request: (ask) => get(below(ask.store.baseUrl, 'account'), headers(ask.secret)),
  dead: [{ status: 401, at: ['message'], says: /^Invalid credentials provided/ }],
  aliveButBarred: [{ status: 403, at: ['id'], says: 'forbidden', means: 'may not read its account' }],
  live: (body) => (isObject(body) && text(body['id']) !== undefined && text(body['email']) !== undefined ? { sub: text(body['email']) } : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await account.run(ask);
  return answer.status === 'active' ? merged(answer, await findOwn(ask, ask.secret)) : answer;
}

/** The authorization whose access token is this very token. */
function findOwn(ask: Ask, reader: Secret): Promise<GivenFacts | undefined> {
  return factsFrom(ask, get(below(ask.store.baseUrl, 'oauth/authorizations'), headers(reader)), (body) => {
    const own = objectsOf(body).find(({ access_token: token }) => isObject(token) && token['token'] === ask.secret.reveal());
    return own === undefined ? undefined : factsOf(own, ask.now());
  });
}

async function findId(ask: Ask): Promise<string | undefined> {
  return (await findOwn(ask, ownToken(ask) ?? ask.secret))?.tokenId;
}

async function revoke(ask: Ask): Promise<Mutation> {
  const id = await findId(ask);
  if (id === undefined) return refused('no list of authorizations that may be read holds this token');
  return tell(ask, remove(authorizationUrl(ask, id), headers(ownToken(ask) ?? ask.secret)), { accepted: [200] });
}

async function regenerate(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const cannot = cannotChoose(wish);
  if (cannot !== undefined) return refused(cannot);
  const id = await findId(ask);
  if (id === undefined) return refused('no list of authorizations that may be read holds this token');
  return issueOnce({
    request: () => postJson(below(authorizationUrl(ask, id), 'actions/regenerate-tokens'), {}, headers(ownToken(ask) ?? ask.secret)),
    read: (body) => (isObject(body) && isObject(body['access_token']) && typeof body['access_token']['token'] === 'string' ? { secret: body['access_token']['token'], facts: factsOf(body, ask.now()) } : undefined),
    oldLives: false,
  })(ask, wish, makeSecret);
}

/** Pages are ranges: 206 with `Next-Range` until the last. */
function listAuthorizations(): ReturnType<typeof listPages> {
  const page = (ask: AdminAsk, range: Readonly<Record<string, string>>): HttpRequest => get(below(ask.store.baseUrl, 'oauth/authorizations'), { ...headers(ownToken(ask)), ...range });
  return listPages({
    first: (ask) => page(ask, {}),
    read: (body, response, ask) => {
      if (!Array.isArray(body)) return undefined;
      const next = response.headers['next-range'];
      return { tokens: objectsOf(body).flatMap((one) => listed('heroku-api-key', text(one['id']), factsOf(one, ask.now()))), next: response.status === 206 && next !== undefined ? page(ask, { range: next }) : undefined };
    },
  });
}

function factsOf(authorization: JsonObject, now: Date): GivenFacts {
  const token = isObject(authorization['access_token']) ? authorization['access_token'] : {};
  return {
    tokenId: text(authorization['id']),
    name: text(authorization['description']),
    scopes: texts(authorization['scope']),
    iat: instant(authorization['created_at']),
    // Seconds that are left; null is none.
    exp: 'expires_in' in token ? orNever(token['expires_in'], (value) => secondsFrom(now, value)) : undefined,
  };
}

function authorizationUrl({ store }: AdminAsk, id: string): URL {
  return below(store.baseUrl, `oauth/authorizations/${encodeURIComponent(id)}`);
}
