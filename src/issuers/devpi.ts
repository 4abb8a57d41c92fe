import type { AdminAsk, Answer, Ask, Issuer, Particular, Replacement, Subject } from '../model/index.ts';
import { askOnce, tellById, tellOnce } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { factsFrom, merged } from './exchange/more-facts.ts';
import { needsOwnPair, ownAuthorization, ownPair } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { inactive, refused, unknown } from './reading/answers.ts';
import { text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';
import { macaroonIdentifier } from './reading/macaroon.ts';

/**
 * A devpi server with devpi-tokens. A token may ask who it is; its user's name and password (`auth: { method:
 * client_secret_basic }`) list, delete and make that user's tokens, which a token may not.
 */
export const issuer: Issuer = {
  id: 'devpi',
  name: 'devpi',
  kinds: ['devpi-token'],
  proof: { how: 'real-server', reference: 'devpi-server 6.20.3, devpi-tokens 1.1.0: /+api, /USER/+tokens, /USER/+token-create' },
  introspect: { method: 'GET /+api', run: introspect },
  revoke: {
    method: 'DELETE /USER/+tokens/ID',
    reversible: false,
    sideEffects: 'None beyond this token.',
    particular: needsUser,
    run: tellOnce({ request: (ask) => remove(tokenUrl(ask, whose(ask)?.id ?? ''), ownAuthorization(ask)), accepted: [200] }),
  },
  rotate: { method: 'POST /USER/+token-create', sideEffects: 'A second token exists until the old one is deleted.', particular: needsUser, run: create },
  list: {
    method: 'GET /USER/+tokens',
    impossible: (store) => needsOwnPair(store, 'user name and password'),
    run: listPages({
      first: (ask) => get(tokensUrl(ask), ownAuthorization(ask)),
      read: (body, _, ask) => {
        const tokens = isObject(body) && isObject(body['result']) && isObject(body['result']['tokens']) ? body['result']['tokens'] : undefined;
        if (tokens === undefined) return undefined;
        return {
          tokens: Object.entries(tokens).flatMap(([id, token]) => {
            const facts = factsOf(isObject(token) ? (texts(token['restrictions']) ?? []) : []);
            return listed('devpi-token', id, { ...facts, sub: ownPair(ask)?.clientId }, facts.exp instanceof Date && facts.exp <= ask.now() ? 'inactive' : 'active');
          }),
        };
      },
    }),
  },
  revokeById: {
    method: 'DELETE /USER/+tokens/ID',
    impossible: (store) => needsOwnPair(store, 'user name and password'),
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(tokenUrl(ask, id), ownAuthorization(ask)), accepted: [200] }),
  },
};

const tokensUrl = (ask: AdminAsk): URL => below(ask.store.baseUrl, `${encodeURIComponent(ownPair(ask)?.clientId ?? '')}/+tokens`);
const tokenUrl = (ask: AdminAsk, id: string): URL => below(tokensUrl(ask), encodeURIComponent(id));

/** The identifier of the macaroon is `USER-ID`. */
function whose({ secret }: Pick<Subject, 'secret'>): { readonly user: string; readonly id: string } | undefined {
  const match = /^(.+)-([A-Za-z0-9]+)$/.exec(macaroonIdentifier(secret.reveal().replace(/^devpi-/, '')) ?? '');
  return match?.[1] === undefined || match[2] === undefined ? undefined : { user: match[1], id: match[2] };
}

function needsUser(subject: Subject): Particular {
  const detail = needsOwnPair(subject.store, 'user name and password');
  if (detail !== undefined) return { impossible: { why: 'no-client-credentials', detail } };
  const owner = whose(subject)?.user;
  return owner === ownPair(subject)?.clientId ? {} : { impossible: { why: 'no-client-credentials', detail: `the token is not of the user that store "${subject.store.id}" signs in as` } };
}

/** Refusals of a token are 403 with the reason in plain words; a credential that is no token of this server is nobody. */
const self = askOnce({
  method: 'GET /+api',
  request: (ask) => get(below(ask.store.baseUrl, '+api'), bearer(ask.secret)),
  dead: [
    { status: 403, at: ['message'], says: /The token id \S+ doesn't exist/, means: 'devpi answers that it has no token of this id' },
    { status: 403, at: ['message'], says: /User for token doesn't exist/, means: 'devpi answers that the user of the token is gone' },
    { status: 403, at: ['message'], says: /MacaroonInvalidSignatureException|Token expired|expired at/i, means: 'devpi does not verify this token' },
  ],
  live: (body) => {
    const status = isObject(body) && body['type'] === 'apiconfig' && isObject(body['result']) ? body['result']['authstatus'] : undefined;
    if (!Array.isArray(status)) return undefined;
    if (status[0] === 'ok' && text(status[1]) !== undefined) return { sub: text(status[1]) };
    return status[0] === 'expired' ? inactive('devpi says that it is expired') : unknown('ambiguous', 'devpi takes it for no token: dropped on the way, or of another server');
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await self.run(ask);
  if (answer.status !== 'active') return answer;
  const { facts } = ask;
  const known: GivenFacts = { tokenId: whose(ask)?.id, ...(facts?.expiresAt === undefined ? {} : { exp: facts.expiresAt }), ...(facts?.scopes === undefined ? {} : { scopes: facts.scopes }) };
  return merged(merged(answer, known), await restrictionsOf(ask));
}

/** What the server holds of it, if it is of the user that we sign in as. */
async function restrictionsOf(ask: Ask): Promise<GivenFacts | undefined> {
  const token = whose(ask);
  if (token === undefined || token.user !== ownPair(ask)?.clientId) return undefined;
  return factsFrom(ask, get(tokensUrl(ask), ownAuthorization(ask)), (body) => {
    const tokens = isObject(body) && isObject(body['result']) && isObject(body['result']['tokens']) ? body['result']['tokens'] : {};
    const own = tokens[token.id];
    return isObject(own) ? factsOf(texts(own['restrictions']) ?? []) : undefined;
  });
}

/** `expires=EPOCH`, `expires=never`, `allowed=A,B`, `indexes=…`, `projects=…`. */
function factsOf(restrictions: readonly string[]): GivenFacts {
  const parts = restrictions.map((one) => one.split(/=(.*)/s, 2) as [string, string?]);
  const expires = parts.filter(([name]) => name === 'expires').map(([, value]) => Number(value)).filter((seconds) => Number.isFinite(seconds));
  const scopes = parts.flatMap(([name, value]) => (['allowed', 'indexes', 'projects'].includes(name) ? (value ?? '').split(',').map((item) => `${name}:${item.trim()}`) : []));
  return { exp: expires.length === 0 ? 'never' : new Date(Math.min(...expires) * 1000), ...(scopes.length === 0 ? {} : { scopes }) };
}

/** Of the old one's restrictions, or fewer. A scope here is `allowed:…`, `indexes:…` or `projects:…`. */
async function create(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const old = await restrictionsOf(ask);
  if (old === undefined) return refused('devpi holds no such token of this user, so its restrictions are not known');
  const scopes = wish.scopes ?? old.scopes ?? [];
  const wrong = scopes.find((scope) => !/^(?:allowed|indexes|projects):./.test(scope));
  if (wrong !== undefined) return refused(`a scope of devpi begins with allowed:, indexes: or projects:, not "${wrong.slice(0, 40)}"`);
  const limits = Object.fromEntries(['allowed', 'indexes', 'projects'].flatMap((name) => {
    const values = scopes.filter((scope) => scope.startsWith(`${name}:`)).map((scope) => scope.slice(name.length + 1));
    return values.length === 0 ? [] : [[name, values]];
  }));
  const expires = wish.expiresAt === undefined ? undefined : Math.floor(wish.expiresAt.getTime() / 1000);
  return issueOnce({
    request: () => postJson(below(ask.store.baseUrl, `${encodeURIComponent(ownPair(ask)?.clientId ?? '')}/+token-create`), { ...limits, ...(expires === undefined ? {} : { expires }) }, ownAuthorization(ask)),
    read: (body) => {
      const secret = isObject(body) && isObject(body['result']) ? text(body['result']['token']) : undefined;
      if (secret === undefined) return undefined;
      const id = /-([A-Za-z0-9]+)$/.exec(macaroonIdentifier(secret.replace(/^devpi-/, '')) ?? '')?.[1];
      return { secret, facts: { tokenId: id, ...(scopes.length === 0 ? {} : { scopes }), exp: wish.expiresAt } };
    },
    oldLives: true,
  })(ask, wish, makeSecret);
}
