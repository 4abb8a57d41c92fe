import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, Secret, Subject } from '../model/index.ts';
import { askOnce, tellById, tellOnce } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { withMore } from './exchange/more-facts.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/** Jira Data Center. A personal access token is base64 of its own id and a random part, so its entry in the list of tokens is told apart. */
export const issuer: Issuer = {
  id: 'atlassian-dc',
  name: 'Jira Data Center',
  kinds: ['atlassian-dc-pat'],
  proof: { how: 'document', reference: 'Jira Data Center REST API v2 myself; "Using personal access tokens" (rest/pat/latest/tokens: list, create, revoke); header X-Seraph-LoginReason' },
  introspect: { method: 'GET /rest/api/2/myself, GET /rest/pat/latest/tokens', run: introspect },
  revoke: {
    method: 'DELETE /rest/pat/latest/tokens/ID',
    reversible: false,
    sideEffects: 'None beyond this token.',
    particular: (subject) => (idOf(subject) === undefined ? { impossible: { why: 'no-introspection', detail: 'the token does not hold its id' } } : {}),
    run: tellOnce({ request: (ask) => remove(below(tokensUrl(ask), idOf(ask) ?? ''), bearer(ownToken(ask) ?? ask.secret)), accepted: [204] }),
  },
  rotate: {
    method: 'POST /rest/pat/latest/tokens',
    sideEffects: 'A second token of the same user exists until the old one is revoked.',
    run: issueOnce({
      request: (ask, wish) => {
        const days = wish.expiresAt === undefined ? 90 : Math.max(1, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / 86_400_000));
        return postJson(tokensUrl(ask), { name: nameOf(wish, ask), expirationDuration: days }, bearer(ask.secret));
      },
      read: (body) => (isObject(body) && typeof body['rawToken'] === 'string' ? { secret: body['rawToken'], facts: factsOf(body) } : undefined),
      oldLives: true,
      cannot: cannotNarrow,
    }),
  },
  list: { method: 'GET /rest/pat/latest/tokens', impossible: needsOwnToken, run: listPages({ first: (ask) => tokens(ask, ownToken(ask)), read: (body) => (Array.isArray(body) ? { tokens: objectsOf(body).flatMap((token) => listed('atlassian-dc-pat', text(token['id']), factsOf(token))) } : undefined) }) },
  revokeById: {
    method: 'DELETE /rest/pat/latest/tokens/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(below(tokensUrl(ask), encodeURIComponent(id)), authorization(ownToken(ask))), accepted: [204] }),
  },
};

const tokensUrl = ({ store }: AdminAsk): URL => below(store.baseUrl, 'rest/pat/latest/tokens');
const authorization = (secret: Secret | undefined): Readonly<Record<string, string>> => (secret === undefined ? {} : bearer(secret));
const tokens = (ask: AdminAsk, reader: Secret | undefined): HttpRequest => get(tokensUrl(ask), authorization(reader));

function idOf({ secret }: Pick<Subject, 'secret'>): string | undefined {
  return /^(\d{6,18}):/.exec(Buffer.from(secret.reveal(), 'base64').toString('latin1'))?.[1];
}

/** A dead token is an anonymous caller's 401, which Jira marks with the reason of the failed sign-in. */
const myself = askOnce({
  method: 'GET /rest/api/2/myself',
  request: (ask) => get(below(ask.store.baseUrl, 'rest/api/2/myself'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['message'], says: /^Client must be authenticated to access this resource/ }],
  live: (body) => (isObject(body) && text(body['name']) !== undefined && typeof body['active'] === 'boolean' ? { sub: text(body['name']), notes: body['active'] ? undefined : { barred: 'its user is switched off' } } : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  const [answer, id] = [await myself.run(ask), idOf(ask)];
  return withMore(ask, answer, id === undefined ? undefined : tokens(ask, ask.secret), (body) => {
    const own = objectsOf(body).find((token) => text(token['id']) === id);
    return own === undefined ? { tokenId: id } : factsOf(own);
  });
}

function factsOf(token: JsonObject): GivenFacts {
  return {
    tokenId: text(token['id']),
    name: text(token['name']),
    iat: instant(token['createdAt']),
    exp: 'expiringAt' in token ? orNever(token['expiringAt'], instant) : undefined,
    lastUsedAt: 'lastAccessed' in token ? orNever(token['lastAccessed'], instant) : undefined,
  };
}
