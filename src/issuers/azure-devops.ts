import type { AdminAsk, Answer, Ask, HttpRequest, HttpResponse, Issuer, LimitAsk, Mutation, Store } from '../model/index.ts';
import { tell, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { question } from './exchange/question.ts';
import { basic, below, get, postJson, remove } from './exchange/requests.ts';
import { active, inactive, unknown } from './reading/answers.ts';
import { instant, text, words } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

const VERSION = 'api-version=7.1-preview.1';
/** Who connectionData says everybody is who did not sign in. */
const ANONYMOUS = 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa';

/**
 * An Azure DevOps organization, whose URL (https://dev.azure.com/ORG) is the store's. Its refusals have no JSON: the header
 * X-TFS-ServiceError, which no other service sends, says why. With a Microsoft Entra token of a user (`auth: { method: bearer }`)
 * and `endpoints: { tokens: https://vssps.dev.azure.com/ORG }` that user's tokens are listed, revoked and made.
 */
export const issuer: Issuer = {
  id: 'azure-devops',
  name: 'Azure DevOps',
  kinds: ['azure-devops-pat', 'azure-devops-pat-legacy'],
  endpoints: ['tokens'],
  proof: { how: 'document', reference: 'Azure DevOps REST API 7.1: tokens/pats (list, create, update, revoke); connectionData (azure-devops-node-api LocationApi); "The Personal Access Token used has expired" (Microsoft Learn, troubleshooting)' },
  introspect: { method: 'GET /_apis/connectionData', run: (ask: Ask): Promise<Answer> => question(ask, get(below(ask.store.baseUrl, `_apis/connectionData?${VERSION}`), { ...basic('', ask.secret.reveal()), 'x-tfs-fedauthredirect': 'Suppress' }), readConnection) },
  rotate: {
    method: 'POST /_apis/tokens/pats',
    sideEffects: 'A second token, of the user who signs in, exists until the old one is revoked.',
    particular: onlyWithOwnToken,
    run: issueOnce({
      request: (ask, wish) => postJson(tokensUrl(ask), { displayName: nameOf(wish, ask), scope: wish.scopes?.join(' ') ?? '', allOrgs: false, ...(wish.expiresAt === undefined ? {} : { validTo: wish.expiresAt.toISOString() }) }, ownAuthorization(ask)),
      read: (body) => {
        const token = isObject(body) && isObject(body['patToken']) ? body['patToken'] : undefined;
        return token !== undefined && typeof token['token'] === 'string' ? { secret: token['token'], facts: factsOf(token) } : undefined;
      },
      oldLives: true,
      cannot: ({ scopes }) => (scopes === undefined ? 'name the scopes of the replacement: Azure DevOps does not tell those of the old token' : undefined),
    }),
  },
  shorten: { method: 'PUT /_apis/tokens/pats (validTo)', reversible: true, sideEffects: 'None beyond this token.', impossible: ({ store }) => whyNotListed(store), run: (ask, until) => change(ask, { validTo: until.toISOString() }) },
  narrow: {
    method: 'PUT /_apis/tokens/pats (scope)',
    reversible: true,
    sideEffects: 'None beyond this token.',
    impossible: ({ store }, { keep }) => whyNotListed(store) ?? (keep.length === 0 ? 'Azure DevOps keeps no token without a scope: revoke it' : undefined),
    run: (ask, { keep }) => change(ask, { scope: keep.join(' ') }),
  },
  list: { method: 'GET /_apis/tokens/pats', impossible: whyNotListed, run: listTokens() },
  revokeById: {
    method: 'DELETE /_apis/tokens/pats',
    impossible: whyNotListed,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(new URL(`${tokensUrl(ask).href}&authorizationId=${encodeURIComponent(id)}`), ownAuthorization(ask)), accepted: [200, 204] }),
  },
};

function whyNotListed(store: Store): string | undefined {
  return needsOwnToken(store) ?? (store.endpoints?.['tokens'] === undefined ? 'name where tokens are kept: endpoints: { tokens: https://vssps.dev.azure.com/ORG }' : undefined);
}

/** The answer is 200 whatever came of it; `patTokenError` says. */
function change(ask: LimitAsk, changes: Readonly<Record<string, string>>): Promise<Mutation> {
  return tell(ask, { ...postJson(tokensUrl(ask), { authorizationId: ask.tokenId, ...changes }, ownAuthorization(ask)), method: 'PUT' }, { accepted: [200], confirms: (body) => isObject(body) && body['patTokenError'] === 'none' });
}

function tokensUrl({ store }: AdminAsk): URL {
  return below(store.endpoints?.['tokens'] ?? store.baseUrl, `_apis/tokens/pats?${VERSION}`);
}

/** A sign-in page comes with 203 or 302 and means nothing. */
function readConnection(response: HttpResponse): Answer | undefined {
  const said = readableHeader(response.headers['x-tfs-serviceerror'] ?? '');
  if (response.status === 401 && /Personal Access Token used (?:has expired|is not valid|was revoked|has been revoked)/i.test(said)) return inactive('Azure DevOps says that the token is expired, revoked or not valid');
  if (response.status === 401) return unknown('ambiguous', 'answered 401: dead, or a live token of another organization, or one that a policy keeps out');
  const user = response.status === 200 ? readObject(response)?.['authenticatedUser'] : undefined;
  if (!isObject(user) || text(user['id']) === undefined || user['id'] === ANONYMOUS) return undefined;
  const properties = isObject(user['properties']) ? user['properties'] : {};
  const account = isObject(properties['Account']) ? text(properties['Account']['$value']) : undefined;
  return active({ sub: account ?? text(user['providerDisplayName']) ?? text(user['id']) });
}

/** Form-encoded, as that header is. */
function readableHeader(value: string): string {
  try {
    return decodeURIComponent(value.replace(/\+/g, ' '));
  } catch {
    return value.replace(/\+/g, ' ');
  }
}

function listTokens(): ReturnType<typeof listPages> {
  const page = (ask: AdminAsk, more: string): HttpRequest => get(new URL(`${tokensUrl(ask).href}&$top=100${more}`), ownAuthorization(ask));
  return listPages({
    first: (ask) => page(ask, ''),
    read: (body, _, ask) => {
      if (!isObject(body) || !Array.isArray(body['patTokens'])) return undefined;
      const next = text(body['continuationToken']);
      const tokens = objectsOf(body['patTokens']).flatMap((token) => {
        const facts = factsOf(token);
        return listed('azure-devops-pat', facts.tokenId, facts, facts.exp instanceof Date && facts.exp <= ask.now() ? 'inactive' : 'active');
      });
      return { tokens, next: next === undefined ? undefined : page(ask, `&continuationToken=${encodeURIComponent(next)}`) };
    },
  });
}

function factsOf(token: JsonObject): GivenFacts {
  return { tokenId: text(token['authorizationId']), name: text(token['displayName']), scopes: words(token['scope']), iat: instant(token['validFrom']), exp: instant(token['validTo']) };
}
