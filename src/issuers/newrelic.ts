import type { Ask, HttpRequest, Issuer, Mutation } from '../model/index.ts';
import { askOnce, tell } from './exchange/ask-once.ts';
import { graphqlData, graphqlMutation, graphqlQuery } from './exchange/graphql.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { regional } from './exchange/regions.ts';
import { below } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { epochSeconds, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { AdminAsk } from '../model/index.ts';

const WHO = '{ actor { user { id name email } organization { id name } accounts { id name } } }';
/** The keys themselves are a field of the list, which is not asked for. */
const KEYS = 'query($cursor: String) { actor { apiAccess { keySearch(cursor: $cursor, query: { types: [USER, INGEST] }) { nextCursor keys { id name type createdAt ... on ApiAccessUserKey { user { email } accountId } ... on ApiAccessIngestKey { ingestType accountId } } } } } }';
const DELETE = 'mutation($keys: ApiAccessDeleteInput!) { apiAccessDeleteKeys(keys: $keys) { deletedKeys { id } errors { message } } }';

/**
 * New Relic: a user key asks NerdGraph about itself; each region has a NerdGraph of its own. With a user key of ours
 * (`auth: { method: bearer }`) user and license keys are listed and deleted; an id is `USER/…` or `INGEST/…`. A license key
 * can only send data, so it is not asked.
 */
export const issuer: Issuer = {
  id: 'newrelic',
  name: 'New Relic',
  kinds: ['newrelic-user-key', 'newrelic-license-key'],
  publicBaseUrl: 'https://api.newrelic.com',
  publicEndpoints: { 'region-eu': 'https://api.eu.newrelic.com', 'region-jp': 'https://api.jp.newrelic.com' },
  proof: { how: 'document', reference: 'newrelic/docs-website use-nerdgraph-manage-license-keys-user-keys.mdx (keySearch, apiAccessDeleteKeys), introduction-new-relic-nerdgraph.mdx (endpoints, 401)' },
  introspect: regional(
    askOnce({
      method: 'POST /graphql (actor.user)',
      request: (ask) => nerdgraph(ask, ask.secret.reveal(), WHO),
      dead: [{ status: 401, at: ['errors.0.message', 'error.title', 'message'], says: /api[ -]?key.*invalid|invalid.*api[ -]?key/i, means: 'New Relic says the API key is invalid' }],
      live: (body) => {
        const actor = graphqlData(body)?.['actor'];
        const user = isObject(actor) ? actor['user'] : undefined;
        if (!isObject(actor) || !isObject(user) || text(user['id']) === undefined) return undefined;
        const organization = isObject(actor['organization']) ? text(actor['organization']['name']) : undefined;
        return { sub: text(user['email']) ?? text(user['id']), owner: organization, scopes: objectsOf(actor['accounts']).flatMap((account) => (text(account['id']) === undefined ? [] : [`account:${text(account['id']) ?? ''}`])) };
      },
      particular: ({ rule }) => (rule.id === 'newrelic-license-key' ? { impossible: { why: 'no-introspection', detail: 'a license key can only send data, and sending is the only way to try it' } } : {}),
    }),
  ),
  list: { method: 'POST /graphql (apiAccess.keySearch)', run: (ask) => list(ask), impossible: needsOwnToken },
  revokeById: { method: 'POST /graphql (apiAccessDeleteKeys)', run: deleteKey, impossible: needsOwnToken, reversible: false, sideEffects: 'Agents that report with a deleted license key go silent. The original license key of an account cannot be deleted.' },
};

function nerdgraph({ store }: AdminAsk | Ask, key: string, query: string, variables?: Readonly<Record<string, unknown>>): HttpRequest {
  return graphqlQuery(below(store.baseUrl, 'graphql'), query, { 'api-key': key }, variables);
}

const page = (ask: AdminAsk, cursor?: string): HttpRequest => nerdgraph(ask, ownToken(ask)?.reveal() ?? '', KEYS, { cursor: cursor ?? null });

const list = listPages({
  first: (ask) => page(ask),
  read: (body, _, ask) => {
    const actor = graphqlData(body)?.['actor'];
    const access = isObject(actor) ? actor['apiAccess'] : undefined;
    const search = isObject(access) ? access['keySearch'] : undefined;
    if (!isObject(search) || !Array.isArray(search['keys'])) return undefined;
    const tokens = objectsOf(search['keys']).flatMap((key) => {
      const id = text(key['id']);
      const rule = key['type'] === 'USER' ? 'newrelic-user-key' : key['ingestType'] === 'LICENSE' ? 'newrelic-license-key' : undefined;
      const account = text(key['accountId']);
      const facts = { name: text(key['name']), iat: epochSeconds(key['createdAt']), sub: isObject(key['user']) ? text(key['user']['email']) : undefined, scopes: account === undefined ? undefined : [`account:${account}`] };
      return rule === undefined || id === undefined ? [] : listed(rule, `${String(key['type'])}/${id}`, facts);
    });
    const next = text(search['nextCursor']);
    return { tokens, next: next === undefined ? undefined : page(ask, next) };
  },
});

/** NerdGraph answers 200 and says in the body whether it was done. */
async function deleteKey(ask: AdminAsk, tokenId: string): Promise<Mutation> {
  const [, type, id] = /^(USER|INGEST)\/(.+)$/.exec(tokenId) ?? [];
  if (type === undefined || id === undefined) return refused('an id of a New Relic key is USER/… or INGEST/…');
  const request = graphqlMutation(below(ask.store.baseUrl, 'graphql'), DELETE, { 'api-key': ownToken(ask)?.reveal() ?? '' }, { keys: type === 'USER' ? { userKeyIds: [id] } : { ingestKeyIds: [id] } });
  return tell(ask, request, {
    accepted: [200],
    confirms: (body) => {
      const done = graphqlData(body)?.['apiAccessDeleteKeys'];
      return isObject(done) && objectsOf(done['deletedKeys']).some((key) => key['id'] === id);
    },
  });
}
