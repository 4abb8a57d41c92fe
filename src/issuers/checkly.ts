import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { objectsOf } from './reading/json.ts';

/** Checkly: a user's key may do what its user may do in every account that is listed for it. */
export const issuer: Issuer = {
  id: 'checkly',
  name: 'Checkly',
  kinds: ['checkly-user-key'],
  publicBaseUrl: 'https://api.checklyhq.com',
  proof: { how: 'document', reference: 'developers.checklyhq.com/reference/getv1accounts; checkly/checkly-cli packages/cli/src/rest/accounts.ts' },
  introspect: askOnce({
    method: 'GET /v1/accounts',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/accounts'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['error'], says: 'Unauthorized', means: 'Checkly answers 401 "Unauthorized" to this key' }],
    live: (body) => {
      const accounts = objectsOf(body).filter(({ id, name }) => text(id) !== undefined && text(name) !== undefined);
      return accounts.length === 0 ? undefined : { scopes: accounts.map(({ name }) => `account:${text(name) ?? ''}`) };
    },
  }),
};
