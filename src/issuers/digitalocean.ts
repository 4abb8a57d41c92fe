import type { Answer, Ask, Issuer } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import { question } from './exchange/question.ts';
import { bearer, below, get, postForm } from './exchange/requests.ts';
import { active } from './reading/answers.ts';
import { epochSeconds, orNever, secondsFrom, text, texts } from './reading/fields.ts';
import { isObject, readObject } from './reading/json.ts';

/** DigitalOcean: the account call says whether a token lives, the token info that its own command line uses says what it may do. */
export const issuer: Issuer = {
  id: 'digitalocean',
  name: 'DigitalOcean',
  kinds: ['digitalocean-pat', 'digitalocean-oauth'],
  publicBaseUrl: 'https://api.digitalocean.com',
  publicEndpoints: { token: 'https://cloud.digitalocean.com/v1/oauth' },
  endpoints: ['token'],
  proof: { how: 'document', reference: 'DigitalOcean API v2 (account_get, errors); digitalocean/doctl do/oauth.go (token info, revoke)' },
  introspect: { method: 'GET /v2/account, GET /v1/oauth/token/info', run: introspect },
  revoke: {
    method: 'POST /v1/oauth/revoke',
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellOnce({ request: (ask) => postForm(tokenUrl(ask, 'revoke'), { token: ask.secret.reveal() }, bearer(ask.secret)), accepted: [200] }),
  },
};

const account = askOnce({
  method: 'GET /v2/account',
  request: (ask) => get(below(ask.store.baseUrl, 'v2/account'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['message'], says: /^Unable to authenticate you\b/ }],
  aliveButBarred: [{ status: 403, at: ['message'], says: 'You are not authorized to perform this operation' }],
  live: (body) => {
    const read = isObject(body) && isObject(body['account']) ? body['account'] : undefined;
    return read === undefined || text(read['uuid']) === undefined ? undefined : { sub: text(read['email']) ?? text(read['uuid']) };
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await account.run(ask);
  if (answer.status !== 'active') return answer;
  const told = await question(ask, get(tokenUrl(ask, 'token/info'), bearer(ask.secret)), (response) => {
    const body = readObject(response);
    if (response.status !== 200 || texts(body?.['scopes']) === undefined) return undefined;
    return active({ scopes: texts(body?.['scopes']), iat: epochSeconds(body?.['created_at']), exp: orNever(body?.['expires_in_seconds'], (value) => secondsFrom(ask.now(), value)) });
  });
  return told.status === 'active' ? active({ ...answer.facts, ...told.facts }) : answer;
}

function tokenUrl({ store }: Ask, path: string): URL {
  return below(store.endpoints?.['token'] ?? new URL('v1/oauth', store.baseUrl), path);
}
