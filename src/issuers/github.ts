import type { Answer, Ask, HttpResponse, Issuer, Mutation, Particular, Subject } from '../model/index.ts';
import { findListed } from './exchange/find-listed.ts';
import { checkAsApp, isOfOurApp, resetAsApp, revokeAsApp } from './exchange/github-applications.ts';
import { githubIssue } from './exchange/github-issue.ts';
import { listAuthorizations, listOrganization, needsOrganization, revokeInOrganization } from './exchange/github-organization.ts';
import { merged } from './exchange/more-facts.ts';
import { mutation, question } from './exchange/question.ts';
import { bearer, below, get, postJson } from './exchange/requests.ts';
import { accepted, active, inactive, refused, unknown } from './reading/answers.ts';
import { instant, text, words } from './reading/fields.ts';
import { objectsOf, isObject, readObject } from './reading/json.ts';
import { fitsShortened } from './reading/shortened.ts';

const PUBLIC_API = 'https://api.github.com';

/**
 * GitHub.com, and GitHub Enterprise through a configured store. Tokens are told apart by their own prefix. With an owner's
 * token (`auth: { method: bearer }`) and `endpoints: { organization: … }` an organization's tokens are listed; with the id and
 * secret of the app that made a token (`auth: { method: client_secret_basic }`) it is asked, reset and deleted as the app.
 */
export const issuer: Issuer = {
  id: 'github',
  name: 'GitHub',
  kinds: ['github-pat-classic', 'github-pat-fine-grained', 'github-oauth-app', 'github-app-user', 'github-app-installation', 'github-app-installation-stateless', 'github-app-refresh'],
  baseUrlOf,
  endpoints: ['organization'],
  proof: { how: 'document', reference: 'GitHub REST API description (@octokit/openapi 23.0.2): users/get-authenticated, apps/list-repos-accessible-to-installation, credentials/revoke, apps/revoke-installation-access-token, apps/check-token, apps/reset-token, apps/delete-token, orgs/list-pat-grants, orgs/update-pat-access, orgs/list-saml-sso-authorizations, orgs/remove-saml-sso-authorization' },
  introspect: { method: 'GET /user', run: introspect, particular: aboutIntrospection },
  revoke: { method: 'POST /credentials/revoke', reversible: false, sideEffects: 'GitHub tells the owner of the token.', run: revoke, particular: aboutRevocation },
  rotate: {
    endsOld: true,
    method: 'PATCH /applications/CLIENT_ID/token',
    sideEffects: 'The old token dies at once.',
    run: resetAsApp,
    particular: (subject) => (isOfOurApp(subject) ? {} : { impossible: { why: 'no-client-credentials', detail: 'GitHub resets only tokens of an OAuth or GitHub App, asked as the app: give the store auth: { method: client_secret_basic } with its client id and secret' } }),
  },
  list: { method: 'GET /orgs/ORG/personal-access-tokens, GET /orgs/ORG/credential-authorizations', impossible: needsOrganization, run: listOrganization },
  revokeById: {
    method: 'POST /orgs/ORG/personal-access-tokens/ID, DELETE /orgs/ORG/credential-authorizations/ID',
    impossible: needsOrganization,
    reversible: false,
    sideEffects: 'It loses its access to the organization, and keeps what it may do elsewhere.',
    run: revokeInOrganization,
  },
  issue: githubIssue,
};

/** The REST API of a GitHub as people name it: github.com, a data-residency tenant of ghe.com, or a server of one's own. */
function baseUrlOf(configured: URL): URL {
  const { host, pathname } = configured;
  if (host === 'github.com' || host === 'www.github.com') return new URL(PUBLIC_API);
  if (/^[a-z0-9-]+\.ghe\.com$/.test(host) && !host.startsWith('api.')) return new URL(`https://api.${host}`);
  if (host === 'api.github.com' || host.endsWith('.ghe.com') || pathname.includes('/api/')) return configured;
  return below(configured, 'api/v3');
}

const isInstallation = (subject: Subject): boolean => subject.secret.reveal().startsWith('ghs_');
const isRefresh = (subject: Subject): boolean => subject.secret.reveal().startsWith('ghr_');
const isPublic = (subject: Subject): boolean => subject.store.baseUrl.origin === PUBLIC_API;

function aboutIntrospection(subject: Subject): Particular {
  if (isRefresh(subject)) return { impossible: { why: 'no-introspection', detail: 'GitHub has no read-only question about a refresh token; using it would consume it' } };
  if (isOfOurApp(subject)) return { method: 'POST /applications/CLIENT_ID/token' };
  return isInstallation(subject) ? { method: 'GET /installation/repositories' } : {};
}

function aboutRevocation(subject: Subject): Particular {
  if (isInstallation(subject)) return { method: 'DELETE /installation/token', sideEffects: 'None beyond this token; the app can mint another.' };
  if (isOfOurApp(subject)) return { method: 'DELETE /applications/CLIENT_ID/token', sideEffects: 'None beyond this token.' };
  if (!isPublic(subject) && subject.store.clientAuth?.method !== 'bearer') {
    return { impossible: { why: 'no-client-credentials', detail: `GitHub Enterprise wants an authenticated call: give store "${subject.store.id}" auth: { method: bearer, token-env: … }` } };
  }
  return {};
}

/** What lists tell is read first: it holds the last use before this question became it. */
async function introspect(ask: Ask): Promise<Answer> {
  const told = isOfOurApp(ask) ? await checkAsApp(ask) : undefined;
  if (told !== undefined) return told;
  const isListed = ask.rule.id === 'github-pat-classic' && needsOrganization(ask.store) === undefined;
  const found = isListed ? await findListed(ask, listAuthorizations, ({ facts }) => fitsShortened(facts.notes?.['shown'], ask.secret.reveal()), 'authorizations') : undefined;
  const answer = await askItself(ask);
  return found === undefined ? answer : merged(answer, { ...found.facts, ...(answer.status === 'active' ? answer.facts : {}) });
}

function askItself(ask: Ask): Promise<Answer> {
  const installation = isInstallation(ask);
  const path = installation ? 'installation/repositories?per_page=1' : 'user';
  return question(ask, get(below(ask.store.baseUrl, path), { ...bearer(ask.secret), accept: 'application/vnd.github+json' }), (response) => {
    if (response.status === 401) return readRefusal(response);
    if (response.status === 403 && readObject(response) !== undefined) return readForbidden(response);
    if (response.status !== 200) return undefined;
    return installation ? readInstallation(response) : readUser(response, ask.secret.reveal());
  });
}

function readUser(response: HttpResponse, token: string): Answer | undefined {
  const body = readObject(response);
  const login = body?.['login'];
  // A user has both; other programs' JSON may have something under one of the names.
  if (typeof login !== 'string' || login === '' || typeof body?.['id'] !== 'number') return undefined;
  const expiry = response.headers['github-authentication-token-expiration'];
  // Personal tokens without the header have no expiry; of OAuth and app tokens its absence says nothing.
  const isPersonal = token.startsWith('ghp_') || token.startsWith('github_pat_');
  return active({
    sub: login,
    clientId: response.headers['x-oauth-client-id'],
    scopes: words(response.headers['x-oauth-scopes']),
    exp: expiry === undefined ? (isPersonal ? 'never' : undefined) : readExpiry(expiry),
  });
}

function readInstallation(response: HttpResponse): Answer | undefined {
  const body = readObject(response);
  if (body === undefined || typeof body['total_count'] !== 'number' || !Array.isArray(body['repositories'])) return undefined;
  const owner = objectsOf(body['repositories'])[0]?.['owner'];
  return active({ sub: isObject(owner) ? text(owner['login']) : undefined });
}

/** `2026-12-31 10:00:00 UTC` or `2026-12-31 10:00:00 -0500`. */
function readExpiry(header: string): Date | undefined {
  return instant(header.trim().replace(/ UTC$/, 'Z').replace(/ ([+-]\d{4})$/, '$1'));
}

function readRefusal(response: HttpResponse): Answer | undefined {
  return readObject(response)?.['message'] === 'Bad credentials' ? inactive('GitHub answers 401 "Bad credentials"') : undefined;
}

/** Rate limits first; what remains is a live token that is kept out (SSO, address rules) or a suspended owner: not proof of either. */
function readForbidden(response: HttpResponse): Answer | undefined {
  const { headers } = response;
  if (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining']?.trim() === '0') return undefined;
  return unknown('ambiguous', 'answered 403: perhaps a live token that single sign-on, an address rule or a missing permission keeps out');
}

function revoke(ask: Ask): Promise<Mutation> {
  if (isOfOurApp(ask)) return revokeAsApp(ask);
  if (isInstallation(ask)) {
    return mutation(ask, { method: 'DELETE', url: below(ask.store.baseUrl, 'installation/token'), headers: { ...bearer(ask.secret), accept: 'application/vnd.github+json' } }, (response) => {
      if (response.status === 204) return accepted('answered 204');
      return response.status === 401 ? refused('answered 401: the token is not accepted any more') : undefined;
    });
  }
  // On github.com an authenticated call is refused; a server of one's own wants authentication.
  const auth = !isPublic(ask) && ask.store.clientAuth?.method === 'bearer' ? bearer(ask.store.clientAuth.token) : {};
  return mutation(ask, postJson(below(ask.store.baseUrl, 'credentials/revoke'), { credentials: [ask.secret.reveal()] }, { ...auth, accept: 'application/vnd.github+json' }), (response) => {
    if (response.status === 202) return accepted('answered 202: GitHub revokes it within a short time');
    if (response.status === 422) return refused('answered 422: GitHub does not take this credential');
    if (response.status === 403 && response.headers['x-ratelimit-remaining']?.trim() !== '0' && response.headers['retry-after'] === undefined) return refused('answered 403');
    return undefined;
  });
}
