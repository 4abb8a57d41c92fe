import type { Answer, Ask, HttpResponse, Issuer, Mutation, Secret } from '../model/index.ts';
import { tellById } from './exchange/ask-once.ts';
import { cannotExpire, issueOnce } from './exchange/issue-once.ts';
import { listPages, sameOrigin } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnPair, needsOwnToken, ownAuthorization, ownPair } from './exchange/own-credentials.ts';
import { mutation, question } from './exchange/question.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { findOwnEntry, keyOf } from './exchange/npm-tokens.ts';
import { accepted, active, inactive, refused, unknown } from './reading/answers.ts';
import { epochSeconds, instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import { readJwtClaims } from './reading/jwt-claims.ts';

/**
 * The npm registry and those that speak its API (verdaccio). The registry's host comes from the ecosystem's own
 * configuration or from a store, never from this file.
 */
export const issuer: Issuer = {
  id: 'npm',
  name: 'npm registry',
  kinds: ['npm-access-token', 'npmrc-auth-token'],
  proof: { how: 'real-server', reference: 'verdaccio 6.9.2; npm CLI 11 (lib/commands/token.js, npm-profile, npm-registry-fetch)' },
  introspect: { method: 'GET /-/whoami, GET /-/npm/v1/tokens', run: introspect },
  revoke: { method: 'DELETE /-/npm/v1/tokens/token/KEY', reversible: false, sideEffects: 'None beyond this token.', run: revoke },
  rotate: {
    method: 'POST /-/npm/v1/tokens',
    sideEffects: 'A second token exists until the old one is deleted.',
    particular: ({ store }) => {
      const detail = needsOwnPair(store, 'user name and password');
      return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail } };
    },
    run: create,
  },
  list: { method: 'GET /-/npm/v1/tokens', impossible: needsOwnToken, run: (ask) => listTokens(ask) },
  revokeById: {
    method: 'DELETE /-/npm/v1/tokens/token/KEY',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, key) => remove(below(ask.store.baseUrl, `-/npm/v1/tokens/token/${encodeURIComponent(key)}`), ownAuthorization(ask)), accepted: [200, 204] }),
  },
};

const listTokens = listPages({
  first: (ask) => get(below(ask.store.baseUrl, '-/npm/v1/tokens'), ownAuthorization(ask)),
  read: (body, _, ask) => {
    if (!isObject(body) || !Array.isArray(body['objects'])) return undefined;
    const next = isObject(body['urls']) ? sameOrigin(body['urls']['next'], ask.store.baseUrl) : undefined;
    return { tokens: objectsOf(body['objects']).flatMap((entry) => listed('npm-access-token', text(entry['key']), { sub: text(entry['user']), ...ownFacts('', entry), tokenId: text(entry['key']) })), next: next === undefined ? undefined : get(next, ownAuthorization(ask)) };
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await question(ask, get(below(ask.store.baseUrl, '-/whoami'), bearer(ask.secret)), readWhoami);
  if (answer.status !== 'active') return answer;
  const listing = await findOwnEntry(ask, ask.secret);
  return active({ ...answer.facts, ...ownFacts(ask.secret.reveal(), listing.ok ? listing.own : undefined) });
}

/**
 * Only a username proves life: verdaccio answers 200 `{}` to garbage. That answer is not proof of death either, since a
 * proxy that drops the Authorization header gets it too. A 401 that asks for a one-time code or names the address
 * comes from a live token (npm-registry-fetch, check-response.js).
 */
function readWhoami(response: HttpResponse): Answer | undefined {
  const body = readObject(response);
  if (body === undefined) return undefined;
  if (response.status === 401) {
    const challenges = (response.headers['www-authenticate'] ?? '').toLowerCase().split(/,\s*/);
    if (challenges.includes('otp')) return unknown('ambiguous', 'answered 401 and asks for a one-time code, which a live token can meet');
    if (challenges.includes('ipaddress')) return unknown('ambiguous', 'answered 401 because of our address: perhaps a live token that is bound to other networks');
    return inactive('the registry answers 401 to whoami');
  }
  // verdaccio, for a token whose id is no longer in the store.
  if (response.status === 403 && body['error'] === 'unauthorized access') return inactive('the registry answers 403 "unauthorized access", as it does for revoked tokens');
  if (response.status !== 200) return undefined;
  const username = body['username'];
  if (typeof username === 'string' && username !== '') return active({ sub: username });
  return unknown('ambiguous', 'whoami answered 200 without a username, as to an anonymous caller: expired, foreign, or the header was dropped on the way');
}

/** What the token list and a JWT's own claims add. */
function ownFacts(token: string, own: JsonObject | undefined): Parameters<typeof active>[0] {
  const claims = readJwtClaims(token);
  const cidr = texts(own?.['cidr_whitelist'] ?? own?.['cidr']) ?? [];
  const listed = own === undefined ? undefined : orNever('expires' in own ? own['expires'] : own['expiry'], instant);
  return {
    name: text(own?.['name']),
    tokenId: keyOf(token, own),
    scopes: own === undefined ? undefined : readScopes(own),
    iat: instant(own?.['created']) ?? epochSeconds(claims?.['iat']),
    exp: listed ?? epochSeconds(claims?.['exp']),
    notes: cidr.length === 0 ? undefined : { cidr: cidr.join(' ') },
  };
}

/** `read`, `write`, and the granular permissions (`package:write`) where the registry lists them. */
function readScopes(own: JsonObject): readonly string[] | undefined {
  const granular = objectsOf(own['permissions']).flatMap((permission) => {
    const [name, action] = [text(permission['name']), text(permission['action'])];
    return name === undefined || action === undefined ? [] : [`${name}:${action}`];
  });
  if (granular.length > 0) return granular;
  if (typeof own['readonly'] !== 'boolean') return undefined;
  return own['readonly'] ? ['read'] : ['read', 'write'];
}

/** Asks as the account's own session when the store has one, else as the token itself. The KEY is an id, not the token. */
async function revoke(ask: Ask): Promise<Mutation> {
  const asker: Secret = ask.store.clientAuth?.method === 'bearer' ? ask.store.clientAuth.token : ask.secret;
  const listing = await findOwnEntry(ask, asker);
  if (!listing.ok && listing.rejected) return refused('the registry does not let this token list tokens, so it is dead or lacks the right');
  const key = keyOf(ask.secret.reveal(), listing.ok ? listing.own : undefined);
  if (key === undefined) return refused('the registry lists no token that is certainly this one (sessions of npm login are not listed)');
  return mutation(ask, { method: 'DELETE', url: below(ask.store.baseUrl, `-/npm/v1/tokens/token/${key}`), headers: { accept: 'application/json', ...bearer(asker) } }, (response) => {
    if (response.status >= 200 && response.status < 300) return accepted(`answered ${response.status}`);
    if (response.status === 401 && /\botp\b/i.test(response.headers['www-authenticate'] ?? '')) return refused('the registry wants a one-time code: revoke it by hand');
    if (response.status === 404) return refused('answered 404: the registry has no such token');
    // Seen: a read-only token may not delete itself.
    return [401, 403].includes(response.status) ? refused(`answered ${response.status}: this token may not delete tokens; the store needs auth: { method: bearer } with a session of the account`) : undefined;
  });
}

/** A classic token of the user we sign in as (npm-profile, createToken), whom the old one must be of: `read` alone, or read and write. */
async function create(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): ReturnType<NonNullable<Issuer['rotate']>['run']> {
  const pair = ownPair(ask);
  const old = await introspect(ask);
  if (pair === undefined || old.status !== 'active' || old.facts.sub !== pair.clientId) return refused('the old token is not of the user that the store signs in as');
  const scopes = wish.scopes ?? old.facts.scopes;
  if (scopes === undefined || !['read', 'read write'].includes([...scopes].sort().join(' '))) return refused('the registry makes tokens of "read" or of "read" and "write"');
  return issueOnce({
    cannot: cannotExpire,
    request: () => postJson(below(ask.store.baseUrl, '-/npm/v1/tokens'), { password: pair.clientSecret.reveal(), readonly: !scopes.includes('write'), cidr_whitelist: (old.facts.notes?.['cidr'] ?? '').split(' ').filter((one) => one !== '') }, ownAuthorization(ask)),
    read: (body) => (isObject(body) && typeof body['token'] === 'string' ? { secret: body['token'], facts: { sub: pair.clientId, scopes, tokenId: keyOf(body['token'], body) } } : undefined),
    oldLives: true,
  })(ask, wish, makeSecret);
}
