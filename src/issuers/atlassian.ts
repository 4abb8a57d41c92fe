import type { Answer, Ask, Issuer, Particular, Store, Subject } from '../model/index.ts';
import { askOnce, tellById, valueAt } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { listPages, sameOrigin } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { basic, bearer, below, get, remove } from './exchange/requests.ts';
import { instant, orNever, text, texts, words } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/**
 * Atlassian Cloud. Keys of one shape administer an organization, or are Bitbucket access tokens: both places are asked, and
 * only both together call one dead. An account's API token needs its mail address and the site (`endpoints: { site: … }`), and
 * a scoped one is refused there as if it were dead: never proof. Bitbucket takes it, too, and app passwords beside their user's name:
 * its answers name the scopes, a refusal of what they do not cover as well; its 401 has no words of its own, so it is no proof of
 * death. With an organization key of our own and `endpoints:
 * { organization: https://api.atlassian.com/admin/api-access/v1/orgs/ID }` all API tokens of managed accounts are listed.
 */
export const issuer: Issuer = {
  id: 'atlassian',
  name: 'Atlassian Cloud',
  kinds: ['atlassian-org-api-key', 'atlassian-api-token', 'bitbucket-app-password'],
  publicBaseUrl: 'https://api.atlassian.com',
  publicEndpoints: { bitbucket: 'https://api.bitbucket.org/2.0' },
  endpoints: ['bitbucket', 'site', 'organization'],
  proof: { how: 'document', reference: 'Atlassian organizations REST API (admin/v1/orgs), API access REST API (orgs/{id}/api-tokens), user management REST API (manage/api-tokens); Jira Cloud REST API v3 myself; Bitbucket Cloud 2.0 repositories and user, header X-OAuth-Scopes, error.detail of a refusal (required, granted)' },
  introspect: { method: 'GET /admin/v1/orgs, GET /2.0/repositories', run: introspect, particular: aboutIntrospection },
  list: {
    method: 'GET /admin/api-access/v1/orgs/ID/api-tokens',
    impossible: needsOrganization,
    run: listPages({
      first: (ask) => get(below(ask.store.endpoints?.['organization'] ?? ask.store.baseUrl, 'api-tokens'), ownAuthorization(ask)),
      read: (body, _, ask) => {
        if (!isObject(body) || !Array.isArray(body['data'])) return undefined;
        const next = isObject(body['links']) ? sameOrigin(body['links']['next'], ask.store.endpoints?.['organization'] ?? ask.store.baseUrl) : undefined;
        const tokens = objectsOf(body['data']).flatMap((token) => {
          const user = isObject(token['user']) ? token['user'] : {};
          const [id, account, exp] = [text(token['id']), text(user['id']), instant(token['expiresAt'])];
          const isDead = ['REVOKED', 'EXPIRED'].includes(String(token['status'])) || (exp !== undefined && exp <= ask.now());
          return listed('atlassian-api-token', id === undefined || account === undefined ? undefined : `${account}/${id}`, {
            sub: text(user['email']) ?? text(user['name']),
            name: text(token['label']),
            iat: instant(token['createdAt']),
            exp,
            lastUsedAt: 'lastActiveAt' in token ? orNever(token['lastActiveAt'], instant) : undefined,
          }, isDead ? 'inactive' : 'active');
        });
        return { tokens, next: next === undefined ? undefined : get(next, ownAuthorization(ask)) };
      },
    }),
  },
  revokeById: {
    method: 'DELETE /users/ACCOUNT/manage/api-tokens/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({
      request: (ask, tokenId) => {
        const [account = '', id = ''] = tokenId.split('/', 2).map(encodeURIComponent);
        return remove(below(ask.store.baseUrl, `users/${account}/manage/api-tokens/${id}`), ownAuthorization(ask));
      },
      accepted: [204],
    }),
  },
};

const isAccountToken = ({ rule }: Subject): boolean => rule.id === 'atlassian-api-token';

function needsOrganization(store: Store): string | undefined {
  return needsOwnToken(store) ?? (store.endpoints?.['organization'] === undefined ? 'name the organization: endpoints: { organization: https://api.atlassian.com/admin/api-access/v1/orgs/ID }' : undefined);
}

function aboutIntrospection(subject: Subject): Particular {
  if (subject.rule.id === 'bitbucket-app-password') return { method: 'GET /2.0/user', ...needsCompanions(subject, 'user') };
  if (!isAccountToken(subject)) return {};
  return { method: subject.store.endpoints?.['site'] === undefined ? 'GET /2.0/user' : 'GET /rest/api/3/myself, GET /2.0/user', ...needsCompanions(subject, 'email') };
}

const myself = askOnce({
  method: 'GET /rest/api/3/myself',
  request: (ask) => get(below(ask.store.endpoints?.['site'] ?? ask.store.baseUrl, 'rest/api/3/myself'), basic(companionOf(ask, 'email') ?? '', ask.secret.reveal())),
  dead: [],
  live: (body) => (isObject(body) && text(body['accountId']) !== undefined && typeof body['active'] === 'boolean' ? { sub: text(body['emailAddress']) ?? text(body['displayName']) ?? text(body['accountId']) } : undefined),
});

/** Of an app password or an account's API token. What the scopes do not cover is refused in words that name those it has. */
const bitbucketUser = askOnce({
  method: 'GET /2.0/user',
  request: (ask) => get(below(ask.store.endpoints?.['bitbucket'] ?? ask.store.baseUrl, 'user'), basic(companionOf(ask, isAccountToken(ask) ? 'email' : 'user') ?? '', ask.secret.reveal())),
  dead: [],
  aliveButBarred: [{ status: 403, at: ['error.message'], says: /^Your credentials lack one or more required privilege scopes/, means: 'may not read its user', facts: (body) => ({ scopes: texts(valueAt(body, 'error.detail.granted')) }) }],
  live: (body, { headers }) => (isObject(body) && body['type'] === 'user' && text(body['uuid']) !== undefined ? { sub: text(body['username']) ?? text(body['nickname']) ?? text(body['display_name']) ?? text(body['uuid']), scopes: words(headers['x-oauth-scopes']) } : undefined),
});

const organizations = askOnce({
  method: 'GET /admin/v1/orgs',
  request: (ask) => get(below(ask.store.baseUrl, 'admin/v1/orgs'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['message', 'errors.0.title', 'errors.0.code'], says: /^(?:unauthorized|401)$/i }],
  live: (body) => {
    const names = isObject(body) ? objectsOf(body['data']).flatMap((org) => (org['type'] === 'orgs' && isObject(org['attributes']) ? (text(org['attributes']['name']) ?? text(org['id']) ?? []) : [])) : [];
    return names.length === 0 ? undefined : { sub: names.join(', '), notes: { type: 'organization key' } };
  },
});

const repositories = askOnce({
  method: 'GET /2.0/repositories',
  request: (ask) => get(below(ask.store.endpoints?.['bitbucket'] ?? ask.store.baseUrl, 'repositories?role=member&pagelen=1'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['error.message'], says: /^Token is invalid, expired, or not supported/ }],
  live: (body, { headers }) => (isObject(body) && Array.isArray(body['values']) && typeof body['pagelen'] === 'number' ? { scopes: words(headers['x-oauth-scopes']), notes: { type: 'Bitbucket access token' } } : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  if (ask.rule.id === 'bitbucket-app-password') return bitbucketUser.run(ask);
  if (isAccountToken(ask)) {
    if (ask.store.endpoints?.['site'] === undefined) return bitbucketUser.run(ask);
    const atSite = await myself.run(ask);
    if (atSite.status !== 'unknown' || atSite.why !== 'unexpected-status') return atSite;
    const atBitbucket = await bitbucketUser.run(ask);
    return atBitbucket.status === 'active' ? atBitbucket : atSite;
  }
  const answer = await organizations.run(ask);
  return answer.status === 'inactive' ? repositories.run(ask) : answer;
}
