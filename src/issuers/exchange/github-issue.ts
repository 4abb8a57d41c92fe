import { createPrivateKey, sign } from 'node:crypto';
import type { AdminAsk, Answer, HeldIssue, Issued, IssueOperation, IssueWish, Mutation } from '../../model/index.ts';
import { accepted, active, inactive, notAttempted, refused, uncertain } from '../reading/answers.ts';
import { instant, text } from '../reading/fields.ts';
import { isObject, objectsOf, readObject } from '../reading/json.ts';
import { needsOwnPair, ownPair } from './own-credentials.ts';
import { mutation, question, unnamed } from './question.ts';
import { bearer, below, get, postJson, remove } from './requests.ts';

const HOUR_SECONDS = 3600;
const REPOSITORY = /^repository:([A-Za-z0-9_.-]{1,100})$/;
const PERMISSION = /^([a-z_]{1,60}):(read|write|admin)$/;

/**
 * An installation token of a GitHub App (apps/create-installation-access-token), narrowed to repositories (`repository:NAME`) and
 * permissions (`contents:read`). `auth: { method: client_secret_basic }` holds the App's client id and its private key (PEM).
 */
export const githubIssue: IssueOperation = {
  method: 'POST /app/installations/ID/access_tokens',
  parameters: { installation: 'the number of the installation (required)' },
  variables: { token: 'GITHUB_TOKEN' },
  impossible: (store) => needsOwnPair(store, "App's client id and private key (PEM)"),
  refuses: ({ parameters, scopes, ttlSeconds }) => {
    if (!/^\d{1,12}$/.test(parameters['installation'] ?? '')) return 'its grant needs with: installation, the number of the installation';
    const strange = scopes.find((scope) => !REPOSITORY.test(scope) && !PERMISSION.test(scope));
    if (strange !== undefined) return 'a scope is repository:NAME or PERMISSION:read, PERMISSION:write, PERMISSION:admin';
    if (!scopes.some((scope) => REPOSITORY.test(scope))) return 'without a scope repository:NAME it would be for every repository of the installation';
    if (!scopes.some((scope) => !REPOSITORY.test(scope))) return 'without a permission among its scopes (contents:read) it would have all of the App';
    return ttlSeconds < HOUR_SECONDS ? 'GitHub gives these tokens for one hour: ask for --ttl 1h (it is revoked when the command ends)' : undefined;
  },
  keepsTtl: true,
  run: obtain,
  revoke,
  ask: introspect,
};

async function obtain(...[ask, wish, makeSecret]: Parameters<IssueOperation['run']>): Promise<Issued> {
  const token = appToken(ask);
  if (token === undefined) return refused('our private key at the store is none (PEM)');
  const wanted = parted(wish);
  const request = postJson(below(ask.store.baseUrl, `app/installations/${wish.parameters['installation'] ?? ''}/access_tokens`), wanted, { ...headers, authorization: `Bearer ${token}` });
  const outcome = await ask.send(request);
  if (!outcome.ok) return uncertain(outcome.why, outcome.detail);
  const { response } = outcome;
  if ([401, 403, 404, 422].includes(response.status)) return refused(`answered ${response.status}`);
  const body = readObject(response);
  const value = text(body?.['token']);
  if (response.status !== 201 || body === undefined || value === undefined) {
    const answer = unnamed(response, ask.now());
    return uncertain(answer.status === 'unknown' ? answer.why : 'malformed', `answered ${response.status} without a token`);
  }
  const facts = active({ exp: instant(body['expires_at']), scopes: scopesOf(body, wanted) });
  return { status: 'issued', parts: [{ name: 'token', value: makeSecret(value), isSecret: true }], ending: 'by-secret', facts: facts.status === 'active' ? facts.facts : {} };
}

interface Wanted {
  readonly repositories: readonly string[];
  readonly permissions: Readonly<Record<string, string>>;
}

function parted({ scopes }: IssueWish): Wanted {
  const repositories = scopes.flatMap((scope) => REPOSITORY.exec(scope)?.[1] ?? []);
  const permissions = scopes.flatMap((scope) => (REPOSITORY.test(scope) ? [] : [scope.split(':', 2) as [string, string]]));
  return { repositories, permissions: Object.fromEntries(permissions) };
}

/** As GitHub says it, in our words. `metadata:read` comes with every permission. */
function scopesOf(body: Readonly<Record<string, unknown>>, wanted: Wanted): readonly string[] {
  const permissions = isObject(body['permissions']) ? Object.entries(body['permissions']).filter(([name, level]) => !(name === 'metadata' && level === 'read' && wanted.permissions['metadata'] === undefined)) : [];
  const repositories = body['repository_selection'] === 'all' ? ['*'] : objectsOf(body['repositories']).flatMap(({ name }) => text(name) ?? []);
  return [...repositories.map((name) => `repository:${name}`), ...permissions.map(([name, level]) => `${name}:${String(level)}`)];
}

const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

/** The JSON Web Token with which an App signs in: RS256, at most ten minutes, dated back against clocks that differ. */
function appToken(ask: AdminAsk): string | undefined {
  const pair = ownPair(ask);
  if (pair === undefined) return undefined;
  const now = Math.floor(ask.now().getTime() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 60, exp: now + 540, iss: pair.clientId })}`;
  try {
    return `${text}.${sign('sha256', Buffer.from(text), createPrivateKey(pair.clientSecret.reveal().replaceAll('\\n', '\n'))).toString('base64url')}`;
  } catch {
    return undefined;
  }
}

/** Only the token itself can end itself (apps/revoke-installation-access-token). */
async function revoke(ask: AdminAsk, { secret }: HeldIssue): Promise<Mutation> {
  if (secret === undefined) return refused('the token itself is not known any more');
  return mutation(ask, remove(below(ask.store.baseUrl, 'installation/token'), { ...headers, ...bearer(secret) }), ({ status }) => (status === 204 ? accepted('answered 204') : status === 401 ? refused('answered 401') : undefined));
}

async function introspect(ask: AdminAsk, { secret }: HeldIssue): Promise<Answer> {
  if (secret === undefined) return notAttempted('no-introspection', 'the token itself is not known any more');
  return question(ask, get(below(ask.store.baseUrl, 'installation/repositories?per_page=1'), { ...headers, ...bearer(secret) }), (response) => {
    if (response.status === 401 && text(readObject(response)?.['message']) === 'Bad credentials') return inactive('GitHub answers 401 "Bad credentials"');
    return response.status === 200 ? active({}) : undefined;
  });
}
