import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, ListEnd, TokenUse } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages, usePages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { merged } from './exchange/more-facts.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { below, get, postJson, remove } from './exchange/requests.ts';
import { epochSeconds, instant, text } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/**
 * Pulumi Cloud also runs on servers of one's own, so a store must be configured (https://api.pulumi.com). Last use is read
 * from the list before the token asks about itself. A URL that ends in `/orgs/SLUG` lists that organization's tokens and
 * reads its audit log; else our own user's tokens are listed.
 */
export const issuer: Issuer = {
  id: 'pulumi',
  name: 'Pulumi Cloud',
  kinds: ['pulumi-access-token'],
  baseUrlOf: (configured) => new URL(configured.href.replace(/\/api(?=\/?$|\/orgs\/)/, '')),
  proof: { how: 'document', reference: 'pulumi.com/docs/reference/cloud-rest-api: access-tokens (lastUsed, expires: 0 is never), schema/accesstoken, users, audit-logs (timestamp, sourceIP, event, tokenID, authFailure); pulumi/pulumi pkg/backend/httpstate/client (tokenInfo, 401)' },
  introspect: { method: 'GET /api/user/tokens, GET /api/user', run: introspect },
  rotate: {
    method: 'POST /api/user/tokens',
    sideEffects: 'Makes another personal access token of the same user.',
    run: issueOnce({
      request: (ask, wish) => postJson(below(root(ask.store.baseUrl), 'api/user/tokens'), { description: nameOf(wish, ask), expires: wish.expiresAt === undefined ? 0 : Math.floor(wish.expiresAt.getTime() / 1000) }, signIn(ask.secret.reveal())),
      oldLives: true,
      cannot: ({ scopes }) => (scopes === undefined ? undefined : 'a personal token may do what its user may do'),
      read: (body) => (isObject(body) ? { secret: text(body['tokenValue']) ?? '', facts: { tokenId: text(body['id']) } } : undefined),
    }),
  },
  list: { method: 'GET /api/user/tokens, GET /api/orgs/SLUG/tokens', run: (ask) => list(ask), impossible: needsOwnToken },
  uses: { method: 'GET /api/orgs/SLUG/auditlogs', run: usesOf, impossible: (store) => needsOwnToken(store) ?? (organization(store.baseUrl) === undefined ? `it must know the organization: let the url of store "${store.id}" end in /orgs/SLUG` : undefined) },
  revokeById: { method: 'DELETE /api/user/tokens/ID', run: (ask, id) => deleteToken(ask, id), impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this token.' },
};

const organization = (base: URL): string | undefined => /\/orgs\/([A-Za-z0-9._-]+)\/?$/.exec(base.pathname)?.[1];
const root = (base: URL): URL => new URL(base.href.replace(/\/orgs\/[^/]*\/?$/, ''));

/** Tokens of the organization that the store names, else of our own user. */
function tokensUrl({ store }: AdminAsk, rest = ''): URL {
  const slug = organization(store.baseUrl);
  return below(root(store.baseUrl), `api/${slug === undefined ? 'user' : `orgs/${slug}`}/tokens${rest}`);
}

const signIn = (token: string): Readonly<Record<string, string>> => ({ authorization: `token ${token}`, accept: 'application/vnd.pulumi+8' });
const own = (ask: AdminAsk): Readonly<Record<string, string>> => signIn(ownToken(ask)?.reveal() ?? '');

const user = askOnce({
  method: 'GET /api/user',
  request: (ask) => get(below(root(ask.store.baseUrl), 'api/user'), signIn(ask.secret.reveal())),
  dead: [{ status: 401, at: ['message'], says: /^Unauthorized: No credentials provided or are invalid\.?$/i, means: 'Pulumi answers 401: the credentials are invalid' }],
  live: (body) => {
    if (!isObject(body) || text(body['githubLogin']) === undefined) return undefined;
    const info = isObject(body['tokenInfo']) ? body['tokenInfo'] : {};
    return { sub: text(body['email']) ?? text(body['githubLogin']), name: text(info['name']), owner: text(info['organization']) ?? text(info['team']) };
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  const outcome = await ask.send(get(below(root(ask.store.baseUrl), 'api/user/tokens'), signIn(ask.secret.reveal())));
  const answer = await user.run(ask);
  const name = answer.status === 'active' ? answer.facts.name : undefined;
  const body = outcome.ok && outcome.response.status === 200 ? readObject(outcome.response) : undefined;
  const fitting = objectsOf(body?.['tokens']).filter((token) => name !== undefined && token['name'] === name);
  return fitting.length === 1 && fitting[0] !== undefined ? merged(answer, factsOf(fitting[0])) : answer;
}

/** 0 is how Pulumi says "never", of the expiry and of the last use. */
function factsOf(token: JsonObject): GivenFacts {
  const role = isObject(token['role']) ? text(token['role']['name']) : undefined;
  return {
    tokenId: text(token['id']),
    name: text(token['description']) ?? text(token['name']),
    owner: text(token['createdBy']),
    scopes: role !== undefined ? [role] : token['admin'] === true ? ['admin'] : undefined,
    iat: instant(token['created']),
    exp: token['expires'] === 0 ? 'never' : epochSeconds(token['expires']),
    lastUsedAt: token['lastUsed'] === 0 ? 'never' : epochSeconds(token['lastUsed']),
  };
}

const deleteToken = tellById({ request: (ask, id) => remove(tokensUrl(ask, `/${encodeURIComponent(id)}`), own(ask)), accepted: [204] });

const list = listPages({
  first: (ask) => get(tokensUrl(ask), own(ask)),
  read: (body) => (isObject(body) && Array.isArray(body['tokens']) ? { tokens: objectsOf(body['tokens']).flatMap((token) => listed('pulumi-access-token', text(token['id']), factsOf(token))) } : undefined),
});

/** Newest first, from now back to the instant. `startTime` means "older than", in Pulumi's words. */
function usesOf(ask: AdminAsk, tokenId: string, since: Date): AsyncGenerator<TokenUse, ListEnd> {
  const page = (query: string): HttpRequest => get(below(root(ask.store.baseUrl), `api/orgs/${organization(ask.store.baseUrl) ?? ''}/auditlogs?${query}`), own(ask));
  return usePages({
    first: () => page(`startTime=${Math.ceil(ask.now().getTime() / 1000)}`),
    read: (body) => {
      if (!isObject(body) || !Array.isArray(body['auditLogEvents'])) return undefined;
      const events = objectsOf(body['auditLogEvents']);
      const uses = events.flatMap((event): readonly TokenUse[] => {
        const at = epochSeconds(event['timestamp']);
        if (at === undefined || at < since || text(event['tokenID']) !== tokenId) return [];
        const [address, action] = [text(event['sourceIP']), text(event['event'])];
        return [{ at, ...(address === undefined ? {} : { address }), ...(action === undefined ? {} : { action }), result: event['authFailure'] === true ? 'denied' : 'allowed' }];
      });
      const oldest = epochSeconds(events.at(-1)?.['timestamp']);
      const more = text(body['continuationToken']);
      return { tokens: uses, next: more !== undefined && oldest !== undefined && oldest >= since ? page(`continuationToken=${encodeURIComponent(more)}`) : undefined };
    },
  })(ask);
}
