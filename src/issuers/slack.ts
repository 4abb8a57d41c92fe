import type { Ask, Issuer, Particular, Subject } from '../model/index.ts';
import { askOnce, tellOnce } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { cannotChoose, issueOnce } from './exchange/issue-once.ts';
import { bearer, below, postForm } from './exchange/requests.ts';
import { secondsFrom, text, words } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** Slack answers 200 to everything; `ok` and `error` in the body say what is meant. */
export const issuer: Issuer = {
  id: 'slack',
  name: 'Slack',
  kinds: ['slack-bot', 'slack-user', 'slack-rotating', 'slack-app-level', 'slack-config-refresh', 'slack-legacy-workspace', 'slack-legacy', 'slack-session', 'slack-webhook', 'slack-workflow-webhook', 'slack-trigger-url'],
  publicBaseUrl: 'https://slack.com/api',
  proof: { how: 'document', reference: 'docs.slack.dev: auth.test (errors, X-OAuth-Scopes), auth.revoke, tooling.tokens.rotate; @slack/web-api 8.2.0 (AuthTestResponse, ToolingTokensRotateResponse)' },
  introspect: askOnce({
    method: 'POST auth.test',
    request: (ask) => ({ ...postForm(below(ask.store.baseUrl, 'auth.test'), {}, { ...bearer(ask.secret), ...cookieOf(ask) }), repeatable: true }),
    dead: [
      { status: 200, at: ['error'], says: 'token_revoked', means: 'Slack says the token was revoked' },
      { status: 200, at: ['error'], says: 'token_expired', means: 'Slack says the token is expired' },
      { status: 200, at: ['error'], says: 'account_inactive', means: 'Slack says the token belongs to a deleted user or workspace, or to an app that was removed' },
      { status: 200, at: ['error'], says: 'invalid_auth', means: 'Slack answers "invalid_auth": not a token it accepts (an app whose address rule keeps us out would hear the same)' },
    ],
    ambiguous: [{ status: 200, at: ['error'], says: /^[a-z_]{3,60}$/ }],
    live: (body, { headers }, ask) => readLive(body, words(headers['x-oauth-scopes']), ask),
    particular: aboutIntrospection,
  }),
  revoke: {
    method: 'POST auth.revoke',
    reversible: false,
    sideEffects: 'A bot is taken out of its channels; the app itself stays installed.',
    run: tellOnce({
      request: (ask) => postForm(below(ask.store.baseUrl, 'auth.revoke'), {}, bearer(ask.secret)),
      accepted: [200],
      confirms: (body) => isObject(body) && body['ok'] === true && body['revoked'] === true,
    }),
    particular: aboutRevocation,
  },
  rotate: {
    endsOld: true,
    method: 'POST tooling.tokens.rotate',
    sideEffects: 'The refresh token is spent; Slack gives its successor, and a new configuration token that lives 12 hours.',
    run: issueOnce({
      request: (ask) => postForm(below(ask.store.baseUrl, 'tooling.tokens.rotate'), { refresh_token: ask.secret.reveal() }),
      oldLives: false,
      cannot: cannotChoose,
      refuses: (body) => (isObject(body) && body['ok'] === false ? `Slack answers "${text(body['error']) ?? 'not ok'}"` : undefined),
      read: (body) => (isObject(body) && body['ok'] === true ? { secret: text(body['refresh_token']) ?? '', facts: { sub: text(body['user_id']) } } : undefined),
    }),
    particular: (subject) => (isRefresh(subject) ? {} : { impossible: { why: 'no-introspection', detail: 'Slack issues tokens of this kind when an app is installed again, not by machine' } }),
  },
};

const isRefresh = ({ rule }: Subject): boolean => rule.id === 'slack-config-refresh';
const isUrl = ({ rule }: Subject): boolean => /webhook$|trigger-url$/.test(rule.id);
const isSession = ({ rule }: Subject): boolean => rule.id === 'slack-session';

/** Tokens of a browser session are valid only with the session's cookie. */
function cookieOf(ask: Ask): Readonly<Record<string, string>> {
  const cookie = isSession(ask) ? companionOf(ask, 'cookie') : undefined;
  return cookie === undefined ? {} : { cookie: `d=${cookie}` };
}

function aboutIntrospection(subject: Subject): Particular {
  if (isUrl(subject)) return { impossible: { why: 'no-introspection', detail: 'the secret is the URL itself, and the only call to it posts a message' } };
  if (isRefresh(subject)) return { impossible: { why: 'no-introspection', detail: 'Slack has no read-only question about a refresh token; using it would spend it' } };
  return isSession(subject) ? needsCompanions(subject, 'cookie') : {};
}

function aboutRevocation(subject: Subject): Particular {
  const byHand = (detail: string): Particular => ({ impossible: { why: 'no-introspection', detail } });
  if (isUrl(subject)) return byHand('a webhook is removed in the settings of its app, or with the app');
  if (isRefresh(subject)) return byHand('a refresh token ends when it is used: rotate it, or delete the configuration tokens at api.slack.com/apps');
  if (isSession(subject)) return byHand('a browser session ends when its user, or an administrator, signs it out');
  return subject.rule.id === 'slack-app-level' ? byHand('app-level tokens are revoked on the app\'s "Basic Information" page only') : {};
}

function readLive(body: unknown, scopes: readonly string[] | undefined, ask: Ask): GivenFacts | undefined {
  if (!isObject(body) || body['ok'] !== true) return undefined;
  const sub = text(body['user']) ?? text(body['user_id']) ?? text(body['app_name']) ?? text(body['app_id']);
  if (sub === undefined) return undefined;
  const team = text(body['team']) ?? text(body['team_id']);
  return { sub, clientId: text(body['app_id']), scopes, exp: secondsFrom(ask.now(), body['expires_in']), notes: team === undefined ? undefined : { workspace: team } };
}
