import type { Issuer } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import { bearer, below, postJson } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Dropbox's calls are posts, also those that only read. The tag of an error says what is meant. */
export const issuer: Issuer = {
  id: 'dropbox',
  name: 'Dropbox',
  kinds: ['dropbox-access-token', 'dropbox-long-lived-token'],
  publicBaseUrl: 'https://api.dropboxapi.com',
  proof: { how: 'document', reference: 'dropbox/dropbox-api-spec: users.stone (get_current_account), auth.stone (AuthError, token/revoke); dropbox.com/developers/documentation/http/documentation' },
  introspect: askOnce({
    method: 'POST /2/users/get_current_account',
    request: (ask) => ({ ...postJson(below(ask.store.baseUrl, '2/users/get_current_account'), null, bearer(ask.secret)), repeatable: true }),
    dead: [
      { status: 401, at: ['error_summary'], says: /^invalid_access_token\b/, means: 'Dropbox says the token is invalid or revoked' },
      { status: 401, at: ['error_summary'], says: /^expired_access_token\b/, means: 'Dropbox says the token is expired' },
    ],
    ambiguous: [{ status: 401, at: ['error_summary'], says: /^(?:user_suspended|invalid_select_)/, means: 'Dropbox says its user is suspended, or that it is a team token without a member' }],
    aliveButBarred: [{ status: 401, at: ['error_summary'], says: /^missing_scope\b/, means: 'Dropbox says this token may not read its account' }],
    live: (body) => (isObject(body) && text(body['account_id'])?.startsWith('dbid:') === true ? { sub: text(body['email']) ?? text(body['account_id']) } : undefined),
  }),
  revoke: {
    method: 'POST /2/auth/token/revoke',
    reversible: false,
    sideEffects: 'A short-lived token takes its refresh token, and every other token of it, along.',
    run: tellOnce({ request: (ask) => postJson(below(ask.store.baseUrl, '2/auth/token/revoke'), null, bearer(ask.secret)), accepted: [200] }),
  },
};
