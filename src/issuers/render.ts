import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** Render: the workspaces that a key sees. */
export const issuer: Issuer = {
  id: 'render',
  name: 'Render',
  kinds: ['render-api-key'],
  publicBaseUrl: 'https://api.render.com',
  proof: { how: 'document', reference: 'Render API reference: list workspaces (GET /v1/owners), schema error' },
  introspect: askOnce({
    method: 'GET /v1/owners',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/owners?limit=20'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['message'], says: /^unauthorized$/i }],
    live: (body) => {
      const owners = objectsOf(body).flatMap(({ owner }) => (isObject(owner) && text(owner['id']) !== undefined ? [owner] : []));
      if (owners.length === 0) return undefined;
      return { sub: text(owners[0]?.['email']) ?? text(owners[0]?.['id']), scopes: owners.map((owner) => `workspace ${text(owner['name']) ?? String(owner['id'])}`) };
    },
  }),
};
