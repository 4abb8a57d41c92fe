import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { regional } from './exchange/regions.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Twilio Segment's Public API; workspaces of the EU are apart. Roles of a token are shown in the workspace's settings only. */
export const issuer: Issuer = {
  id: 'segment',
  name: 'Segment',
  kinds: ['segment-public-api-token'],
  publicBaseUrl: 'https://api.segmentapis.com',
  publicEndpoints: { 'region-eu': 'https://eu1.api.segmentapis.com' },
  proof: { how: 'document', reference: 'docs.segmentapis.com: getWorkspace (GET /), errors; segmentio/public-api-sdk-typescript' },
  introspect: regional(
    askOnce({
      method: 'GET /',
      request: (ask) => get(below(ask.store.baseUrl, ''), bearer(ask.secret)),
      dead: [{ status: 401, at: ['errors.0.type'], says: /^unauth(?:orized|enticated)$/i, means: 'Segment answers 401: it does not take this token' }],
      live: (body) => {
        const data = isObject(body) ? body['data'] : undefined;
        const workspace = isObject(data) ? data['workspace'] : undefined;
        return isObject(workspace) && text(workspace['id']) !== undefined && text(workspace['slug']) !== undefined ? { sub: text(workspace['slug']), owner: text(workspace['name']) } : undefined;
      },
    }),
  ),
};
