import type { Issuer, Subject } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import { below, get, remove } from './exchange/requests.ts';
import { text } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/**
 * The Rust package registry, and those that speak its API. Its host comes from configuration, never from this file. All
 * refusals are 403, told apart by their words: a token that was recognised is refused for what it may not do.
 */
export const issuer: Issuer = {
  id: 'crates',
  name: 'Rust package registry',
  kinds: ['crates-io', 'crates-io-trusted-publishing'],
  proof: { how: 'document', reference: 'Source of the Rust package registry: src/auth.rs (authentication failed; only_cookie; endpoint scopes), src/controllers/token.rs, src/controllers/trustpub/tokens' },
  introspect: askOnce({
    method: 'GET /api/v1/me',
    request: (ask) => get(below(ask.store.baseUrl, 'api/v1/me'), { authorization: ask.secret.reveal() }),
    dead: [{ status: 403, at: ['errors.0.detail'], says: 'authentication failed' }],
    aliveButBarred: [
      { status: 403, at: ['errors.0.detail'], says: /^this action can only be performed on the .* website/, means: 'recognised, but its user is told on the site only' },
      { status: 403, at: ['errors.0.detail'], says: /^this token does not have the required permissions/, means: 'narrowed to some crates or actions' },
    ],
    live: (body) => (isObject(body) && isObject(body['user']) && text(body['user']['login']) !== undefined ? { sub: text(body['user']['login']) } : undefined),
    particular: (subject) => (isTrusted(subject) ? { impossible: { why: 'no-introspection', detail: 'a trusted publishing token lives half an hour and has no call that asks about it' } } : {}),
  }),
  revoke: {
    method: 'DELETE /api/v1/tokens/current',
    reversible: false,
    sideEffects: 'None beyond this token.',
    particular: (subject) => (isTrusted(subject) ? { method: 'DELETE /api/v1/trusted_publishing/tokens' } : {}),
    run: tellOnce({
      request: (ask) => (isTrusted(ask) ? remove(below(ask.store.baseUrl, 'api/v1/trusted_publishing/tokens'), { authorization: `Bearer ${ask.secret.reveal()}` }) : remove(below(ask.store.baseUrl, 'api/v1/tokens/current'), { authorization: ask.secret.reveal() })),
      accepted: [204],
    }),
  },
};

const isTrusted = ({ rule }: Subject): boolean => rule.id === 'crates-io-trusted-publishing';
