import type { Ask, HttpRequest, Issuer, Store, Subject } from '../model/index.ts';
import { askOnce, tell } from './exchange/ask-once.ts';
import { cannotChoose, issueOnce } from './exchange/issue-once.ts';
import { needsOwnPair, ownPair } from './exchange/own-credentials.ts';
import { below, postJson } from './exchange/requests.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Plaid answers only its own client: the client id and secret (`auth:` of the store) go with every question about an item's access token. */
export const issuer: Issuer = {
  id: 'plaid',
  name: 'Plaid',
  kinds: ['plaid-access-token', 'plaid-sandbox-access-token'],
  publicBaseUrl: 'https://production.plaid.com',
  regionalHosts: ['sandbox.plaid.com'],
  locate: ({ secret }: Subject) => (secret.reveal().startsWith('access-sandbox-') ? new URL('https://sandbox.plaid.com') : undefined),
  proof: { how: 'document', reference: 'plaid/plaid-openapi 2020-09-14.yml: /item/get (products, consent_expiration_time), /item/remove, /item/access_token/invalidate; plaid.com/docs/errors/invalid-input, /item' },
  introspect: askOnce({
    method: 'POST /item/get',
    request: (ask) => ({ ...call(ask, 'item/get'), repeatable: true }),
    dead: [
      { status: 400, at: ['error_code'], says: 'INVALID_ACCESS_TOKEN', means: 'Plaid answers INVALID_ACCESS_TOKEN' },
      { status: 400, at: ['error_code'], says: 'ITEM_NOT_FOUND', means: 'Plaid says the item was removed' },
    ],
    ambiguous: [{ status: 400, at: ['error_code'], says: /^INVALID_(?:API_KEYS|CLIENT_ID|SECRET)$/, means: 'Plaid does not take our own client id and secret, or they are of another environment' }],
    live: (body) => {
      const item = isObject(body) ? body['item'] : undefined;
      if (!isObject(item) || text(item['item_id']) === undefined) return undefined;
      return { tokenId: text(item['item_id']), name: text(item['institution_name']) ?? text(item['institution_id']), scopes: texts(item['products']) ?? texts(item['billed_products']), iat: instant(item['created_at']), exp: orNever(item['consent_expiration_time'], instant) };
    },
    particular: onlyClient,
  }),
  revoke: {
    method: 'POST /item/remove',
    reversible: false,
    sideEffects: 'Removes the item: the person must link the bank again.',
    run: (ask) => tell(ask, call(ask, 'item/remove'), { accepted: [200], confirms: (body) => isObject(body) && text(body['request_id']) !== undefined && body['error_code'] === undefined }),
    particular: onlyClient,
  },
  rotate: {
    endsOld: true,
    method: 'POST /item/access_token/invalidate',
    sideEffects: 'The old access token stops working at once; the item stays linked.',
    run: issueOnce({
      request: (ask) => call(ask, 'item/access_token/invalidate'),
      oldLives: false,
      cannot: cannotChoose,
      read: (body) => (isObject(body) ? { secret: text(body['new_access_token']) ?? '', facts: {} } : undefined),
    }),
    particular: onlyClient,
  },
};

function onlyClient({ store }: { readonly store: Store }): { readonly impossible?: { readonly why: 'no-client-credentials'; readonly detail: string } } {
  const detail = needsOwnPair(store, 'client id and secret');
  return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail } };
}

function call(ask: Ask, path: string): HttpRequest {
  const pair = ownPair(ask);
  return postJson(below(ask.store.baseUrl, path), { client_id: pair?.clientId, secret: pair?.clientSecret.reveal(), access_token: ask.secret.reveal() }, { 'plaid-version': '2020-09-14' });
}
