import type { Issuer } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** ElevenLabs tells a dead key from a restricted one by `detail.status`, both with 401. */
export const issuer: Issuer = {
  id: 'elevenlabs',
  name: 'ElevenLabs',
  kinds: ['elevenlabs-api-key'],
  publicBaseUrl: 'https://api.elevenlabs.io',
  proof: { how: 'document', reference: 'ElevenLabs API reference: "Get user" (GET /v1/user), "Errors" (invalid_api_key, missing_permissions)' },
  introspect: askOnce({
    method: 'GET /v1/user',
    request: (ask) => get(below(ask.store.baseUrl, 'v1/user'), { 'xi-api-key': ask.secret.reveal() }),
    dead: [{ status: 401, at: ['detail.status'], says: 'invalid_api_key' }],
    aliveButBarred: [{ status: 401, at: ['detail.status'], says: 'missing_permissions', means: 'restricted: may not read its user' }],
    live: (body) => {
      if (!isObject(body) || text(body['user_id']) === undefined || !isObject(body['subscription'])) return undefined;
      const tier = text(body['subscription']['tier']);
      return { sub: text(body['user_id']), notes: tier === undefined ? undefined : { tier } };
    },
  }),
};
