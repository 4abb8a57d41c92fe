import type { Issuer } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import { cannotExpire, cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { bearer, below, get, postJson } from './exchange/requests.ts';
import { epochSeconds, text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Perplexity. A key makes its own successor and revokes itself (guide "API key management"). */
export const issuer: Issuer = {
  id: 'perplexity',
  name: 'Perplexity',
  kinds: ['perplexity-api-key'],
  publicBaseUrl: 'https://api.perplexity.ai',
  proof: { how: 'document', reference: 'Perplexity API guide "API key management" (generate_auth_token, revoke_auth_token); reference "List async chat completions"' },
  introspect: askOnce({
    method: 'GET /async/chat/completions',
    request: (ask) => get(below(ask.store.baseUrl, 'async/chat/completions'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['error.message'], says: /^Invalid API key provided/ }],
    live: (body) => (isObject(body) && Array.isArray(body['requests']) ? {} : undefined),
  }),
  revoke: {
    method: 'POST /revoke_auth_token',
    reversible: false,
    sideEffects: 'None beyond this key.',
    run: tellOnce({ request: (ask) => postJson(below(ask.store.baseUrl, 'revoke_auth_token'), { auth_token: ask.secret.reveal() }, bearer(ask.secret)), accepted: [200] }),
  },
  rotate: {
    method: 'POST /generate_auth_token',
    sideEffects: 'A second key exists until the old one is revoked.',
    run: issueOnce({
      request: (ask, wish) => postJson(below(ask.store.baseUrl, 'generate_auth_token'), { token_name: nameOf(wish, ask) }, bearer(ask.secret)),
      read: (body) => (isObject(body) && typeof body['auth_token'] === 'string' ? { secret: body['auth_token'], facts: { name: text(body['token_name']), iat: epochSeconds(body['created_at_epoch_seconds']) } } : undefined),
      oldLives: true,
      cannot: (wish) => cannotNarrow(wish) ?? cannotExpire(wish),
    }),
  },
};
