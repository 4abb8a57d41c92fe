import type { Issuer, Particular, Subject } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { cannotChoose, issueOnce } from './exchange/issue-once.ts';
import { onlyWithOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { below, postJson } from './exchange/requests.ts';
import { text, words } from './reading/fields.ts';
import { isObject } from './reading/json.ts';
import { readJwtClaims } from './reading/jwt-claims.ts';

/**
 * Client secrets of an Auth0 tenant, whose URL is the store's. The question is the client-credentials grant for the Management
 * API: a right secret is granted it, or told that this client may not. With a management token (`auth: { method: bearer }`)
 * the secret is rotated.
 */
export const issuer: Issuer = {
  id: 'auth0',
  name: 'Auth0',
  kinds: ['auth0-client-secret'],
  proof: { how: 'document', reference: 'Auth0 Authentication API: client credentials flow (access_denied, unauthorized_client); auth0 npm SDK 7.1.0: clients/{id}/rotate-secret' },
  introspect: askOnce({
    method: 'POST /oauth/token',
    request: (ask) => ({
      ...postJson(below(ask.store.baseUrl, 'oauth/token'), { grant_type: 'client_credentials', client_id: companionOf(ask, 'client-id'), client_secret: ask.secret.reveal(), audience: below(ask.store.baseUrl, 'api/v2/').href }),
      repeatable: true,
    }),
    dead: [{ status: 401, at: ['error'], says: 'access_denied', means: 'Auth0 refuses this client id and secret' }],
    aliveButBarred: [
      { status: 403, at: ['error'], says: 'access_denied', means: 'the secret is right; the client may not call the Management API' },
      { status: 403, at: ['error'], says: 'unauthorized_client', means: 'the secret is right; the client may not use this grant' },
    ],
    live: (body, _, ask) => {
      if (!isObject(body) || typeof body['access_token'] !== 'string' || typeof body['token_type'] !== 'string') return undefined;
      const claims = readJwtClaims(body['access_token']);
      return { clientId: companionOf(ask, 'client-id'), sub: text(claims?.['sub']), scopes: words(body['scope'] ?? claims?.['scope']) };
    },
    particular: (subject): Particular => needsCompanions(subject, 'client-id'),
  }),
  rotate: {
    endsOld: true,
    method: 'POST /api/v2/clients/ID/rotate-secret',
    sideEffects: 'The old secret dies at once: everything that signs in as this client needs the new one.',
    particular: needsBoth,
    run: issueOnce({
      request: (ask) => postJson(below(ask.store.baseUrl, `api/v2/clients/${encodeURIComponent(companionOf(ask, 'client-id') ?? '')}/rotate-secret`), {}, ownAuthorization(ask)),
      read: (body) => (isObject(body) && typeof body['client_secret'] === 'string' ? { secret: body['client_secret'], facts: { clientId: text(body['client_id']), name: text(body['name']) } } : undefined),
      oldLives: false,
      cannot: cannotChoose,
    }),
  },
};

function needsBoth(subject: Subject): Particular {
  const missing = needsCompanions(subject, 'client-id');
  return missing.impossible === undefined ? onlyWithOwnToken(subject) : missing;
}
