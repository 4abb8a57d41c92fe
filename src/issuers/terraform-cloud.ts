import type { AdminAsk, Ask, Issuer, ListedToken, ListEnd, Replacement, Secret } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownAuthorization, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/** HCP Terraform, and Terraform Enterprise through a configured store. A user's tokens are listed with age, expiry and last use. */
export const issuer: Issuer = {
  id: 'terraform-cloud',
  name: 'HCP Terraform',
  kinds: ['hashicorp-terraform-token'],
  publicBaseUrl: 'https://app.terraform.io',
  proof: { how: 'document', reference: 'hashicorp/terraform-docs-common website/docs/cloud-docs/api-docs: account.mdx, user-tokens.mdx' },
  introspect: askOnce({
    method: 'GET /api/v2/account/details',
    request: (ask) => details(ask, ask.secret),
    dead: [{ status: 401, at: ['errors.0.title'], says: 'unauthorized' }],
    live: (body) => {
      const user = userOf(body);
      const attributes = isObject(user?.['attributes']) ? user['attributes'] : {};
      if (user === undefined || text(attributes['username']) === undefined) return undefined;
      const permissions = isObject(attributes['permissions']) ? Object.entries(attributes['permissions']).flatMap(([name, may]) => (may === true ? [name] : [])) : undefined;
      return { sub: text(attributes['username']), owner: text(attributes['email']), scopes: permissions, notes: attributes['is-service-account'] === true ? { type: 'team or organization' } : { type: 'user' } };
    },
  }),
  rotate: { method: 'POST /api/v2/users/ID/authentication-tokens', sideEffects: 'A second token of the same user exists until the old one is deleted.', run: issue },
  list: { method: 'GET /api/v2/users/ID/authentication-tokens', impossible: needsOwnToken, run: listTokens },
  revokeById: {
    method: 'DELETE /api/v2/authentication-tokens/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(below(ask.store.baseUrl, `api/v2/authentication-tokens/${encodeURIComponent(id)}`), ownAuthorization(ask)), accepted: [204] }),
  },
};

const details = ({ store }: AdminAsk, secret: Secret): ReturnType<typeof get> => get(below(store.baseUrl, 'api/v2/account/details'), bearer(secret));

function userOf(body: unknown): JsonObject | undefined {
  return isObject(body) && isObject(body['data']) && body['data']['type'] === 'users' && text(body['data']['id']) !== undefined ? body['data'] : undefined;
}

/** Whose tokens: the account of the token that asks. */
async function tokensUrl(ask: AdminAsk, secret: Secret): Promise<URL | undefined> {
  const outcome = await ask.send(details(ask, secret));
  const id = outcome.ok && outcome.response.status === 200 ? text(userOf(readObject(outcome.response))?.['id']) : undefined;
  return id === undefined ? undefined : below(ask.store.baseUrl, `api/v2/users/${encodeURIComponent(id)}/authentication-tokens`);
}

async function issue(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const cannot = cannotNarrow(wish);
  if (cannot !== undefined) return refused(cannot);
  const url = await tokensUrl(ask, ask.secret);
  if (url === undefined) return refused('the account of the token cannot be read, whose tokens are made under it');
  const attributes = (of: Ask): JsonObject => ({ description: nameOf(wish, of), ...(wish.expiresAt === undefined ? {} : { 'expired-at': wish.expiresAt.toISOString() }) });
  return issueOnce({
    request: (of) => ({ ...postJson(url, { data: { type: 'authentication-tokens', attributes: attributes(of) } }, { ...bearer(ask.secret), 'content-type': 'application/vnd.api+json' }) }),
    read: (body) => {
      const data = isObject(body) && isObject(body['data']) ? body['data'] : undefined;
      const token = isObject(data?.['attributes']) ? data['attributes']['token'] : undefined;
      return data !== undefined && typeof token === 'string' ? { secret: token, facts: factsOf(data) } : undefined;
    },
    oldLives: true,
  })(ask, wish, makeSecret);
}

async function* listTokens(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const own = ownToken(ask);
  const url = own === undefined ? undefined : await tokensUrl(ask, own);
  if (url === undefined) return { complete: false, why: 'own-credentials', detail: 'the account of our own token cannot be read' };
  const list = listPages({
    first: () => get(url, ownAuthorization(ask)),
    read: (body) => (isObject(body) && Array.isArray(body['data']) ? { tokens: objectsOf(body['data']).flatMap((token) => listed('hashicorp-terraform-token', text(token['id']), factsOf(token))) } : undefined),
  });
  return yield* list(ask);
}

function factsOf(token: JsonObject): GivenFacts {
  const attributes = isObject(token['attributes']) ? token['attributes'] : {};
  return {
    tokenId: text(token['id']),
    name: text(attributes['description']),
    iat: instant(attributes['created-at']),
    exp: 'expired-at' in attributes ? orNever(attributes['expired-at'], instant) : undefined,
    lastUsedAt: 'last-used-at' in attributes ? orNever(attributes['last-used-at'], instant) : undefined,
  };
}
