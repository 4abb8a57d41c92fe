import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** Asana: a personal access token may do whatever its user may do, in every workspace of theirs. It is deleted in the developer console. */
export const issuer: Issuer = {
  id: 'asana',
  name: 'Asana',
  kinds: ['asana-pat'],
  publicBaseUrl: 'https://app.asana.com/api/1.0',
  proof: { how: 'document', reference: 'developers.asana.com: getUser (users/me), errors (401 Not Authorized), personal-access-token; Asana/openapi asana_oas.yaml' },
  introspect: askOnce({
    method: 'GET /users/me',
    request: (ask) => get(below(ask.store.baseUrl, 'users/me'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['errors.0.message'], says: /^(?:Not Authorized|The bearer token (?:is invalid|has expired)\b.*)$/i, means: 'Asana answers 401: it does not take this token' }],
    live: (body) => {
      const user = isObject(body) ? body['data'] : undefined;
      if (!isObject(user) || text(user['gid']) === undefined || user['resource_type'] !== 'user') return undefined;
      return { sub: text(user['email']) ?? text(user['gid']), scopes: objectsOf(user['workspaces']).flatMap((workspace) => (text(workspace['name']) === undefined ? [] : [`workspace:${text(workspace['name']) ?? ''}`])) };
    },
  }),
};
