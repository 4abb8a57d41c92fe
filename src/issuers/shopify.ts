import type { Issuer } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import { below, get, remove } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** Shopify Admin API: every shop is a host of its own (`https://SHOP.myshopify.com`), so a store must be configured. */
export const issuer: Issuer = {
  id: 'shopify',
  name: 'Shopify',
  kinds: ['shopify-access-token', 'shopify-custom-app-token', 'shopify-private-app-password', 'shopify-user-token'],
  baseUrlOf: (configured) => new URL(configured.href.replace(/\/admin\/?.*$/, '')),
  proof: { how: 'document', reference: 'shopify.dev/docs/api/admin-rest: AccessScope (access_scopes.json), response status codes (401, 402, 423); shopify.dev/docs/apps: uninstall by DELETE api_permissions/current.json' },
  introspect: askOnce({
    method: 'GET /admin/oauth/access_scopes.json',
    request: (ask) => get(below(ask.store.baseUrl, 'admin/oauth/access_scopes.json'), { 'x-shopify-access-token': ask.secret.reveal() }),
    dead: [{ status: 401, at: ['errors'], says: /^\[API\] Invalid API key or access token/, means: 'the shop answers "Invalid API key or access token"' }],
    ambiguous: [
      { status: 402, at: ['errors'], says: /./, means: 'the shop is frozen, and does not say whether the token is right' },
      { status: 423, at: ['errors'], says: /./, means: 'the shop is locked, and does not say whether the token is right' },
    ],
    live: (body) => {
      const scopes = isObject(body) && Array.isArray(body['access_scopes']) ? objectsOf(body['access_scopes']).flatMap(({ handle }) => text(handle) ?? []) : undefined;
      return scopes === undefined || (isObject(body) && Array.isArray(body['access_scopes']) && scopes.length < body['access_scopes'].length) ? undefined : { scopes };
    },
  }),
  revoke: {
    method: 'DELETE /admin/api_permissions/current.json',
    reversible: false,
    sideEffects: 'UNINSTALLS the app from the shop: its webhooks, script tags and charges end with it.',
    run: tellOnce({ request: (ask) => remove(below(ask.store.baseUrl, 'admin/api_permissions/current.json'), { 'x-shopify-access-token': ask.secret.reveal() }), accepted: [200] }),
  },
};
