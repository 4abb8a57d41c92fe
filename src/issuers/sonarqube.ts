import type { AdminAsk, Answer, Ask, Issuer, ListedToken, ListEnd, Particular, Subject } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { withMore } from './exchange/more-facts.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { basic, below, get, postForm } from './exchange/requests.ts';
import { inactive } from './reading/answers.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

const KINDS: Readonly<Record<string, string>> = { USER_TOKEN: 'sonarqube-user-token', PROJECT_ANALYSIS_TOKEN: 'sonarqube-project-token', GLOBAL_ANALYSIS_TOKEN: 'sonarqube-global-analysis-token' };

/**
 * A SonarQube server. Its answer to "is this token valid" is 200 either way; the token goes as the user name of Basic, which
 * every version understands. Tokens have names, and a value does not tell its name.
 */
export const issuer: Issuer = {
  id: 'sonarqube',
  name: 'SonarQube',
  kinds: Object.values(KINDS),
  proof: { how: 'real-server', reference: 'SonarQube 9.9.8 (npm run test:slow): authentication/validate, users/current, users/search, user_tokens (search, generate, revoke)' },
  introspect: { method: 'GET /api/authentication/validate, GET /api/users/current', run: introspect },
  rotate: {
    method: 'POST /api/user_tokens/generate',
    sideEffects: 'A second token of the same user exists until the old one is revoked.',
    particular: (subject: Subject): Particular => (subject.rule.id === 'sonarqube-user-token' ? {} : { impossible: { why: 'no-introspection', detail: 'only a user token may make tokens' } }),
    run: issueOnce({
      request: (ask, wish) => postForm(below(ask.store.baseUrl, 'api/user_tokens/generate'), { name: nameOf(wish, ask), type: 'USER_TOKEN', ...(wish.expiresAt === undefined ? {} : { expirationDate: wish.expiresAt.toISOString().slice(0, 10) }) }, basic(ask.secret.reveal(), '')),
      read: (body) => (isObject(body) && typeof body['token'] === 'string' ? { secret: body['token'], facts: { ...factsOf(body), tokenId: undefined } } : undefined),
      oldLives: true,
      cannot: cannotNarrow,
    }),
  },
  list: { method: 'GET /api/users/search, GET /api/user_tokens/search', impossible: needsOwnToken, run: listTokens },
  revokeById: {
    method: 'POST /api/user_tokens/revoke',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({
      request: (ask, id) => {
        const at = id.indexOf('/');
        return postForm(below(ask.store.baseUrl, 'api/user_tokens/revoke'), { login: id.slice(0, at), name: id.slice(at + 1) }, own(ask));
      },
      accepted: [204],
    }),
  },
};

function own(ask: AdminAsk): Readonly<Record<string, string>> {
  const token = ownToken(ask);
  return token === undefined ? {} : basic(token.reveal(), '');
}

const validate = askOnce({
  method: 'GET /api/authentication/validate',
  request: (ask) => get(below(ask.store.baseUrl, 'api/authentication/validate'), basic(ask.secret.reveal(), '')),
  dead: [],
  live: (body) => (isObject(body) && typeof body['valid'] === 'boolean' && Object.keys(body).length === 1 ? (body['valid'] ? {} : inactive('SonarQube answers valid: false')) : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  return withMore(ask, await validate.run(ask), get(below(ask.store.baseUrl, 'api/users/current'), basic(ask.secret.reveal(), '')), (body) => {
    if (!isObject(body) || text(body['login']) === undefined) return undefined;
    return { sub: text(body['login']), scopes: isObject(body['permissions']) ? texts(body['permissions']['global']) : undefined };
  });
}

/** The tokens of every user, for an administrator. */
async function* listTokens(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const logins: string[] = [];
  let end: ListEnd = yield* listPages({
    first: (of) => get(below(of.store.baseUrl, 'api/users/search?p=1&ps=500'), own(of)),
    read: (body, _, of, page) => {
      if (!isObject(body) || !Array.isArray(body['users']) || !isObject(body['paging'])) return undefined;
      logins.push(...objectsOf(body['users']).flatMap((user) => text(user['login']) ?? []));
      return { tokens: [], next: page * 500 < Number(body['paging']['total']) ? get(below(of.store.baseUrl, `api/users/search?p=${page + 1}&ps=500`), own(of)) : undefined };
    },
  })(ask);
  for (const login of logins) {
    const one: ListEnd = yield* listPages({
      first: (of) => get(below(of.store.baseUrl, `api/user_tokens/search?login=${encodeURIComponent(login)}`), own(of)),
      read: (body) => {
        if (!isObject(body) || !Array.isArray(body['userTokens'])) return undefined;
        return { tokens: objectsOf(body['userTokens']).flatMap((token) => listed(KINDS[String(token['type'])] ?? 'sonarqube-user-token', `${login}/${String(token['name'])}`, { ...factsOf(token), sub: login }, token['isExpired'] === true ? 'inactive' : 'active')) };
      },
    })(ask);
    if (end.complete) end = one;
  }
  return end;
}

/** Absent expiry and last use are "none": this server has the fields where there is something (seen on 9.9.8). */
function factsOf(token: JsonObject): GivenFacts {
  const project = isObject(token['project']) ? text(token['project']['key']) : undefined;
  return {
    name: text(token['name']),
    scopes: text(token['type']) === undefined ? undefined : [`${String(token['type'])}${project === undefined ? '' : ` ${project}`}`],
    iat: instant(token['createdAt']),
    exp: orNever(token['expirationDate'] ?? null, instant),
    lastUsedAt: orNever(token['lastConnectionDate'] ?? null, instant),
  };
}
