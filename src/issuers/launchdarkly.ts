import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, ListEnd, Mutation, Subject, TokenUse } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotChoose, issueOnce } from './exchange/issue-once.ts';
import { listPages, sameOrigin, usePages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { factsFrom, withMore } from './exchange/more-facts.ts';
import { needsOwnToken } from './exchange/own-credentials.ts';
import { everywhere, inEveryRegion } from './exchange/regions.ts';
import { below, get, postJson, remove } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { epochMilliseconds, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/** LaunchDarkly: access tokens of members and services, and the SDK keys of environments. The federal and European instances are apart. */
export const issuer: Issuer = {
  id: 'launchdarkly',
  name: 'LaunchDarkly',
  kinds: ['launchdarkly-access-token', 'launchdarkly-sdk-key'],
  publicBaseUrl: 'https://app.launchdarkly.com',
  publicEndpoints: { 'region-eu': 'https://app.eu.launchdarkly.com', 'region-federal': 'https://app.launchdarkly.us' },
  proof: { how: 'document', reference: 'launchdarkly.com/docs/api: get-caller-identity, get-token, get-tokens, reset-token, delete-token, get-audit-log-entries (CallerIdentityRep, Token, UnauthorizedErrorRep)' },
  introspect: { method: 'GET /api/v2/caller-identity', run: (ask) => inEveryRegion(ask, introspect) },
  revoke: { method: 'DELETE /api/v2/tokens/ID', reversible: false, sideEffects: 'None beyond this token.', run: revoke, particular: onlyTokens },
  rotate: {
    endsOld: true,
    method: 'POST /api/v2/tokens/ID/reset',
    sideEffects: 'The token keeps its id, name and roles; the old value stops working at once.',
    particular: onlyTokens,
    run: async (ask, wish, makeSecret) => {
      const id = await ownId(ask);
      if (id === undefined) return refused('LaunchDarkly did not say which token this is');
      return issueOnce({
        request: () => postJson(below(ask.store.baseUrl, `api/v2/tokens/${encodeURIComponent(id)}/reset`), {}, raw(ask.secret.reveal())),
        oldLives: false,
        cannot: cannotChoose,
        read: (body) => (isObject(body) ? { secret: text(body['token']) ?? '', facts: factsOf(body) } : undefined),
      })(ask, wish, makeSecret);
    },
  },
  list: { method: 'GET /api/v2/tokens', run: (ask) => list(ask), impossible: needsOwnToken },
  uses: { method: 'GET /api/v2/auditlog', run: usesOf, impossible: needsOwnToken },
  revokeById: { method: 'DELETE /api/v2/tokens/ID', run: (ask, id) => deleteToken(ask, id), impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this token.' },
};

/** The token stands alone in `Authorization`. */
const raw = (token: string): Readonly<Record<string, string>> => ({ authorization: token });
const own = (ask: { readonly store: Ask['store'] }): Readonly<Record<string, string>> => raw(ask.store.clientAuth?.method === 'bearer' ? ask.store.clientAuth.token.reveal() : '');

function onlyTokens({ rule }: Subject): { readonly impossible?: { readonly why: 'no-introspection'; readonly detail: string } } {
  return rule.id === 'launchdarkly-access-token' ? {} : { impossible: { why: 'no-introspection', detail: 'an SDK key is reset in the settings of its environment, which every service that uses it must then learn' } };
}

const identity = askOnce({
  method: 'GET /api/v2/caller-identity',
  request: (ask) => get(below(ask.store.baseUrl, 'api/v2/caller-identity'), raw(ask.secret.reveal())),
  dead: [{ status: 401, at: ['code'], says: /^(?:unauthorized|invalid_token)$/, means: 'LaunchDarkly answers 401 "unauthorized"' }],
  live: (body) => {
    if (!isObject(body) || text(body['accountId']) === undefined) return undefined;
    return { sub: text(body['memberId']) ?? text(body['environmentName']) ?? text(body['accountId']), clientId: text(body['clientId']), tokenId: text(body['tokenId']), name: text(body['tokenName']), scopes: nonEmpty(texts(body['scopes'])), owner: text(body['projectName']) };
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await identity.run(ask);
  const id = answer.status === 'active' ? answer.facts.tokenId : undefined;
  return withMore(ask, answer, id === undefined ? undefined : get(below(ask.store.baseUrl, `api/v2/tokens/${encodeURIComponent(id)}`), raw(ask.secret.reveal())), (body) => (isObject(body) && text(body['_id']) === id ? factsOf(body) : undefined));
}

/** A built-in role, custom roles, or a policy of its own. */
function factsOf(token: JsonObject): GivenFacts {
  const role = text(token['role']);
  const scopes = [...(role === undefined ? [] : [role]), ...(texts(token['customRoleIds']) ?? []), ...objectsOf(token['inlineRole']).flatMap((statement) => texts(statement['actions']) ?? [])];
  const member = isObject(token['_member']) ? token['_member'] : {};
  return {
    tokenId: text(token['_id']),
    name: text(token['name']),
    owner: text(member['email']),
    scopes: nonEmpty(scopes),
    iat: epochMilliseconds(token['creationDate']),
    lastUsedAt: epochMilliseconds(token['lastUsed']),
  };
}

function nonEmpty(scopes: readonly string[] | undefined): readonly string[] | undefined {
  return scopes === undefined || scopes.length === 0 ? undefined : scopes;
}

async function ownId(ask: Ask): Promise<string | undefined> {
  return (await factsFrom(ask, get(below(ask.store.baseUrl, 'api/v2/caller-identity'), raw(ask.secret.reveal())), (body) => (isObject(body) ? { tokenId: text(body['tokenId']) } : undefined)))?.tokenId;
}

async function revoke(ask: Ask): Promise<Mutation> {
  for (const place of everywhere(ask)) {
    const id = await ownId(place);
    if (id !== undefined) return tell(place, remove(below(place.store.baseUrl, `api/v2/tokens/${encodeURIComponent(id)}`), raw(ask.secret.reveal())), { accepted: [204] });
  }
  return refused('LaunchDarkly did not say which token this is, so none was deleted');
}

const deleteToken = tellById({ request: (ask, id) => remove(below(ask.store.baseUrl, `api/v2/tokens/${encodeURIComponent(id)}`), own(ask)), accepted: [204] });

const list = listPages({
  first: (ask) => get(below(ask.store.baseUrl, 'api/v2/tokens?showAll=true&limit=100'), own(ask)),
  read: (body, _, ask) => {
    if (!isObject(body) || !Array.isArray(body['items'])) return undefined;
    const links = isObject(body['_links']) ? body['_links'] : {};
    const next = isObject(links['next']) ? sameOrigin(links['next']['href'], ask.store.baseUrl) : undefined;
    return { tokens: objectsOf(body['items']).flatMap((token) => listed('launchdarkly-access-token', text(token['_id']), factsOf(token))), next: next === undefined ? undefined : get(next, own(ask)) };
  },
});

/** Changes that were made with the token: what it only read is not in the audit log. Pages are at most 20 entries, newest first. */
function usesOf(ask: AdminAsk, tokenId: string, since: Date): AsyncGenerator<TokenUse, ListEnd> {
  const page = (before: number): HttpRequest => get(below(ask.store.baseUrl, `api/v2/auditlog?limit=20&after=${since.getTime()}&before=${before}`), own(ask));
  return usePages({
    first: () => page(ask.now().getTime()),
    read: (body) => {
      if (!isObject(body) || !Array.isArray(body['items'])) return undefined;
      const entries = objectsOf(body['items']);
      const uses = entries.flatMap((entry): readonly TokenUse[] => {
        const at = epochMilliseconds(entry['date']);
        if (at === undefined || at < since || !isObject(entry['token']) || text(entry['token']['_id']) !== tokenId) return [];
        const action = text(objectsOf(entry['accesses'])[0]?.['action']) ?? text(entry['titleVerb']) ?? text(entry['kind']);
        return [{ at, ...(action === undefined ? {} : { action }), result: 'allowed' }];
      });
      const oldest = entries.at(-1)?.['date'];
      return { tokens: uses, next: entries.length === 20 && typeof oldest === 'number' && oldest > since.getTime() ? page(oldest) : undefined };
    },
  })(ask);
}
