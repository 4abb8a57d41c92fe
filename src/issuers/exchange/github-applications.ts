import type { Answer, Ask, HttpRequest, Mutation, Replacement, Subject } from '../../model/index.ts';
import { active } from '../reading/answers.ts';
import { instant, orNever, text, texts } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { tell } from './ask-once.ts';
import type { GivenFacts } from './ask-once.ts';
import { cannotChoose, issueOnce } from './issue-once.ts';
import { factsFrom } from './more-facts.ts';
import { ownAuthorization, ownPair } from './own-credentials.ts';
import { below, postJson } from './requests.ts';

/** Whether our own client id and secret may be of the app that a token was made by: only then can they be asked about it. */
export function isOfOurApp(subject: Subject): boolean {
  return ownPair(subject) !== undefined && ['github-oauth-app', 'github-app-user'].includes(subject.rule.id);
}

/**
 * "Check a token" (GitHub REST, apps/check-token): asked as the app, it renews no idle expiry. 404 is a dead token, or one of
 * another app: undefined, and the token is asked itself.
 */
export async function checkAsApp(ask: Ask): Promise<Answer | undefined> {
  const facts = await factsFrom(ask, { ...request(ask, 'POST'), repeatable: true }, read);
  return facts === undefined ? undefined : active(facts);
}

/** "Delete an app token" (apps/delete-token). */
export function revokeAsApp(ask: Ask): Promise<Mutation> {
  return tell(ask, request(ask, 'DELETE'), { accepted: [204] });
}

/** "Reset a token" (apps/reset-token): the same rights under a new value. */
export function resetAsApp(...[ask, wish, makeSecret]: Parameters<ReturnType<typeof issueOnce>>): Promise<Replacement> {
  const run = issueOnce({
    request: () => request(ask, 'PATCH'),
    read: (body) => (isObject(body) && typeof body['token'] === 'string' ? { secret: body['token'], facts: read(body) ?? {} } : undefined),
    oldLives: false,
    cannot: cannotChoose,
  });
  return run(ask, wish, makeSecret);
}

function request(ask: Ask, method: HttpRequest['method']): HttpRequest {
  const id = encodeURIComponent(ownPair(ask)?.clientId ?? '');
  return { ...postJson(below(ask.store.baseUrl, `applications/${id}/token`), { access_token: ask.secret.reveal() }, { ...ownAuthorization(ask), accept: 'application/vnd.github+json' }), method };
}

function read(body: unknown): GivenFacts | undefined {
  if (!isObject(body) || text(body['id']) === undefined || !isObject(body['app'])) return undefined;
  return {
    sub: isObject(body['user']) ? text(body['user']['login']) : undefined,
    clientId: text(body['app']['client_id']),
    name: text(body['note']) ?? text(body['app']['name']),
    scopes: texts(body['scopes']),
    iat: instant(body['created_at']),
    exp: 'expires_at' in body ? orNever(body['expires_at'], instant) : undefined,
    tokenId: text(body['id']),
  };
}
