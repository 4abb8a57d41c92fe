import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Shortcut: a token may do what its member may do in one workspace. */
export const issuer: Issuer = {
  id: 'shortcut',
  name: 'Shortcut',
  kinds: ['shortcut-api-token'],
  publicBaseUrl: 'https://api.app.shortcut.com',
  proof: { how: 'document', reference: 'developer.shortcut.com/api/rest/v3: Get Current Member Info (role, workspace2), Authentication (401)' },
  introspect: askOnce({
    method: 'GET /api/v3/member',
    request: (ask) => get(below(ask.store.baseUrl, 'api/v3/member'), { 'shortcut-token': ask.secret.reveal() }),
    dead: [{ status: 401, at: ['message', 'tag'], says: /^(?:Unauthorized|user_not_found|unauthorized|organization2_not_found)\b/, means: 'Shortcut answers 401 "Unauthorized"' }],
    live: (body) => {
      if (!isObject(body) || text(body['id']) === undefined || text(body['mention_name']) === undefined) return undefined;
      const role = text(body['role']);
      return { sub: text(body['mention_name']), owner: isObject(body['workspace2']) ? text(body['workspace2']['url_slug']) : undefined, scopes: role === undefined ? undefined : [role] };
    },
  }),
};
