import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Clerk: a secret key may do everything in one instance. Keys are made and deleted in the dashboard. */
export const issuer: Issuer = {
  id: 'clerk',
  name: 'Clerk',
  kinds: ['clerk-secret-key'],
  publicBaseUrl: 'https://api.clerk.com',
  proof: { how: 'document', reference: 'clerk/openapi-specs bapi: GET /v1/instance; clerk.com/docs/errors/overview (clerk_key_invalid)' },
  introspect: askOnce({
    method: 'GET /v1/instance',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/instance'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['errors.0.code'], says: 'clerk_key_invalid', means: 'Clerk answers clerk_key_invalid' }],
    live: (body) => {
      if (!isObject(body) || body['object'] !== 'instance' || text(body['id']) === undefined) return undefined;
      const kind = text(body['environment_type']);
      return { sub: text(body['id']), notes: kind === undefined ? undefined : { environment: kind } };
    },
  }),
};
