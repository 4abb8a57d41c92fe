import type { Answer, Ask, Issuer, Particular, Subject } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { listPages, nextLink } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { withMore } from './exchange/more-facts.ts';
import { needsOwnToken, ownAuthorization, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, remove } from './exchange/requests.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/**
 * Sentry. An organization token names its own host, so sentry.io is asked without configuration when the token says so.
 * The other kinds do not, and Sentry runs on many hosts: they need a store. With `auth: { method: bearer }` (org:read, of a
 * store whose URL ends in `/organizations/SLUG`) an organization's tokens can be listed and deactivated.
 */
export const issuer: Issuer = {
  id: 'sentry',
  name: 'Sentry',
  kinds: ['sentry-org-token', 'sentry-user-token', 'sentry-app-token', 'sentry-integration-token'],
  publicBaseUrl: 'https://sentry.io',
  regionalHosts: ['sentry.io', '*.sentry.io'],
  locate: ({ facts }: Subject) => (facts?.issuerUrl === undefined ? undefined : (URL.parse(facts.issuerUrl) ?? undefined)),
  proof: { how: 'document', reference: 'getsentry/sentry src/sentry/api/endpoints/index.py (auth.scopes), api/authentication.py (refusals), utils/security/orgauthtoken_token.py, api/endpoints/org_auth_tokens.py' },
  introspect: { method: 'GET /api/0/', run: introspect, particular: aboutIntrospection },
  list: { method: 'GET /api/0/organizations/SLUG/org-auth-tokens/', run: (ask) => list(ask), impossible: lacks },
  revokeById: { method: 'DELETE /api/0/organizations/SLUG/org-auth-tokens/ID/', run: (ask, id) => deactivate(ask, id), impossible: lacks, reversible: false, sideEffects: 'Builds that upload releases or source maps with it fail.' },
};

/** `https://sentry.example.com/organizations/acme`: where the organization's API lies, and where Sentry itself does. */
const organization = (base: URL): string | undefined => /\/organizations\/([a-z0-9][a-z0-9_-]*)\/?$/.exec(base.pathname)?.[1];
const root = (base: URL): URL => new URL(base.href.replace(/(?:\/api\/0)?\/organizations\/[^/]*\/?$/, ''));
const isOrganizationToken = ({ rule }: Subject): boolean => rule.id === 'sentry-org-token';

function aboutIntrospection(subject: Subject): Particular {
  if (subject.store.source !== 'built-in') return {};
  const host = URL.parse(subject.facts?.issuerUrl ?? '')?.hostname;
  if (isOrganizationToken(subject) && host !== undefined && (host === 'sentry.io' || host.endsWith('.sentry.io'))) return {};
  const detail = isOrganizationToken(subject) && host !== undefined ? `the token names ${host}` : 'a token of this kind does not say where its Sentry runs';
  return { impossible: { why: 'host-not-known', detail: `${detail}: add a store of type sentry to tokenwarden.yml (for sentry.io too)` } };
}

const question = askOnce({
  method: 'GET /api/0/',
  request: (ask) => get(below(root(ask.store.baseUrl), 'api/0/'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['detail'], says: /^(?:Invalid token|Invalid org token|Token expired|User inactive or deleted|UserApplication inactive or deleted)$/ }],
  aliveButBarred: [{ status: 401, at: ['detail'], says: 'This token access is limited to organization endpoints.', means: 'Sentry says this token is limited to the endpoints of one organization' }],
  live: (body, _, { facts }) => {
    if (!isObject(body) || !isObject(body['auth']) || texts(body['auth']['scopes']) === undefined) return undefined;
    const user = isObject(body['user']) ? body['user'] : {};
    return { sub: text(user['email']) ?? text(user['username']) ?? facts?.subject, scopes: texts(body['auth']['scopes']), iat: facts?.issuedAt };
  },
});

/** The last characters are what an organization's list shows of its tokens; only one that alone fits is taken. */
async function introspect(ask: Ask): Promise<Answer> {
  const answer = await question.run(ask);
  const slug = organization(ask.store.baseUrl) ?? ask.facts?.subject;
  if (!isOrganizationToken(ask) || slug === undefined || ownToken(ask) === undefined) return answer;
  const request = get(below(root(ask.store.baseUrl), `api/0/organizations/${encodeURIComponent(slug)}/org-auth-tokens/`), ownAuthorization(ask));
  return withMore(ask, answer, request, (body) => {
    const fitting = objectsOf(body).filter((token) => typeof token['tokenLastCharacters'] === 'string' && token['tokenLastCharacters'].length >= 4 && ask.secret.reveal().endsWith(token['tokenLastCharacters']));
    return fitting.length === 1 && fitting[0] !== undefined ? factsOf(fitting[0]) : undefined;
  });
}

/** They have no end: Sentry's model holds only when it was deactivated. */
function factsOf(token: JsonObject): GivenFacts {
  return { tokenId: text(token['id']), name: text(token['name']), scopes: texts(token['scopes']), iat: instant(token['dateCreated']), lastUsedAt: orNever(token['dateLastUsed'], instant) };
}

function lacks(store: Parameters<typeof needsOwnToken>[0]): string | undefined {
  return needsOwnToken(store) ?? (organization(store.baseUrl) === undefined ? `it must know the organization: let the url of store "${store.id}" end in /organizations/SLUG` : undefined);
}

const tokensUrl = (base: URL, rest = ''): URL => below(root(base), `api/0/organizations/${organization(base) ?? ''}/org-auth-tokens/${rest}`);

const deactivate = tellById({ request: (ask, id) => remove(tokensUrl(ask.store.baseUrl, `${encodeURIComponent(id)}/`), ownAuthorization(ask)), accepted: [204] });

const list = listPages({
  first: (ask) => get(tokensUrl(ask.store.baseUrl), ownAuthorization(ask)),
  read: (body, response, ask) => {
    if (!Array.isArray(body)) return undefined;
    // Sentry gives a link to a next page always and says in it whether there is one.
    const next = /results="true"/.test((response.headers['link'] ?? '').split(',').find((part) => part.includes('rel="next"')) ?? '') ? nextLink(response, { url: tokensUrl(ask.store.baseUrl) }) : undefined;
    return { tokens: objectsOf(body).flatMap((token) => listed('sentry-org-token', text(token['id']), factsOf(token))), next: next === undefined ? undefined : get(next, ownAuthorization(ask)) };
  },
});
