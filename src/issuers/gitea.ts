import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, ListedToken, Mutation, Replacement, Store } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { findListed } from './exchange/find-listed.ts';
import { cannotExpire, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages, nextLink } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { merged } from './exchange/more-facts.ts';
import { needsOwnPair, ownAuthorization, ownPair } from './exchange/own-credentials.ts';
import { below, get, postJson, remove } from './exchange/requests.ts';
import { active, refused } from './reading/answers.ts';
import { instant, text, texts } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import { fitsShortened } from './reading/shortened.ts';

const SCOPE_REFUSAL = /^token does not have at least one of required scope\(s\).*token scope=([a-z:,]*)/;

/**
 * Gitea and Forgejo. A token is refused what its scopes do not cover in words that name them. With our own user name and
 * password (`auth: { method: client_secret_basic }`) that user's tokens are listed, with last use, made and deleted: a token
 * may not do that.
 */
export const issuer: Issuer = {
  id: 'gitea',
  name: 'Gitea / Forgejo',
  kinds: ['gitea-access-token'],
  baseUrlOf: (configured) => new URL(configured.href.replace(/\/api\/v1\/?$/, '')),
  proof: { how: 'real-server', reference: 'Gitea 1.26.0 (npm run test:slow): user, users/USER/tokens (list, create, delete), 403 names the scopes, token_last_eight; Gitea 1.26 API description' },
  introspect: { method: 'GET /api/v1/user', run: introspect },
  revoke: {
    method: 'DELETE /api/v1/users/USER/tokens/ID',
    reversible: false,
    sideEffects: 'None beyond this token.',
    particular: ({ store }) => whyNot(store),
    run: revoke,
  },
  rotate: { method: 'POST /api/v1/users/USER/tokens', sideEffects: 'A second token exists until the old one is deleted.', particular: ({ store }) => whyNot(store), run: issue },
  list: { method: 'GET /api/v1/users/USER/tokens', impossible: (store) => needsOwnPair(store, 'user name and password'), run: listTokens() },
  revokeById: {
    method: 'DELETE /api/v1/users/USER/tokens/ID',
    impossible: (store) => needsOwnPair(store, 'user name and password'),
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(below(tokensUrl(ask), encodeURIComponent(id)), ownAuthorization(ask)), accepted: [204] }),
  },
};

function whyNot(store: Store): { readonly impossible?: { readonly why: 'no-client-credentials'; readonly detail: string } } {
  const detail = needsOwnPair(store, 'user name and password');
  return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail } };
}

function tokensUrl(ask: AdminAsk): URL {
  return below(ask.store.baseUrl, `api/v1/users/${encodeURIComponent(ownPair(ask)?.clientId ?? '')}/tokens`);
}

const authorization = (ask: Ask): Readonly<Record<string, string>> => ({ authorization: `token ${ask.secret.reveal()}` });

const self = askOnce({
  method: 'GET /api/v1/user',
  request: (ask) => get(below(ask.store.baseUrl, 'api/v1/user'), authorization(ask)),
  dead: [{ status: 401, at: ['message'], says: /^(?:user does not exist|invalid username, password or token|token is required|invalid token|access token does not exist)/i }],
  aliveButBarred: [{ status: 403, at: ['message'], says: SCOPE_REFUSAL, means: 'may not read its user' }],
  live: (body) => (isObject(body) && text(body['login']) !== undefined && typeof body['id'] === 'number' ? { sub: text(body['login']), notes: body['is_admin'] === true ? { administrator: 'yes' } : undefined } : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  const found = ownPair(ask) === undefined ? undefined : await findOwn(ask);
  const answer = await self.run(ask);
  if (answer.status !== 'active') return answer;
  return merged(merged(answer, found === undefined ? { scopes: await scopesByRefusal(ask) } : undefined), found?.facts);
}

/** A list for administrators that holds nothing of anybody: what refuses it says which scopes the token has. */
async function scopesByRefusal(ask: Ask): Promise<readonly string[] | undefined> {
  const outcome = await ask.send(get(below(ask.store.baseUrl, 'api/v1/admin/cron?limit=1'), authorization(ask)));
  const said = outcome.ok && outcome.response.status === 403 ? text(readObject(outcome.response)?.['message']) : undefined;
  const scopes = SCOPE_REFUSAL.exec(said ?? '')?.[1];
  return scopes === undefined ? undefined : scopes.split(',').filter((scope) => scope !== '');
}

async function revoke(ask: Ask): Promise<Mutation> {
  const found = await findOwn(ask, 'anew');
  return found === undefined ? refused('our own user has no token that is certainly this one') : tell(ask, remove(below(tokensUrl(ask), encodeURIComponent(found.tokenId)), ownAuthorization(ask)), { accepted: [204] });
}

/** The scopes of the old one, unless fewer are wished for. */
async function issue(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const scopes = wish.scopes ?? (await findOwn(ask, 'anew'))?.facts.scopes;
  if (scopes === undefined) return refused('our own user has no token that is certainly this one, so its scopes are not known');
  const run = issueOnce({
    request: (of) => postJson(tokensUrl(of), { name: nameOf(wish, of), scopes }, ownAuthorization(of)),
    // Seen: the creation time in this answer is the zero date.
    read: (body) => (isObject(body) && typeof body['sha1'] === 'string' ? { secret: body['sha1'], facts: { tokenId: text(body['id']), name: text(body['name']), scopes: texts(body['scopes']) ?? scopes } } : undefined),
    oldLives: true,
    cannot: cannotExpire,
  });
  return run(ask, wish, makeSecret);
}

/** Before something is changed the list is read anew: the token may be younger than one that was read before. */
function findOwn(ask: Ask, read?: 'anew'): Promise<ListedToken | undefined> {
  return findListed(ask, listTokens(), ({ facts }) => fitsShortened(facts.notes?.['shown'], ask.secret.reveal()), read === undefined ? 'tokens' : undefined);
}

function listTokens(): ReturnType<typeof listPages> {
  const request = (ask: AdminAsk, url: URL): HttpRequest => get(url, ownAuthorization(ask));
  const first = (ask: AdminAsk): URL => new URL(`${tokensUrl(ask).href}?limit=50`);
  return listPages({
    first: (ask) => request(ask, first(ask)),
    read: (body, response, ask) => {
      if (!Array.isArray(body)) return undefined;
      const next = nextLink(response, { url: first(ask) });
      const tokens = objectsOf(body).flatMap((token): readonly ListedToken[] => {
        const [created, used, lastEight] = [instant(token['created_at']), instant(token['last_used_at']), text(token['token_last_eight'])];
        const facts: GivenFacts = {
          sub: ownPair(ask)?.clientId,
          name: text(token['name']),
          scopes: texts(token['scopes']),
          iat: created,
          // It has no expiry at all; and a token that was never used shows its creation as last use (seen).
          exp: 'never',
          lastUsedAt: used === undefined || created === undefined ? used : used.getTime() === created.getTime() ? 'never' : used,
          notes: lastEight === undefined ? undefined : { shown: `...${lastEight}` },
        };
        const given = active(facts);
        return given.status === 'active' ? listed('gitea-access-token', text(token['id']), given.facts) : [];
      });
      return { tokens, next: next === undefined ? undefined : request(ask, next) };
    },
  });
}
