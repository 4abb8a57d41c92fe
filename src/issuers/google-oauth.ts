import type { Issuer, Subject } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import { below, postForm } from './exchange/requests.ts';
import { epochSeconds, text, words } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

const isRefresh = ({ rule }: Subject): boolean => rule.id === 'gcp-oauth-refresh-token';

/** Google's OAuth tokens. They go in bodies: both endpoints also take them in the URL, where they would be logged. */
export const issuer: Issuer = {
  id: 'google-oauth',
  name: 'Google OAuth',
  kinds: ['gcp-oauth-access-token', 'gcp-oauth-refresh-token'],
  publicBaseUrl: 'https://oauth2.googleapis.com',
  proof: { how: 'document', reference: 'google-auth-library oauth2client.js (tokeninfo by POST, revoke); developers.google.com/identity/protocols/oauth2/web-server (revoking a token); pkg.go.dev go.chromium.org/luci/common/gcloud/googleoauth (fields of tokeninfo)' },
  introspect: askOnce({
    method: 'POST /tokeninfo',
    request: (ask) => ({ ...postForm(below(ask.store.baseUrl, 'tokeninfo'), { access_token: ask.secret.reveal() }), repeatable: true }),
    dead: [{ status: 400, at: ['error_description'], says: 'Invalid Value', means: 'Google answers "Invalid Value": the token has expired, was revoked, or never was' }],
    live: (body) => {
      // Numbers come as strings.
      const end = isObject(body) ? epochSeconds(Number(text(body['exp']) ?? Number.NaN)) : undefined;
      if (!isObject(body) || text(body['aud']) === undefined || end === undefined) return undefined;
      return { sub: text(body['email']) ?? text(body['sub']), clientId: text(body['azp']) ?? text(body['aud']), scopes: words(body['scope']), exp: end };
    },
    particular: (subject) => (isRefresh(subject) ? { impossible: { why: 'no-introspection', detail: 'Google has no read-only question about a refresh token; using it would make an access token' } } : {}),
  }),
  revoke: {
    method: 'POST /revoke',
    reversible: false,
    sideEffects: 'Google drops the whole grant: every access and refresh token that the user gave the same app. A service account\'s access token cannot be revoked this way.',
    run: tellOnce({ request: (ask) => postForm(below(ask.store.baseUrl, 'revoke'), { token: ask.secret.reveal() }), accepted: [200] }),
  },
};
