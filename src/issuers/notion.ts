import type { Answer, Ask, Issuer, Store, Subject } from '../model/index.ts';
import { askOnce, tell } from './exchange/ask-once.ts';
import { withMore } from './exchange/more-facts.ts';
import { needsOwnPair, ownAuthorization, ownPair } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson } from './exchange/requests.ts';
import { epochMilliseconds, epochSeconds, text, words } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

const VERSION = { 'notion-version': '2022-06-28' };

/**
 * Notion: tokens of internal connections and of OAuth look alike. The client's own id and secret (`auth:` of the store)
 * let an OAuth token be introspected and revoked; what they do not know is not therefore dead.
 */
export const issuer: Issuer = {
  id: 'notion',
  name: 'Notion',
  kinds: ['notion-token', 'notion-token-legacy', 'notion-refresh-token'],
  publicBaseUrl: 'https://api.notion.com',
  proof: { how: 'document', reference: 'developers.notion.com/reference: get-self, status-codes, introspect-token, revoke-token; @notionhq/client 5.26.0 api-endpoints/oauth.d.ts' },
  introspect: { method: 'GET /v1/users/me', run: introspect, particular: (subject) => (isRefresh(subject) ? { impossible: { why: 'no-introspection', detail: 'Notion has no read-only question about a refresh token; using it would spend it' } } : {}) },
  revoke: {
    method: 'POST /v1/oauth/revoke',
    reversible: false,
    sideEffects: 'The connection is removed from the workspace that granted it.',
    run: (ask) => tell(ask, postJson(below(ask.store.baseUrl, 'v1/oauth/revoke'), { token: ask.secret.reveal() }, { ...ownAuthorization(ask), ...VERSION }), { accepted: [200] }),
    particular: ({ store }) => {
      const detail = lack(store);
      return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail: `${detail} (tokens of internal connections are refreshed on the connection's settings page)` } };
    },
  },
};

const lack = (store: Store): string | undefined => needsOwnPair(store, 'OAuth client id and secret');
const isRefresh = ({ rule }: Subject): boolean => rule.id === 'notion-refresh-token';

const self = askOnce({
  method: 'GET /v1/users/me',
  request: (ask) => get(below(ask.store.baseUrl, 'v1/users/me'), { ...bearer(ask.secret), ...VERSION }),
  dead: [{ status: 401, at: ['code'], says: 'unauthorized', means: 'Notion answers "unauthorized": the API token is invalid' }],
  aliveButBarred: [{ status: 403, at: ['code'], says: 'restricted_resource', means: 'Notion says this token may not read users' }],
  live: (body) => {
    if (!isObject(body) || body['object'] !== 'user' || text(body['id']) === undefined) return undefined;
    const bot = isObject(body['bot']) ? body['bot'] : {};
    const owner = isObject(bot['owner']) ? bot['owner'] : {};
    const user = isObject(owner['user']) ? owner['user'] : {};
    const person = isObject(user['person']) ? user['person'] : {};
    const workspace = text(bot['workspace_name']);
    return { sub: text(body['name']) ?? text(body['id']), owner: text(person['email']) ?? text(user['name']) ?? (owner['type'] === 'workspace' ? workspace : undefined), notes: workspace === undefined ? undefined : { workspace } };
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await self.run(ask);
  if (ownPair(ask) === undefined) return answer;
  const request = postJson(below(ask.store.baseUrl, 'v1/oauth/introspect'), { token: ask.secret.reveal() }, { ...ownAuthorization(ask), ...VERSION });
  return withMore(ask, answer, request, (body) => (isObject(body) && body['active'] === true ? { scopes: words(body['scope']), iat: readIssued(body['iat']) } : undefined));
}

/** RFC 7662 says seconds; milliseconds are told by their size. */
function readIssued(value: unknown): Date | undefined {
  return typeof value === 'number' && value > 100_000_000_000 ? epochMilliseconds(value) : epochSeconds(value);
}
