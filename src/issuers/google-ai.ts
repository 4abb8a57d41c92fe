import type { Answer, Ask, Issuer, Operation } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { below, get } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** Keys of Google's Generative Language API (Gemini), and all other API keys: what says that a key may not use this API says that it lives. The reason stands in the error's details; a key that Google saw leaked is blocked. */
export const issuer: Issuer = {
  id: 'google-ai',
  name: 'Google AI (Gemini API)',
  kinds: ['google-gemini-api-key', 'gcp-api-key'],
  publicBaseUrl: 'https://generativelanguage.googleapis.com',
  proof: { how: 'document', reference: 'Gemini API reference: models.list, API keys, troubleshooting; google.api.ErrorReason (API_KEY_INVALID, API_KEY_*_BLOCKED, SERVICE_DISABLED)' },
  introspect: { method: 'GET /v1beta/models', run: (ask) => (ask.rule.id === 'gcp-api-key' ? ofAnyApi : ofGemini).run(ask) },
};

/** Google's words for a key that it saw in public, which it then keeps from this API; of others it says nothing. */
const LEAKED = { status: 403, at: ['error.message'], says: /^Your API key was reported as leaked/ };

function models(isOnlyGemini: boolean): Operation<Answer> {
  return askOnce({
    method: 'GET /v1beta/models',
    request: (ask: Ask) => get(below(ask.store.baseUrl, 'v1beta/models?pageSize=1'), { 'x-goog-api-key': ask.secret.reveal() }),
    dead: [{ status: 400, at: ['error.details.0.reason'], says: 'API_KEY_INVALID' }, ...(isOnlyGemini ? [{ ...LEAKED, means: 'Google blocked it: it was reported as leaked' }] : [])],
    ambiguous: isOnlyGemini ? [] : [{ ...LEAKED, means: 'Google knows that it leaked and keeps it from the Gemini API; other APIs may still take it' }],
    aliveButBarred: [{ status: 403, at: ['error.details.0.reason'], says: /^(?:API_KEY_(?:SERVICE|HTTP_REFERRER|IP_ADDRESS|ANDROID_APP|IOS_APP)_BLOCKED|SERVICE_DISABLED)$/, means: 'restricted: may not list models from here' }],
    live: (body) => (isObject(body) && objectsOf(body['models']).some((model) => text(model['name'])?.startsWith('models/') === true) ? {} : undefined),
  });
}

const [ofGemini, ofAnyApi] = [models(true), models(false)];
