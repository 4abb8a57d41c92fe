import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, Particular, Subject } from '../model/index.ts';
import { askOnce, tellById, tellOnce } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { below, get, remove } from './exchange/requests.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/** Scaleway. The secret signs in alone; with its access key beside it, IAM tells owner, age and expiry, and deletes it. */
export const issuer: Issuer = {
  id: 'scaleway',
  name: 'Scaleway',
  kinds: ['scaleway-api-key'],
  publicBaseUrl: 'https://api.scaleway.com',
  proof: { how: 'document', reference: 'Scaleway IAM API v1alpha1: api-keys (get, list, delete); scaleway-sdk-go scw/errors.go (denied_authentication, permissions_denied)' },
  introspect: { method: 'GET /iam/v1alpha1/api-keys', run: introspect },
  revoke: {
    method: 'DELETE /iam/v1alpha1/api-keys/ACCESS_KEY',
    reversible: false,
    sideEffects: 'None beyond this key.',
    particular: (subject): Particular => needsCompanions(subject, 'access-key-id'),
    run: tellOnce({ request: (ask) => remove(keyUrl(ask, companionOf(ask, 'access-key-id') ?? ''), { 'x-auth-token': (ownToken(ask) ?? ask.secret).reveal() }), accepted: [204] }),
  },
  list: { method: 'GET /iam/v1alpha1/api-keys', impossible: needsOwnToken, run: listKeys() },
  revokeById: { method: 'DELETE /iam/v1alpha1/api-keys/ACCESS_KEY', impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this key.', run: tellById({ request: (ask, id) => remove(keyUrl(ask, id), own(ask)), accepted: [204] }) },
};

const keyUrl = ({ store }: AdminAsk, accessKey: string): URL => below(store.baseUrl, `iam/v1alpha1/api-keys/${encodeURIComponent(accessKey)}`);
const accessKeyOf = (subject: Subject): string | undefined => companionOf(subject, 'access-key-id');

function own(ask: AdminAsk): Readonly<Record<string, string>> {
  const token = ownToken(ask);
  return token === undefined ? {} : { 'x-auth-token': token.reveal() };
}

/** Which key it is, if nothing names it, no answer tells: then only that it lives. */
async function introspect(ask: Ask): Promise<Answer> {
  const accessKey = accessKeyOf(ask);
  return askOnce({
    method: 'GET /iam/v1alpha1/api-keys',
    request: () => get(accessKey === undefined ? below(ask.store.baseUrl, 'iam/v1alpha1/api-keys?page_size=1') : keyUrl(ask, accessKey), { 'x-auth-token': ask.secret.reveal() }),
    dead: ['invalid_argument', 'not_found', 'expired'].map((says) => ({ status: 401, at: ['reason'], says })),
    aliveButBarred: [{ status: 403, at: ['type'], says: 'permissions_denied', means: 'may not read API keys' }],
    live: (body) => {
      if (!isObject(body)) return undefined;
      if (accessKey === undefined) return typeof body['total_count'] === 'number' && Array.isArray(body['api_keys']) ? {} : undefined;
      return body['access_key'] === accessKey ? factsOf(body) : undefined;
    },
  }).run(ask);
}

function listKeys(): ReturnType<typeof listPages> {
  const page = (ask: AdminAsk, number: number): HttpRequest => get(below(ask.store.baseUrl, `iam/v1alpha1/api-keys?page_size=100&page=${number}`), own(ask));
  return listPages({
    first: (ask) => page(ask, 1),
    read: (body, _, ask, number) => {
      if (!isObject(body) || !Array.isArray(body['api_keys']) || typeof body['total_count'] !== 'number') return undefined;
      return { tokens: objectsOf(body['api_keys']).flatMap((key) => listed('scaleway-api-key', text(key['access_key']), factsOf(key))), next: number * 100 < body['total_count'] && body['api_keys'].length > 0 ? page(ask, number + 1) : undefined };
    },
  });
}

function factsOf(key: JsonObject): GivenFacts {
  return {
    tokenId: text(key['access_key']),
    name: text(key['description']),
    sub: text(key['user_id']) ?? text(key['application_id']),
    iat: instant(key['created_at']),
    exp: 'expires_at' in key ? orNever(key['expires_at'], instant) : undefined,
  };
}
