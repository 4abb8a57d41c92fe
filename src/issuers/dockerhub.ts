import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, ListedToken, ListEnd, Mutation, Particular, Subject } from '../model/index.ts';
import { askOnce, tell } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { listPages, sameOrigin } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { withMore } from './exchange/more-facts.ts';
import { needsOwnPair, ownPair } from './exchange/own-credentials.ts';
import { below, get, postJson, remove } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import { readJwtClaims } from './reading/jwt-claims.ts';

/**
 * Docker Hub. The token and its user's name make a bearer that lives ten minutes; its claims name the token (`source.id`),
 * which then tells scopes, age, last use, and can be switched off or deleted. Our own pair (user name and a token of
 * full rights, `auth: { method: client_secret_basic }`) lists all tokens of that user.
 */
export const issuer: Issuer = {
  id: 'dockerhub',
  name: 'Docker Hub',
  kinds: ['dockerhub-pat', 'dockerhub-oat'],
  publicBaseUrl: 'https://hub.docker.com',
  proof: { how: 'document', reference: 'docker/docs content/reference/api/hub/latest.yaml: AuthCreateAccessToken, access-tokens (list, get, patch, delete)' },
  introspect: { method: 'POST /v2/auth/token, GET /v2/access-tokens/UUID', run: introspect, particular: (subject): Particular => needsCompanions(subject, 'user') },
  revoke: { method: 'DELETE /v2/access-tokens/UUID', reversible: false, sideEffects: 'None beyond this token.', run: (ask) => change(ask, (url, headers) => remove(url, headers)), particular: onlyPersonal },
  deactivate: { method: 'PATCH /v2/access-tokens/UUID', reversible: true, sideEffects: 'None beyond this token.', run: (ask) => change(ask, (url, headers) => ({ ...postJson(url, { is_active: false }, headers), method: 'PATCH' })), particular: onlyPersonal },
  list: { method: 'GET /v2/access-tokens', impossible: (store) => needsOwnPair(store, 'user name and token'), run: listTokens },
  revokeById: { method: 'DELETE /v2/access-tokens/UUID', impossible: (store) => needsOwnPair(store, 'user name and token'), reversible: false, sideEffects: 'None beyond this token.', run: revokeById },
};

function onlyPersonal(subject: Subject): Particular {
  return subject.rule.id === 'dockerhub-oat' ? { impossible: { why: 'no-introspection', detail: 'an organization token is deleted by an owner of the organization, at its settings' } } : needsCompanions(subject, 'user');
}

function login({ store }: AdminAsk, identifier: string, secret: string): HttpRequest {
  return { ...postJson(below(store.baseUrl, 'v2/auth/token'), { identifier, secret }), repeatable: true };
}

interface Bearer {
  readonly answer: Answer;
  readonly headers: Readonly<Record<string, string>>;
  /** The token's own id, where the bearer's claims hold it. */
  readonly id?: string;
}

/** The answer of the sign-in, and what it gave. */
async function signIn(ask: Ask): Promise<Bearer> {
  let bearer: string | undefined;
  const answer = await askOnce({
    method: 'POST /v2/auth/token',
    request: () => login(ask, companionOf(ask, 'user') ?? '', ask.secret.reveal()),
    dead: [{ status: 401, at: ['detail', 'message'], says: /^Incorrect authentication credentials/i, means: 'Docker Hub refuses this user name and token' }],
    live: (body) => {
      bearer = isObject(body) && typeof body['access_token'] === 'string' ? body['access_token'] : undefined;
      return bearer === undefined ? undefined : claimsOf(bearer).facts;
    },
  }).run(ask);
  const id = bearer === undefined ? undefined : claimsOf(bearer).id;
  return { answer, headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }, ...(id === undefined ? {} : { id }) };
}

function claimsOf(bearer: string): { readonly id: string | undefined; readonly facts: GivenFacts } {
  const claims = readJwtClaims(bearer);
  const hub = isObject(claims?.['https://hub.docker.com']) ? claims['https://hub.docker.com'] : {};
  const source = isObject(hub['source']) ? hub['source'] : isObject(claims?.['source']) ? claims['source'] : {};
  return { id: source['type'] === 'pat' || source['type'] === undefined ? text(source['id']) : undefined, facts: { sub: text(hub['username']) ?? text(claims?.['sub']), tokenId: text(source['id']), scopes: typeof claims?.['scope'] === 'string' ? claims['scope'].split(' ').filter((scope) => scope !== '') : undefined } };
}

async function introspect(ask: Ask): Promise<Answer> {
  const { answer, headers, id } = await signIn(ask);
  return withMore(ask, answer, id === undefined ? undefined : get(tokenUrl(ask, id), headers), (body) => (isObject(body) && body['uuid'] === id ? factsOf(body) : undefined));
}

async function change(ask: Ask, request: (url: URL, headers: Readonly<Record<string, string>>) => HttpRequest): Promise<Mutation> {
  const { answer, headers, id } = await signIn(ask);
  if (id === undefined) return refused(answer.status === 'active' ? 'Docker Hub does not say which token this is' : `the token did not sign in (${answer.status})`);
  return tell(ask, request(tokenUrl(ask, id), headers), { accepted: [200, 202, 204] });
}

/** Our own bearer, or undefined. */
async function ownBearer(ask: AdminAsk): Promise<Readonly<Record<string, string>> | undefined> {
  const pair = ownPair(ask);
  const outcome = pair === undefined ? undefined : await ask.send(login(ask, pair.clientId, pair.clientSecret.reveal()));
  const token = outcome?.ok === true && outcome.response.status === 200 ? text(readObject(outcome.response)?.['access_token']) : undefined;
  return token === undefined ? undefined : { authorization: `Bearer ${token}` };
}

async function* listTokens(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const headers = await ownBearer(ask);
  if (headers === undefined) return { complete: false, why: 'own-credentials', detail: 'our own user name and token did not sign in' };
  const first = below(ask.store.baseUrl, 'v2/access-tokens?page=1&page_size=100');
  const list = listPages({
    first: () => get(first, headers),
    read: (body) => {
      if (!isObject(body) || !Array.isArray(body['results'])) return undefined;
      const next = sameOrigin(body['next'], first);
      return { tokens: objectsOf(body['results']).flatMap((token) => listed('dockerhub-pat', text(token['uuid']), factsOf(token), token['is_active'] === false ? 'inactive' : 'active')), next: next === undefined ? undefined : get(next, headers) };
    },
  });
  return yield* list(ask);
}

async function revokeById(ask: AdminAsk, tokenId: string): Promise<Mutation> {
  const headers = await ownBearer(ask);
  return headers === undefined ? refused('our own user name and token did not sign in') : tell(ask, remove(tokenUrl(ask, tokenId), headers), { accepted: [202, 204] });
}

function factsOf(token: JsonObject): GivenFacts {
  return {
    tokenId: text(token['uuid']),
    name: text(token['token_label']),
    scopes: texts(token['scopes']),
    iat: instant(token['created_at']),
    exp: 'expires_at' in token ? orNever(token['expires_at'], instant) : undefined,
    lastUsedAt: 'last_used' in token ? orNever(token['last_used'], instant) : undefined,
  };
}

function tokenUrl({ store }: AdminAsk, id: string): URL {
  return below(store.baseUrl, `v2/access-tokens/${encodeURIComponent(id)}`);
}
