import type { Answer, Ask, Issuer } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import { graphqlQuery } from './exchange/graphql.ts';
import { withMore } from './exchange/more-facts.ts';
import { below, get, postJson } from './exchange/requests.ts';
import { inactive } from './reading/answers.ts';
import { text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

/** Fly.io. Life is asked of its GraphQL API (a dead token is "not authenticated"), what a macaroon covers of the Machines API. */
export const issuer: Issuer = {
  id: 'fly',
  name: 'Fly.io',
  kinds: ['fly-access-token', 'fly-auth-token-legacy'],
  publicBaseUrl: 'https://api.fly.io',
  publicEndpoints: { machines: 'https://api.machines.dev' },
  proof: { how: 'document', reference: 'superfly/fly-go (viewer, deleteLimitedAccessToken); Machines API description: GET /v1/tokens/current' },
  introspect: { method: 'POST /graphql (viewer), GET /v1/tokens/current', run: introspect },
  revoke: {
    method: 'POST /graphql (deleteLimitedAccessToken)',
    reversible: false,
    sideEffects: 'Tokens that were narrowed from it die too.',
    run: tellOnce({
      request: (ask) => postJson(below(ask.store.baseUrl, 'graphql'), { query: 'mutation($input: DeleteLimitedAccessTokenInput!) { deleteLimitedAccessToken(input: $input) { token } }', variables: { input: { token: ask.secret.reveal() } } }, authorization(ask)),
      accepted: [200],
      confirms: (body) => isObject(body) && body['errors'] === undefined && isObject(body['data']) && isObject(body['data']['deleteLimitedAccessToken']),
    }),
  },
};

/** Macaroons go under their own scheme, older tokens as bearers (fly-go tokens.go). */
function authorization({ secret }: Ask): Readonly<Record<string, string>> {
  const token = secret.reveal();
  if (token.startsWith('FlyV1 ')) return { authorization: token };
  return { authorization: token.startsWith('fm') ? `FlyV1 ${token}` : `Bearer ${token}` };
}

const viewer = askOnce({
  method: 'POST /graphql (viewer)',
  request: (ask) => graphqlQuery(below(ask.store.baseUrl, 'graphql'), 'query { viewer { ... on User { email } ... on Macaroon { email } } }', authorization(ask)),
  dead: [{ status: 401, at: ['errors.0.message'], says: /^You must be authenticated/ }],
  live: (body) => {
    if (!isObject(body)) return undefined;
    const [error] = objectsOf(body['errors']);
    if (error !== undefined) return /^You must be authenticated/.test(text(error['message']) ?? '') ? inactive('Fly.io answers "You must be authenticated"') : undefined;
    const found = isObject(body['data']) && isObject(body['data']['viewer']) ? body['data']['viewer'] : undefined;
    return found === undefined || !('email' in found) ? undefined : { sub: text(found['email']) };
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await viewer.run(ask);
  const current = get(below(ask.store.endpoints?.['machines'] ?? ask.store.baseUrl, 'v1/tokens/current'), authorization(ask));
  return withMore(ask, answer, current, (body) => {
    const tokens = isObject(body) ? objectsOf(body['tokens']) : [];
    if (tokens.length === 0) return undefined;
    const scopes = tokens.flatMap((token) => [text(token['org_slug']) ?? text(token['organization'])].flatMap((org) => (org === undefined ? [] : [`organization ${org}`])).concat((texts(token['apps']) ?? []).map((app) => `app ${app}`)));
    const [first] = tokens;
    return { owner: text(first?.['user']), tokenId: tokens.length === 1 ? text(first?.['token_id']) : undefined, scopes: scopes.length === 0 ? undefined : [...new Set(scopes)] };
  });
}
