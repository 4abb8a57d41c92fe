import type { AdminAsk, Ask, Issuer, Mutation, Subject } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownAuthorization, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { epochSeconds, text, words } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/** A JFrog platform. Access and reference tokens are asked as "me"; an expiry of 0 is none. */
export const issuer: Issuer = {
  id: 'jfrog',
  name: 'JFrog Platform',
  kinds: ['artifactory-reference-token', 'jfrog-token'],
  proof: { how: 'document', reference: 'JFrog Platform REST API: access tokens (get by id "me", list, create, revoke by id); jfrog/jfrog-client-go access/services/accesstoken.go' },
  introspect: askOnce({
    method: 'GET /access/api/v1/tokens/me',
    request: (ask) => get(below(ask.store.baseUrl, 'access/api/v1/tokens/me'), bearer(ask.secret)),
    dead: [401, 403].map((status) => ({ status, at: ['errors.0.message', 'errors.0.detail'], says: /(?:token (?:failed verification|is (?:expired|revoked|invalid)|not found)|invalid token|bad credentials)/i })),
    live: (body) => (isObject(body) && text(body['token_id']) !== undefined && text(body['subject']) !== undefined ? factsOf(body) : undefined),
  }),
  revoke: { method: 'DELETE /access/api/v1/tokens/ID', reversible: false, sideEffects: 'None beyond this token.', run: revoke },
  rotate: {
    method: 'POST /access/api/v1/tokens',
    sideEffects: 'A second token of the same user exists until the old one is revoked.',
    run: issueOnce({
      request: (ask, wish) => {
        const seconds = wish.expiresAt === undefined ? undefined : Math.max(1, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / 1000));
        return postJson(below(ask.store.baseUrl, 'access/api/v1/tokens'), { description: nameOf(wish, ask), include_reference_token: isReference(ask), ...(wish.scopes === undefined ? {} : { scope: wish.scopes.join(' ') }), ...(seconds === undefined ? {} : { expires_in: seconds }) }, bearer(ask.secret));
      },
      read: (body, _, ask) => {
        const secret = isObject(body) ? body[isReference(ask) ? 'reference_token' : 'access_token'] : undefined;
        return isObject(body) && typeof secret === 'string' ? { secret, facts: { tokenId: text(body['token_id']), scopes: words(body['scope']) } } : undefined;
      },
      oldLives: true,
    }),
  },
  list: {
    method: 'GET /access/api/v1/tokens',
    impossible: needsOwnToken,
    run: listPages({
      first: (ask: AdminAsk) => get(below(ask.store.baseUrl, 'access/api/v1/tokens'), ownAuthorization(ask)),
      read: (body) => (isObject(body) && Array.isArray(body['tokens']) ? { tokens: objectsOf(body['tokens']).flatMap((token) => listed('artifactory-reference-token', text(token['token_id']), factsOf(token))) } : undefined),
    }),
  },
  revokeById: {
    method: 'DELETE /access/api/v1/tokens/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(tokenUrl(ask, id), ownAuthorization(ask)), accepted: [200, 204] }),
  },
};

const isReference = ({ secret }: Pick<Subject, 'secret'>): boolean => secret.reveal().startsWith('cmVmdGtu');
const tokenUrl = ({ store }: AdminAsk, id: string): URL => below(store.baseUrl, `access/api/v1/tokens/${encodeURIComponent(id)}`);

async function revoke(ask: Ask): Promise<Mutation> {
  const told = await issuer.introspect?.run(ask);
  const id = told?.status === 'active' ? told.facts.tokenId : undefined;
  return id === undefined ? refused('JFrog does not tell the id of this token') : tell(ask, remove(tokenUrl(ask, id), bearer(ownToken(ask) ?? ask.secret)), { accepted: [200, 204] });
}

function factsOf(token: JsonObject): GivenFacts {
  return {
    tokenId: text(token['token_id']),
    sub: text(token['subject']),
    name: text(token['description']),
    scopes: words(token['scope']),
    iat: epochSeconds(token['issued_at']),
    exp: token['expiry'] === 0 ? 'never' : epochSeconds(token['expiry']),
    lastUsedAt: epochSeconds(token['last_used']),
  };
}
