import type { Ask, Issuer, Subject } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { regional } from './exchange/regions.ts';
import { basic, bearer, below, get, postForm } from './exchange/requests.ts';
import { text, words } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/**
 * PayPal: a client secret is asked by the grant that it is for; the access token in the answer is dropped unread, and what
 * it could have done is the answer. Live and sandbox are apart.
 */
export const issuer: Issuer = {
  id: 'paypal',
  name: 'PayPal',
  kinds: ['paypal-client-secret', 'paypal-access-token'],
  publicBaseUrl: 'https://api-m.paypal.com',
  publicEndpoints: { 'region-sandbox': 'https://api-m.sandbox.paypal.com' },
  proof: { how: 'document', reference: 'developer.paypal.com/api/rest/authentication (POST /v1/oauth2/token: scope, app_id), /api/rest/responses (AUTHENTICATION_FAILURE, invalid_client), /docs/api/identity/v1 (userinfo)' },
  introspect: regional({
    method: 'POST /v1/oauth2/token (client_credentials)',
    run: (ask) => (isSecret(ask) ? client : token).run(ask),
    particular: (subject) => (isSecret(subject) ? needsCompanions(subject, 'client-id') : { method: 'GET /v1/identity/oauth2/userinfo' }),
  }),
};

const isSecret = ({ rule }: Subject): boolean => rule.id === 'paypal-client-secret';
const clientId = (ask: Ask): string => companionOf(ask, 'client-id') ?? '';

const client = askOnce({
  method: 'POST /v1/oauth2/token',
  request: (ask) => postForm(below(ask.store.baseUrl, 'v1/oauth2/token'), { grant_type: 'client_credentials' }, basic(clientId(ask), ask.secret.reveal())),
  dead: [{ status: 401, at: ['error'], says: 'invalid_client', means: 'PayPal answers invalid_client' }],
  live: (body, _, ask) => (isObject(body) && text(body['access_token']) !== undefined && words(body['scope']) !== undefined ? { sub: text(body['app_id']), clientId: clientId(ask), scopes: words(body['scope']) } : undefined),
});

const token = askOnce({
  method: 'GET /v1/identity/oauth2/userinfo',
  request: (ask) => get(below(ask.store.baseUrl, 'v1/identity/oauth2/userinfo?schema=paypalv1.1'), bearer(ask.secret)),
  dead: [
    { status: 401, at: ['name'], says: 'AUTHENTICATION_FAILURE', means: 'PayPal answers AUTHENTICATION_FAILURE' },
    { status: 401, at: ['error'], says: 'invalid_token', means: 'PayPal answers invalid_token' },
  ],
  aliveButBarred: [{ status: 403, at: ['name'], says: 'NOT_AUTHORIZED', means: 'PayPal says this token may not read its user' }],
  live: (body) => (isObject(body) && text(body['user_id']) !== undefined ? { sub: text(body['payer_id']) ?? text(body['user_id']) } : undefined),
});
