import type { AdminAsk, Answer, Ask, HttpRequest, HttpResponse, Issuer, LimitAsk, ListedToken, ListEnd, Mutation, Particular, Replacement, Secret, Subject } from '../model/index.ts';
import { tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { mutation, question } from './exchange/question.ts';
import { below, get, postJson } from './exchange/requests.ts';
import { vaultIssue } from './exchange/vault-issue.ts';
import { accepted, active, inactive, refused, unknown } from './reading/answers.ts';
import { epochSeconds, instant, orNever, secondsFrom, text, texts } from './reading/fields.ts';
import { isObject, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/**
 * HashiCorp Vault and OpenBao. With `auth: { method: bearer }` (a token that may call auth/token/lookup) the store is
 * asked as an administrator, which burns no use of a use-limited token; without it the token asks about itself.
 */
export const issuer: Issuer = {
  id: 'vault',
  name: 'HashiCorp Vault / OpenBao',
  kinds: ['vault-service-token', 'vault-token-legacy', 'vault-batch-token'],
  baseUrlOf: (configured) => new URL(configured.href.replace(/\/v1\/?$/, '')),
  proof: { how: 'real-server', reference: 'OpenBao 2.7.2: auth/token/lookup-self, auth/token/lookup, auth/token/revoke-self, auth/token/revoke' },
  introspect: {
    method: 'GET auth/token/lookup-self',
    run: introspect,
    particular: (subject) => (administrator(subject) === undefined ? {} : { method: 'POST auth/token/lookup' }),
  },
  revoke: {
    method: 'POST auth/token/revoke-self',
    reversible: false,
    sideEffects: 'Child tokens and leases (database users, cloud credentials) of this token die with it.',
    run: revoke,
    particular: aboutRevocation,
  },
  rotate: {
    method: 'POST auth/token/create',
    sideEffects: 'A second token exists until the old one is revoked. Without an administrator it is a child of the old one, and dies with it.',
    particular: (subject) => (isBatch(subject) ? { impossible: { why: 'no-introspection', detail: 'a batch token may not make tokens' } } : {}),
    run: issueToken,
  },
  shorten: {
    method: 'POST auth/token/renew-accessor (increment)',
    // What was renewed for less can be renewed for more, up to its explicit_max_ttl.
    reversible: true,
    sideEffects: 'Leases and child tokens end with it then, sooner than they would have. Whoever may renew it can make it longer again.',
    impossible: ({ store, rule }) => (rule === 'vault-batch-token' ? 'Vault cannot change a batch token' : needsOwnToken(store)),
    run: shorten,
  },
  list: { method: 'LIST auth/token/accessors, POST auth/token/lookup-accessor', impossible: needsOwnToken, run: listAccessors },
  revokeById: {
    method: 'POST auth/token/revoke-accessor',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'Child tokens and leases (database users, cloud credentials) of this token die with it.',
    run: tellById({ request: (ask, accessor) => postJson(below(ask.store.baseUrl, 'v1/auth/token/revoke-accessor'), { accessor }, { 'x-vault-token': ownToken(ask)?.reveal() ?? '' }), accepted: [204] }),
  },
  issue: vaultIssue,
};

const isBatch = (subject: Subject): boolean => /^(?:hvb\.|b\.)/.test(subject.secret.reveal());

function administrator({ store }: Subject): Secret | undefined {
  return store.clientAuth?.method === 'bearer' ? store.clientAuth.token : undefined;
}

function aboutRevocation(subject: Subject): Particular {
  if (isBatch(subject)) return { impossible: { why: 'no-introspection', detail: 'Vault cannot revoke batch tokens: it lives until its ttl ends; revoke its parent or disable the auth method' } };
  return administrator(subject) === undefined ? {} : { method: 'POST auth/token/revoke' };
}

function lookup(ask: Ask): HttpRequest {
  const admin = administrator(ask);
  if (admin === undefined) return { ...get(below(ask.store.baseUrl, 'v1/auth/token/lookup-self'), { 'x-vault-token': ask.secret.reveal() }), repeatable: false };
  return { ...postJson(below(ask.store.baseUrl, 'v1/auth/token/lookup'), { token: ask.secret.reveal() }, { 'x-vault-token': admin.reveal() }), repeatable: true };
}

/**
 * OpenBao (and older Vault) give a token that is bound to other networks the very words that a dead one gets: seen on 2.7.2 with
 * `token_bound_cidrs`. So they mean death only for a token that answered from here before, in this run.
 */
async function introspect(ask: Ask): Promise<Answer> {
  const key = `answered ${ask.secret.fingerprint}`;
  const answer = await question(ask, lookup(ask), (response) => readLookup(response, ask));
  if (answer.status === 'active') await ask.remember?.(key, () => Promise.resolve(true), Boolean);
  if (answer.status !== 'unknown' || answer.detail !== ABSENT_OR_ELSEWHERE) return answer;
  const answered = await ask.remember?.(key, () => Promise.resolve(false), Boolean);
  return answered === true ? inactive('the store answers 403 "permission denied" to a token that it took a moment ago') : answer;
}

const ABSENT_OR_ELSEWHERE = 'answered 403 "permission denied", as to a token that is not in the store and to one that is bound to other networks (bound_cidrs): an administrator (auth: { method: bearer }) can tell';

function readLookup(response: HttpResponse, ask: Ask): Answer | undefined {
  const body = readObject(response);
  if (response.status === 403) return readForbidden(texts(body?.['errors']) ?? [], ask);
  if (response.status === 503) return unknown('server-error', texts(body?.['errors'])?.includes('Vault is sealed') === true ? 'the store is sealed' : 'answered 503');
  const data = body?.['data'];
  // Every lookup names policies, path and ttl; other programs' JSON may have something under one of the names.
  if (response.status !== 200 || !isObject(data) || typeof data['path'] !== 'string' || typeof data['ttl'] !== 'number') return undefined;
  if (!Array.isArray(data['policies']) || !data['policies'].every((policy) => typeof policy === 'string')) return undefined;
  const usesLeft = data['num_uses'];
  // Seen: the question that takes the last use is answered 200 with num_uses -1, and the next one 403.
  if (usesLeft === -1) return inactive('a use-limited token had one use left, and this question took it');
  return active(factsOf(data));
}

function factsOf(data: JsonObject): GivenFacts {
  const usesLeft = data['num_uses'];
  return {
    sub: text(data['entity_id']) ?? text(data['display_name']),
    name: text(data['display_name']),
    scopes: [...(texts(data['policies']) ?? []), ...(texts(data['identity_policies']) ?? [])],
    iat: instant(data['issue_time']) ?? epochSeconds(data['creation_time']),
    exp: orNever(data['expire_time'], instant),
    tokenId: text(data['accessor']),
    notes: typeof usesLeft === 'number' && usesLeft > 0 ? { usesLeft: String(usesLeft) } : undefined,
  };
}

/**
 * Vault answers 403 to a dead token and to a live one that may not ask. The texts differ (seen on OpenBao 2.7.2): a token
 * that is not in the store gets exactly "permission denied", and so does one that is bound to other networks (newer Vault adds
 * "invalid token" to the former alone, the administrator's lookup says "bad token"), while a policy miss of a live token is wrapped as "1 error occurred: …".
 */
function readForbidden(errors: readonly string[], ask: Ask): Answer | undefined {
  const told = errors.join('\n');
  if (administrator(ask) !== undefined) {
    return errors[0] === 'bad token' ? inactive('the store answers 403 "bad token"') : unknown('own-credentials', 'answered 403: the administrator token was refused; this says nothing of the token');
  }
  const inNamespace = ask.secret.reveal().split('.').length > 2;
  if (inNamespace) return unknown('ambiguous', 'answered 403 for a token of a namespace: it may live in a namespace that was not asked');
  if (errors.length === 1 && told === 'permission denied') return unknown('ambiguous', ABSENT_OR_ELSEWHERE);
  if (/\binvalid token\b/.test(told)) return inactive('the store answers 403 "invalid token"');
  if (/permission denied/.test(told)) return unknown('ambiguous', 'answered 403 by policy: perhaps a live token that may not look itself up');
  return undefined;
}

function revoke(ask: Ask): Promise<Mutation> {
  const admin = administrator(ask);
  const request =
    admin === undefined
      ? postJson(below(ask.store.baseUrl, 'v1/auth/token/revoke-self'), {}, { 'x-vault-token': ask.secret.reveal() })
      : postJson(below(ask.store.baseUrl, 'v1/auth/token/revoke'), { token: ask.secret.reveal() }, { 'x-vault-token': admin.reveal() });
  return mutation(ask, request, (response) => {
    if (response.status === 204) return accepted('answered 204');
    if (response.status === 400) return refused('answered 400: tokens of this type cannot be revoked');
    return response.status === 403 ? refused('answered 403') : undefined;
  });
}

/** A renewal by less than is left brings the end forward (seen on OpenBao 2.7.2). One that is not renewable answers 400. */
function shorten(ask: LimitAsk, until: Date): Promise<Mutation> {
  const seconds = Math.floor((until.getTime() - ask.now().getTime()) / 1000);
  if (seconds < 1) return Promise.resolve(refused('that instant is past'));
  const request = postJson(below(ask.store.baseUrl, 'v1/auth/token/renew-accessor'), { accessor: ask.tokenId, increment: `${seconds}s` }, { 'x-vault-token': ownToken(ask)?.reveal() ?? '' });
  return mutation(ask, request, (response) => {
    if (response.status === 200) return accepted('answered 200');
    if (response.status === 400) return refused('answered 400: it is not renewable, or its accessor is not known');
    return response.status === 403 ? refused('answered 403') : undefined;
  });
}

/**
 * A new token of the same policies, or of those that are wished for. Its issuer is our administrator, so that it outlives the
 * old one, or the old one itself. Vault refuses policies that the asking token does not have.
 */
async function issueToken(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const old = await question(ask, lookup(ask), (response) => readLookup(response, ask));
  if (old.status !== 'active') return refused(`the old token could not be looked up (${old.status}), so its policies are not known`);
  const asker = administrator(ask) ?? ask.secret;
  const policies = wish.scopes ?? old.facts.scopes ?? [];
  const seconds = wish.expiresAt === undefined ? undefined : Math.max(1, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / 1000));
  const run = issueOnce({
    request: () => postJson(below(ask.store.baseUrl, 'v1/auth/token/create'), { policies, no_default_policy: !policies.includes('default'), display_name: nameOf(wish, ask), ...(seconds === undefined ? {} : { ttl: `${seconds}s`, explicit_max_ttl: `${seconds}s` }) }, { 'x-vault-token': asker.reveal() }),
    read: (body) => {
      const auth = isObject(body) && isObject(body['auth']) ? body['auth'] : undefined;
      if (auth === undefined || typeof auth['client_token'] !== 'string') return undefined;
      const lease = auth['lease_duration'];
      return { secret: auth['client_token'], facts: { tokenId: text(auth['accessor']), scopes: texts(auth['token_policies'] ?? auth['policies']), exp: lease === 0 ? 'never' : secondsFrom(ask.now(), lease) } };
    },
    oldLives: true,
  });
  return run(ask, wish, makeSecret);
}

/** Every accessor, looked up one by one: that neither shows the token nor burns one of its uses. One that died meanwhile is left out. */
async function* listAccessors(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const headers = { 'x-vault-token': ownToken(ask)?.reveal() ?? '' };
  const accessors: string[] = [];
  const end = yield* listPages({
    first: () => get(below(ask.store.baseUrl, 'v1/auth/token/accessors?list=true'), headers),
    read: (body) => {
      const keys = isObject(body) && isObject(body['data']) ? texts(body['data']['keys']) : undefined;
      if (keys === undefined) return undefined;
      accessors.push(...keys);
      return { tokens: [] };
    },
  })(ask);
  if (!end.complete) return end;
  for (const accessor of accessors) {
    const outcome = await ask.send({ ...postJson(below(ask.store.baseUrl, 'v1/auth/token/lookup-accessor'), { accessor }, headers), repeatable: true });
    if (!outcome.ok) return { complete: false, why: outcome.why, detail: outcome.detail };
    const body = readObject(outcome.response);
    const data = body?.['data'];
    const isGone = [400, 403, 404].includes(outcome.response.status) && (texts(body?.['errors']) ?? []).some((error) => /invalid accessor/.test(error));
    if (isGone) continue;
    if (outcome.response.status !== 200 || !isObject(data)) return { complete: false, why: 'unexpected-status', detail: `lookup-accessor answered ${outcome.response.status}` };
    yield* listed(ruleOf(data), accessor, factsOf(data));
  }
  return { complete: true };
}

function ruleOf(data: JsonObject): string {
  return data['type'] === 'batch' ? 'vault-batch-token' : 'vault-service-token';
}
