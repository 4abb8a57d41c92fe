import type { Answer, Ask, HttpResponse, Issuer, Mutation, Particular, Subject } from '../model/index.ts';
import { administratorAnswer, administratorRevoke, listTokens, revokeListed } from './exchange/gitlab-administration.ts';
import { cannotNarrow, issueOnce } from './exchange/issue-once.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { mutation, question } from './exchange/question.ts';
import { below, get, postForm, postJson } from './exchange/requests.ts';
import { accepted, active, inactive, refused, unknown } from './reading/answers.ts';
import { day, instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import type { GivenFacts } from './exchange/ask-once.ts';

type Kind = 'personal' | 'runner' | 'job' | 'mute';

/** Tokens that cannot call the REST API for themselves: asking would get a 401 that says nothing. */
const MUTE = /^(?:gldt-|glptt-|glagent-|gloas-|glft-|glimt-|glffct-|glsoat-|glwt-|GR1348941)/;

/**
 * GitLab.com and self-managed GitLab. Tokens are told apart by their own prefix; an unknown one is asked as a personal, project
 * or group token, whose prefix an instance may choose. With an administrator's token (`auth: { method: bearer }`) those that
 * cannot ask about themselves are asked too, and all personal tokens are listed; `endpoints: { group: …/api/v4/groups/ID }`
 * lists a group's own instead, for which its owner's token is enough.
 */
export const issuer: Issuer = {
  id: 'gitlab',
  name: 'GitLab',
  kinds: [
    'gitlab-pat',
    'gitlab-pat-routable',
    'gitlab-runner',
    'gitlab-runner-routable',
    'gitlab-runner-registration',
    'gitlab-ci-job',
    'gitlab-deploy-token',
    'gitlab-trigger',
    'gitlab-agent',
    'gitlab-oauth-app-secret',
    'gitlab-feed-token',
    'gitlab-incoming-mail-token',
    'gitlab-feature-flag-token',
    'gitlab-scim-token',
    'gitlab-workspace-token',
  ],
  baseUrlOf: (configured) => new URL(configured.href.replace(/\/api\/v4\/?$/, '')),
  endpoints: ['group'],
  proof: { how: 'document', reference: 'gitlab-org/gitlab doc/api/personal_access_tokens.md, doc/api/group_access_tokens.md, doc/api/admin/token.md, doc/api/runners.md, doc/api/jobs.md, doc/security/tokens/_index.md' },
  introspect: { method: 'GET /personal_access_tokens/self', run: introspect, particular: aboutIntrospection },
  revoke: { method: 'DELETE /personal_access_tokens/self', reversible: false, sideEffects: 'None beyond this token.', run: revoke, particular: aboutRevocation },
  rotate: {
    endsOld: true,
    method: 'POST /personal_access_tokens/self/rotate',
    sideEffects: 'The old token dies at once. Rotating a token that is already revoked would revoke its successors too.',
    particular: (subject) => (kindOf(subject) === 'personal' ? {} : { impossible: { why: 'no-introspection', detail: 'only personal, project and group tokens rotate themselves' } }),
    run: issueOnce({
      request: (ask, wish) => postJson(below(ask.store.baseUrl, 'api/v4/personal_access_tokens/self/rotate'), wish.expiresAt === undefined ? {} : { expires_at: wish.expiresAt.toISOString().slice(0, 10) }, { 'private-token': ask.secret.reveal() }),
      read: (body) => (isObject(body) && typeof body['token'] === 'string' ? { secret: body['token'], facts: personalFacts(body) } : undefined),
      oldLives: false,
      cannot: cannotNarrow,
    }),
  },
  list: { method: 'GET /personal_access_tokens', impossible: needsOwnToken, run: listTokens },
  revokeById: { method: 'DELETE /personal_access_tokens/ID', impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this token.', run: revokeListed },
};

function kindOf(subject: Subject): Kind {
  const token = subject.secret.reveal();
  if (MUTE.test(token)) return 'mute';
  if (/^glrtr?-/.test(token)) return 'runner';
  return token.startsWith('glcbt-') ? 'job' : 'personal';
}

function aboutIntrospection(subject: Subject): Particular {
  const kind = kindOf(subject);
  if (kind === 'mute') return ownToken(subject) === undefined ? { impossible: { why: 'no-introspection', detail: 'GitLab tokens of this kind cannot ask about themselves; only an administrator can' } } : { method: 'POST /admin/token' };
  if (kind === 'runner') return { method: 'POST /runners/verify' };
  return kind === 'job' ? { method: 'GET /job' } : {};
}

function aboutRevocation(subject: Subject): Particular {
  const kind = kindOf(subject);
  if (kind === 'runner') return { method: 'DELETE /runners', sideEffects: 'Deletes the runner: jobs that need it will wait.' };
  if (kind === 'personal') return {};
  if (kind === 'mute' && ownToken(subject) !== undefined) return { method: 'DELETE /admin/token', sideEffects: 'A deploy, trigger or agent token is revoked; a feed, mail, feature flag or application secret is replaced by a new one.' };
  const detail = kind === 'job' ? 'A job token dies with its job: cancel the job.' : 'GitLab tokens of this kind cannot revoke themselves; a maintainer or administrator can';
  return { impossible: { why: 'no-introspection', detail } };
}

function introspect(ask: Ask): Promise<Answer> {
  const base = ask.store.baseUrl;
  const token = ask.secret.reveal();
  switch (kindOf(ask)) {
    case 'mute':
      return administratorAnswer(ask);
    case 'runner':
      return question(ask, { ...postForm(below(base, 'api/v4/runners/verify'), { token }), repeatable: true }, readRunner);
    case 'job':
      return question(ask, get(below(base, 'api/v4/job'), { 'job-token': token }), readJob);
    default:
      return question(ask, get(below(base, 'api/v4/personal_access_tokens/self'), { 'private-token': token }), readPersonal);
  }
}

/** `expires_at` is a day: the token dies when it begins, in UTC. `null` is "never". */
function readPersonal(response: HttpResponse): Answer | undefined {
  const body = readObject(response);
  if (response.status === 401) return readRefusal(response);
  if (response.status === 403) return unknown('ambiguous', 'answered 403: perhaps a live token without the right to ask about itself');
  if (response.status !== 200 || typeof body?.['active'] !== 'boolean' || typeof body['id'] !== 'number') return undefined;
  if (body['revoked'] === true) return inactive('GitLab says the token is revoked');
  if (!body['active']) return inactive('GitLab says the token is not active');
  return active(personalFacts(body));
}

function personalFacts(body: JsonObject): GivenFacts {
  return {
    sub: text(body['user_id']),
    name: text(body['name']),
    tokenId: text(body['id']),
    scopes: texts(body['scopes']),
    iat: instant(body['created_at']),
    exp: orNever(body['expires_at'], day),
    lastUsedAt: orNever(body['last_used_at'], instant),
  };
}

function readRunner(response: HttpResponse): Answer | undefined {
  const body = readObject(response);
  if (response.status === 403 && body?.['message'] === '403 Forbidden') return inactive('GitLab answers 403 to the verification of this runner token');
  if (response.status !== 200 || typeof body?.['id'] !== 'number') return undefined;
  return active({ sub: `runner ${body['id']}`, tokenId: text(body['id']), exp: orNever(body['token_expires_at'], instant) });
}

function readJob(response: HttpResponse): Answer | undefined {
  if (response.status === 401) return readRefusal(response);
  const body = readObject(response);
  if (response.status !== 200 || typeof body?.['id'] !== 'number') return undefined;
  const user = isObject(body['user']) ? text(body['user']['username']) : undefined;
  return active({ sub: user, name: `job ${body['id']}`, iat: instant(body['created_at']) });
}

/** The two refusals that GitLab documents; a switched-off impersonation token would work again when switched on. */
function readRefusal(response: HttpResponse): Answer | undefined {
  const body = readObject(response);
  if (body?.['message'] === '401 Unauthorized') return inactive('GitLab answers 401 "401 Unauthorized"');
  if (body?.['error'] !== 'invalid_token') return undefined;
  const description = text(body['error_description']) ?? '';
  if (/impersonation/i.test(description)) return unknown('ambiguous', 'an impersonation token while impersonation is switched off');
  return inactive(/revoked/i.test(description) ? 'GitLab says the token was revoked' : /expired/i.test(description) ? 'GitLab says the token is expired' : 'GitLab answers 401 invalid_token');
}

function revoke(ask: Ask): Promise<Mutation> {
  if (kindOf(ask) === 'mute') return administratorRevoke(ask);
  const base = ask.store.baseUrl;
  const token = ask.secret.reveal();
  const request =
    kindOf(ask) === 'runner'
      ? { ...postForm(below(base, 'api/v4/runners'), { token }), method: 'DELETE' as const }
      : { method: 'DELETE' as const, url: below(base, 'api/v4/personal_access_tokens/self'), headers: { accept: 'application/json', 'private-token': token } };
  return mutation(ask, request, (response) => {
    if (response.status === 204) return accepted('answered 204');
    if ([400, 401, 403].includes(response.status)) return refused(`answered ${response.status}`);
    return undefined;
  });
}
