import type { Ask, Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** What Figma says to a live token without the scope that the question needs: the scopes that it has. */
const LACKS = /^Invalid scope(?:\(s\))?: ([a-z_:, ]+)\. This endpoint requires/i;

/** Figma: personal tokens go into a header of their own, OAuth tokens are bearers. They are revoked in the settings of their user. */
export const issuer: Issuer = {
  id: 'figma',
  name: 'Figma',
  kinds: ['figma-pat', 'figma-oauth-token', 'figma-pat-legacy'],
  publicBaseUrl: 'https://api.figma.com',
  proof: { how: 'document', reference: 'figma/rest-api-spec openapi.yaml (getMe, 403 err); developers.figma.com/docs/rest-api/scopes, /authentication' },
  introspect: askOnce({
    method: 'GET /v1/me',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/me'), signIn(ask)),
    dead: [
      { status: 403, at: ['err', 'message'], says: 'Invalid token', means: 'Figma answers "Invalid token"' },
      { status: 403, at: ['err', 'message'], says: 'Token expired', means: 'Figma says the token is expired' },
      { status: 401, at: ['err', 'message'], says: /^(?:Invalid token|Token expired)$/, means: 'Figma does not take this token' },
    ],
    aliveButBarred: [
      {
        status: 403,
        at: ['err', 'message'],
        says: LACKS,
        means: 'Figma names the scopes that this token has; reading its user is not one of them',
        facts: (body) => ({ scopes: (LACKS.exec(isObject(body) ? (text(body['err']) ?? text(body['message']) ?? '') : '')?.[1] ?? '').split(/,\s*/) }),
      },
    ],
    live: (body) => (isObject(body) && text(body['id']) !== undefined && text(body['handle']) !== undefined ? { sub: text(body['email']) ?? text(body['handle']) } : undefined),
  }),
};

const signIn = (ask: Ask): Readonly<Record<string, string>> => (ask.rule.id === 'figma-oauth-token' ? bearer(ask.secret) : { 'x-figma-token': ask.secret.reveal() });
