import type { Issuer } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import { cannotChoose, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { regional } from './exchange/regions.ts';
import { bearer, below, get, postForm } from './exchange/requests.ts';
import { inactive } from './reading/answers.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** SonarQube Cloud says `valid` in a body that is always 200. A user's tokens go by their name, which is unique. */
export const issuer: Issuer = {
  id: 'sonarqube-cloud',
  name: 'SonarQube Cloud',
  kinds: ['sonarqube-cloud-token'],
  publicBaseUrl: 'https://sonarcloud.io',
  publicEndpoints: { 'region-us': 'https://sonarqube.us' },
  proof: { how: 'document', reference: 'sonarcloud.io/web_api/api/authentication (validate), /web_api/api/user_tokens (search, generate, revoke)' },
  introspect: regional(
    askOnce({
      method: 'GET /api/authentication/validate',
      request: (ask) => get(below(ask.store.baseUrl, 'api/authentication/validate'), bearer(ask.secret)),
      dead: [],
      live: (body) => (isObject(body) && body['valid'] === true ? {} : isObject(body) && body['valid'] === false ? inactive('SonarQube Cloud answers valid: false') : undefined),
    }),
  ),
  rotate: {
    method: 'POST /api/user_tokens/generate',
    sideEffects: 'Makes another token of the same user.',
    run: issueOnce({
      request: (ask, wish) => postForm(below(ask.store.baseUrl, 'api/user_tokens/generate'), { name: nameOf(wish, ask) }, bearer(ask.secret)),
      oldLives: true,
      cannot: cannotChoose,
      read: (body) => (isObject(body) ? { secret: text(body['token']) ?? '', facts: { tokenId: text(body['name']), name: text(body['name']), sub: text(body['login']), iat: instant(body['createdAt']) } } : undefined),
    }),
  },
  list: { method: 'GET /api/user_tokens/search', run: (ask) => list(ask), impossible: needsOwnToken },
  revokeById: { method: 'POST /api/user_tokens/revoke', run: (ask, name) => revokeByName(ask, name), impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this token.' },
};

const revokeByName = tellById({ request: (ask, name) => postForm(below(ask.store.baseUrl, 'api/user_tokens/revoke'), { name }, ownAuthorization(ask)), accepted: [204] });

const list = listPages({
  first: (ask) => get(below(ask.store.baseUrl, 'api/user_tokens/search'), ownAuthorization(ask)),
  read: (body) => {
    if (!isObject(body) || !Array.isArray(body['userTokens'])) return undefined;
    const tokens = objectsOf(body['userTokens']).flatMap((token) => listed('sonarqube-cloud-token', text(token['name']), { name: text(token['name']), sub: text(body['login']), iat: instant(token['createdAt']), exp: orNever(token['expirationDate'], instant), lastUsedAt: instant(token['lastConnectionDate']) }));
    return { tokens };
  },
});
