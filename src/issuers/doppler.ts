import type { Issuer } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import { bearer, below, get, postJson } from './exchange/requests.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Doppler: every kind of token may ask about itself and revoke itself. */
export const issuer: Issuer = {
  id: 'doppler',
  name: 'Doppler',
  kinds: ['doppler-personal-token', 'doppler-cli-token', 'doppler-service-account-token', 'doppler-service-token', 'doppler-scim-token', 'doppler-audit-token'],
  publicBaseUrl: 'https://api.doppler.com',
  proof: { how: 'document', reference: 'docs.doppler.com/reference: auth-me (slug, name, type, created_at, last_seen_at, workplace), auth-revoke; doppler-rs 0.0.1 AuthMeResponse' },
  introspect: askOnce({
    method: 'GET /v3/me',
    request: (ask) => get(below(ask.store.baseUrl, 'v3/me'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['messages.0'], says: /^Invalid (?:Auth|Service|API) token\b/i, means: 'Doppler answers "Invalid Auth token"' }],
    live: (body) => {
      if (!isObject(body) || !isObject(body['workplace']) || text(body['type']) === undefined) return undefined;
      return { tokenId: text(body['slug']), name: text(body['name']), owner: text(body['workplace']['name']), scopes: [text(body['type']) ?? ''], iat: instant(body['created_at']), lastUsedAt: orNever(body['last_seen_at'], instant) };
    },
  }),
  revoke: {
    method: 'POST /v3/auth/revoke',
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellOnce({ request: (ask) => postJson(below(ask.store.baseUrl, 'v3/auth/revoke'), { token: ask.secret.reveal() }, bearer(ask.secret)), accepted: [200, 204] }),
  },
};
