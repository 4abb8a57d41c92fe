import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { instant, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/** Hugging Face. One call tells owner, role or fine-grained permissions, age and expiry. It has no call that deletes a token. */
export const issuer: Issuer = {
  id: 'huggingface',
  name: 'Hugging Face',
  kinds: ['huggingface-access-token', 'huggingface-organization-token', 'huggingface-oauth-token'],
  publicBaseUrl: 'https://huggingface.co',
  proof: { how: 'document', reference: '@huggingface/hub 2.17.5 lib/who-am-i.ts and lib/oauth-handle-redirect.ts (types of GET /api/whoami-v2)' },
  introspect: askOnce({
    method: 'GET /api/whoami-v2',
    request: (ask) => get(below(ask.store.baseUrl, 'api/whoami-v2'), bearer(ask.secret)),
    dead: [
      { status: 401, at: ['error'], says: /^Invalid (?:credentials in Authorization header|username or password)/ },
      { status: 401, at: ['error'], says: /\bexpired\b/i, means: 'Hugging Face says the token is expired' },
    ],
    live: (body) => {
      if (!isObject(body) || text(body['name']) === undefined || !['user', 'org', 'app'].includes(String(body['type']))) return undefined;
      const auth = isObject(body['auth']) ? body['auth'] : {};
      const token = isObject(auth['accessToken']) ? auth['accessToken'] : {};
      return { sub: text(body['name']), name: text(token['displayName']), scopes: scopesOf(token), iat: instant(token['createdAt']), exp: instant(auth['expiresAt']) };
    },
  }),
};

/** `read`, `write`, or for a fine-grained token its permissions: global ones, then `namespace:permission`. */
function scopesOf(token: JsonObject): readonly string[] | undefined {
  const role = text(token['role']);
  const fine = token['fineGrained'];
  if (role !== 'fineGrained' || !isObject(fine)) return role === undefined ? undefined : [role];
  const scoped = objectsOf(fine['scoped']).flatMap((entry) => {
    const of = isObject(entry['entity']) ? (text(entry['entity']['name']) ?? text(entry['entity']['type'])) : undefined;
    return (texts(entry['permissions']) ?? []).map((permission) => (of === undefined ? permission : `${of}:${permission}`));
  });
  return [...(texts(fine['global']) ?? []), ...scoped];
}
