import type { Answer, Ask, Issuer, Replacement } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { onlyWithOwnToken, ownToken } from './exchange/own-credentials.ts';
import { below, get, postJson } from './exchange/requests.ts';
import { inactive, refused } from './reading/answers.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/**
 * An Unleash server, asked with an administrator's token (`auth: { method: bearer }`): its list holds every API token whole, so
 * only the one that was found is looked for in it, and nothing else is kept. It deletes tokens by a URL that holds the secret,
 * which we never send: that stays by hand.
 */
export const issuer: Issuer = {
  id: 'unleash',
  name: 'Unleash',
  kinds: ['unleash-admin-token', 'unleash-api-token'],
  proof: { how: 'document', reference: 'Unleash admin API: api-tokens (list, create), schema apiTokenSchema; seen on unleash-server 8.2.0: the list holds secrets, deletion takes effect after a minute' },
  introspect: { method: 'GET /api/admin/api-tokens', run: introspect, particular: onlyWithOwnToken },
  rotate: { method: 'POST /api/admin/api-tokens', sideEffects: 'A second token of the same kind exists until the old one is deleted.', run: issue, particular: onlyWithOwnToken },
};

const own = (ask: Ask): Readonly<Record<string, string>> => ({ authorization: ownToken(ask)?.reveal() ?? '' });

function findOwn(body: unknown, ask: Ask): JsonObject | undefined {
  return isObject(body) ? objectsOf(body['tokens']).find((token) => token['secret'] === ask.secret.reveal()) : undefined;
}

function introspect(ask: Ask): Promise<Answer> {
  return askOnce({
    method: 'GET /api/admin/api-tokens',
    request: () => get(below(ask.store.baseUrl, 'api/admin/api-tokens'), own(ask)),
    dead: [],
    ambiguous: [{ status: 401, says: /./, means: 'our own token was refused; this says nothing of the one that was found' }],
    live: (body) => {
      // An administrator sees its own token at least; a list without any was not for it.
      if (!isObject(body) || objectsOf(body['tokens']).length === 0) return undefined;
      const token = findOwn(body, ask);
      if (token === undefined) return inactive('Unleash holds no such token');
      const facts = factsOf(token);
      return facts.exp instanceof Date && facts.exp <= ask.now() ? inactive('Unleash says the token is expired') : facts;
    },
  }).run(ask);
}

/** Of the old one's type, projects and environment. */
async function issue(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const cannot = cannotNarrow(wish);
  if (cannot !== undefined) return refused(cannot);
  const outcome = await ask.send(get(below(ask.store.baseUrl, 'api/admin/api-tokens'), own(ask)));
  const old = outcome.ok && outcome.response.status === 200 ? findOwn(readObject(outcome.response), ask) : undefined;
  if (old === undefined) return refused('Unleash does not show the old token, whose projects and environment the new one should have');
  return issueOnce({
    request: () => postJson(below(ask.store.baseUrl, 'api/admin/api-tokens'), { tokenName: nameOf(wish, ask), type: old['type'], environment: old['environment'], projects: old['projects'], ...(wish.expiresAt === undefined ? {} : { expiresAt: wish.expiresAt.toISOString() }) }, own(ask)),
    read: (body) => (isObject(body) && typeof body['secret'] === 'string' ? { secret: body['secret'], facts: factsOf(body) } : undefined),
    oldLives: true,
  })(ask, wish, makeSecret);
}

function factsOf(token: JsonObject): GivenFacts {
  const [type, environment] = [text(token['type']), text(token['environment'])];
  const projects = texts(token['projects']) ?? [];
  return {
    sub: text(token['tokenName']) ?? text(token['username']),
    name: text(token['tokenName']),
    scopes: type === undefined ? undefined : [type, ...(environment === undefined ? [] : [`environment ${environment}`]), ...projects.map((project) => `project ${project}`)],
    iat: instant(token['createdAt']),
    exp: orNever(token['expiresAt'] ?? null, instant),
    lastUsedAt: 'seenAt' in token ? orNever(token['seenAt'], instant) : undefined,
  };
}
