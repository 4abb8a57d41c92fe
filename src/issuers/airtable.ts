import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Airtable tells scopes of OAuth tokens only. The first part of a token is its id, which the developer hub shows. */
export const issuer: Issuer = {
  id: 'airtable',
  name: 'Airtable',
  kinds: ['airtable-pat', 'airtable-oauth-token', 'airtable-oauth-refresh'],
  publicBaseUrl: 'https://api.airtable.com',
  proof: { how: 'document', reference: 'airtable.com/developers/web/api: get-user-id-scopes (whoami), errors (401 AUTHENTICATION_REQUIRED, UNAUTHORIZED)' },
  publicIdOf: ({ secret }) => /^[a-z]{3}[A-Za-z0-9]{14}(?=\.)/.exec(secret.reveal())?.[0],
  introspect: askOnce({
    method: 'GET /v0/meta/whoami',
    request: (ask) => get(below(ask.store.baseUrl, 'v0/meta/whoami'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['error.type', 'errors.0.error'], says: /^(?:AUTHENTICATION_REQUIRED|UNAUTHORIZED)$/, means: 'Airtable answers 401: it does not take this token' }],
    live: (body, _, { secret }) => {
      if (!isObject(body) || !/^usr[A-Za-z0-9]{14}$/.test(text(body['id']) ?? '')) return undefined;
      return { sub: text(body['email']) ?? text(body['id']), scopes: texts(body['scopes']), tokenId: /^[a-z]{3}[A-Za-z0-9]{14}(?=\.)/.exec(secret.reveal())?.[0] };
    },
    particular: ({ rule }) => (rule.id === 'airtable-oauth-refresh' ? { impossible: { why: 'no-introspection', detail: 'Airtable has no read-only question about a refresh token; using it would spend it' } } : {}),
  }),
};
