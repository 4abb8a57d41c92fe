import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, LimitAbout, LimitAsk, Mutation, Particular, Replacement, Secret, Subject } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { cannotChoose, issueOnce } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { withMore } from './exchange/more-facts.ts';
import { needsOwnToken, ownAuthorization, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postForm, postJson, remove } from './exchange/requests.ts';
import { inactive, refused, unknown } from './reading/answers.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import type { GivenFacts } from './exchange/ask-once.ts';

/**
 * Cloudflare. A token is verified where it lives: a user's under /user/tokens, an account's under /accounts/ID/tokens,
 * where the other place calls it invalid. Details and changes need the right "API Tokens" of the token itself or of our own
 * (`auth: { method: bearer }`). `endpoints: { account: …/client/v4/accounts/ID }` lists an account's tokens.
 */
export const issuer: Issuer = {
  id: 'cloudflare',
  name: 'Cloudflare',
  kinds: ['cloudflare-api-token', 'cloudflare-api-token-legacy', 'cloudflare-global-key', 'cloudflare-global-key-legacy', 'cloudflare-turnstile-secret'],
  publicBaseUrl: 'https://api.cloudflare.com/client/v4',
  publicEndpoints: { turnstile: 'https://challenges.cloudflare.com/turnstile/v0' },
  endpoints: ['account', 'turnstile'],
  proof: { how: 'document', reference: 'Cloudflare API v4: user/tokens, accounts/{id}/tokens (verify, get, update, value, delete, list); cloudflare npm SDK 7.3.0; Turnstile siteverify error codes' },
  introspect: { method: 'GET /user/tokens/verify, GET /user/tokens/ID', run: introspect, particular: aboutIntrospection },
  revoke: { method: 'DELETE /user/tokens/ID', reversible: false, sideEffects: 'None beyond this token.', run: (ask) => change(ask, (url) => remove(url, asker(ask))), particular: onlyTokens },
  deactivate: { method: 'PUT /user/tokens/ID (disabled)', reversible: true, sideEffects: 'None beyond this token.', run: disable, particular: onlyTokens },
  rotate: { endsOld: true, method: 'PUT /user/tokens/ID/value', sideEffects: 'The old value dies at once.', run: roll, particular: onlyTokens },
  shorten: {
    method: 'PUT /user/tokens/ID (expires_on)',
    reversible: true,
    sideEffects: 'None beyond this token.',
    impossible: aboutLimits,
    // Cloudflare's instants have no fractions.
    run: (ask, until) => update(ask, homeOf(ask), () => ({ expires_on: `${until.toISOString().slice(0, 19)}Z` })),
  },
  narrow: {
    method: 'PUT /user/tokens/ID (policies)',
    reversible: true,
    sideEffects: 'The token loses these permissions on all its resources.',
    impossible: (about, { keep }) => aboutLimits(about) ?? (keep.some((scope) => !scope.startsWith('deny ')) ? undefined : 'Cloudflare keeps no token without a permission: revoke it'),
    run: (ask, { drop }) => update(ask, homeOf(ask), (token) => ({ policies: withoutGroups(token['policies'], drop) })),
  },
  list: { method: 'GET /user/tokens', impossible: needsOwnToken, run: listTokens() },
  revokeById: {
    method: 'DELETE /user/tokens/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, id) => remove(below(ownHome(ask), `tokens/${encodeURIComponent(id)}`), ownAuthorization(ask)), accepted: [200] }),
  },
};

const isGlobal = ({ rule }: Subject): boolean => rule.id.startsWith('cloudflare-global-key');
const isTurnstile = ({ rule }: Subject): boolean => rule.id === 'cloudflare-turnstile-secret';
const asker = (ask: Ask): Readonly<Record<string, string>> => bearer(ownToken(ask) ?? ask.secret);
const ownHome = ({ store }: AdminAsk): URL => store.endpoints?.['account'] ?? below(store.baseUrl, 'user');

function aboutIntrospection(subject: Subject): Particular {
  if (isTurnstile(subject)) return { method: 'POST /siteverify' };
  return isGlobal(subject) ? { method: 'GET /user', ...needsCompanions(subject, 'email') } : {};
}

function onlyTokens(subject: Subject): Particular {
  if (isGlobal(subject)) return { impossible: { why: 'no-introspection', detail: 'Cloudflare changes a global key on its site only' } };
  return isTurnstile(subject) ? { impossible: { why: 'no-introspection', detail: 'a Turnstile secret is rotated through its widget, which the secret does not name' } } : {};
}

/** A wrong mail address is refused in the same words as a wrong key, and the address was only found nearby: never proof of death. */
const globalKey = askOnce({
  method: 'GET /user',
  request: (ask) => get(below(ask.store.baseUrl, 'user'), { 'x-auth-email': companionOf(ask, 'email') ?? '', 'x-auth-key': ask.secret.reveal() }),
  dead: [],
  ambiguous: [400, 403].map((status) => ({ status, at: ['errors.0.message'], says: 'Unknown X-Auth-Key or X-Auth-Email', means: 'answered that key or mail address is unknown: the address beside the key may be another person\'s' })),
  live: (body) => {
    const user = resultOf(body);
    return user === undefined || text(user['id']) === undefined ? undefined : { sub: text(user['email']) ?? text(user['id']) };
  },
});

/** Asks with a response that is certainly no solved puzzle: the answer tells whether the secret was known (its error codes). */
const turnstile = askOnce({
  method: 'POST /siteverify',
  request: (ask) => ({ ...postForm(below(ask.store.endpoints?.['turnstile'] ?? ask.store.baseUrl, 'siteverify'), { secret: ask.secret.reveal(), response: 'not-a-response' }), repeatable: true }),
  dead: [],
  live: (body) => {
    const codes = isObject(body) && body['success'] === false ? (texts(body['error-codes']) ?? []) : [];
    if (codes.includes('invalid-input-secret')) return inactive('Turnstile answers invalid-input-secret');
    return codes.includes('invalid-input-response') ? {} : undefined;
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  if (isTurnstile(ask)) return turnstile.run(ask);
  if (isGlobal(ask)) return globalKey.run(ask);
  const found = await verify(ask);
  return withMore(ask, found.answer, found.url === undefined ? undefined : get(found.url, asker(ask)), (body) => factsOf(resultOf(body)));
}

interface Verified {
  readonly answer: Answer;
  /** Where its details are. */
  readonly url?: URL;
}

/** `cfat_` tells an account's token; one of the old shape may be either, so only both places together call it dead. */
async function verify(ask: Ask): Promise<Verified> {
  const secret = ask.secret.reveal();
  if (!secret.startsWith('cfat_')) {
    const user = await verifyAt(ask, below(ask.store.baseUrl, 'user'));
    if (user.answer.status !== 'inactive' || secret.startsWith('cfut_') || /expired|disabled/.test(user.answer.reason)) return user;
  }
  const account = ask.store.endpoints?.['account'] ?? (await findAccount(ask));
  return account instanceof URL ? verifyAt(ask, account) : { answer: account };
}

/** The account that an account's token sees; it must be just one. */
async function findAccount(ask: Ask): Promise<URL | Answer> {
  let account: URL | undefined;
  const answer = await askOnce({
    method: 'GET /accounts',
    request: () => get(below(ask.store.baseUrl, 'accounts?per_page=5'), bearer(ask.secret)),
    // 9109 also stands for "from this address not": only these words mean the token.
    dead: [400, 401, 403].flatMap((status) => ['Invalid access token', 'Invalid API Token'].map((says) => ({ status, at: ['errors.0.message'], says }))),
    live: (body) => {
      if (!isObject(body) || body['success'] !== true || !Array.isArray(body['result'])) return undefined;
      const ids = objectsOf(body['result']).flatMap((one) => text(one['id']) ?? []);
      if (ids.length !== 1 || ids[0] === undefined) return unknown('ambiguous', `the token sees ${ids.length} accounts: name its own under endpoints: { account: … }`);
      account = below(ask.store.baseUrl, `accounts/${encodeURIComponent(ids[0])}`);
      return {};
    },
  }).run(ask);
  return account ?? answer;
}

async function verifyAt(ask: Ask, home: URL): Promise<Verified> {
  const answer = await askOnce({
    method: 'GET tokens/verify',
    request: () => get(below(home, 'tokens/verify'), bearer(ask.secret)),
    dead: [400, 401, 403].map((status) => ({ status, at: ['errors.0.message'], says: 'Invalid API Token' })),
    live: (body) => {
      const token = resultOf(body);
      const id = text(token?.['id']);
      if (token === undefined || id === undefined) return undefined;
      if (token['status'] === 'disabled' || token['status'] === 'expired') return inactive(`Cloudflare says the token is ${token['status']}`);
      // Its guide: "By default, tokens do not expire"; the field is there when they do.
      return token['status'] === 'active' ? { tokenId: id, exp: orNever(token['expires_on'] ?? null, instant) } : undefined;
    },
  }).run(ask);
  const id = answer.status === 'active' ? answer.facts.tokenId : undefined;
  return id === undefined ? { answer } : { answer, url: below(home, `tokens/${encodeURIComponent(id)}`) };
}

async function change(ask: Ask, request: (url: URL) => HttpRequest): Promise<Mutation> {
  const { answer, url } = await verify(ask);
  return url === undefined ? refused(`the token was not verified (${answer.status}), so its id is not known`) : tell(ask, request(url), { accepted: [200] });
}

async function disable(ask: Ask): Promise<Mutation> {
  return update(ask, (await verify(ask)).url, () => ({ status: 'disabled' }));
}

/** Where the details of the token are: of the token that was found, or of one that was listed. */
const homeOf = (ask: LimitAsk): URL => below(ownHome(ask), `tokens/${encodeURIComponent(ask.tokenId)}`);

function aboutLimits({ store, subject, rule }: LimitAbout): string | undefined {
  if (subject === undefined) return needsOwnToken(store);
  if (!rule.startsWith('cloudflare-api-token')) return 'Cloudflare changes API tokens only';
  // Where its account is, only a request tells.
  return subject.secret.reveal().startsWith('cfat_') && store.endpoints?.['account'] === undefined ? 'it is an account\'s token: name the account under endpoints: { account: … }' : undefined;
}

/** Policies without some permission groups. What denies stays: without it the token could do more. */
function withoutGroups(policies: unknown, drop: readonly string[]): readonly JsonObject[] {
  return objectsOf(policies).flatMap((policy) => {
    if (policy['effect'] === 'deny') return [policy];
    const groups = objectsOf(policy['permission_groups']).filter((group) => !drop.includes(text(group['name']) ?? text(group['id']) ?? ''));
    return groups.length === 0 ? [] : [{ ...policy, permission_groups: groups }];
  });
}

/** The update replaces the whole token, so all that is there is sent back with what changes. */
async function update(ask: AdminAsk & { readonly secret?: Secret }, url: URL | undefined, changes: (token: JsonObject) => JsonObject): Promise<Mutation> {
  const headers = ask.secret === undefined ? ownAuthorization(ask) : bearer(ownToken(ask) ?? ask.secret);
  const outcome = url === undefined ? undefined : await ask.send(get(url, headers));
  const token = outcome?.ok === true && outcome.response.status === 200 ? resultOf(readObject(outcome.response)) : undefined;
  if (url === undefined || token === undefined || !Array.isArray(token['policies'])) return refused('the token\'s details cannot be read, which the update has to repeat: it needs the right "API Tokens Write"');
  const kept = Object.fromEntries(['name', 'policies', 'condition', 'not_before', 'expires_on'].flatMap((name) => (token[name] === undefined ? [] : [[name, token[name]]])));
  return tell(ask, { ...postJson(url, { ...kept, ...changes(token) }, headers), method: 'PUT' }, { accepted: [200] });
}

async function roll(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const cannot = cannotChoose(wish);
  if (cannot !== undefined) return refused(cannot);
  const { answer, url } = await verify(ask);
  if (url === undefined) return refused(`the token was not verified (${answer.status}), so its id is not known`);
  const run = issueOnce({
    request: () => ({ ...postJson(below(url, 'value'), {}, asker(ask)), method: 'PUT' }),
    read: (body) => (isObject(body) && typeof body['result'] === 'string' ? { secret: body['result'], facts: answer.status === 'active' ? answer.facts : {} } : undefined),
    oldLives: false,
  });
  return run(ask, wish, makeSecret);
}

function listTokens(): ReturnType<typeof listPages> {
  const page = (ask: AdminAsk, number: number): HttpRequest => get(below(ownHome(ask), `tokens?page=${number}&per_page=50`), ownAuthorization(ask));
  return listPages({
    first: (ask) => page(ask, 1),
    read: (body, _, ask, number) => {
      if (!isObject(body) || body['success'] !== true || !Array.isArray(body['result'])) return undefined;
      const tokens = objectsOf(body['result']).flatMap((token) => listed('cloudflare-api-token', text(token['id']), factsOf(token) ?? {}, token['status'] === 'active' ? 'active' : ['disabled', 'expired'].includes(String(token['status'])) ? 'inactive' : 'unknown'));
      const info = isObject(body['result_info']) ? body['result_info'] : {};
      const [total, size] = [Number(info['total_count'] ?? Number.NaN), Number(info['per_page'] ?? 50)];
      const more = Number.isNaN(total) ? tokens.length > 0 && tokens.length >= size : number * size < total && tokens.length > 0;
      return { tokens, next: more ? page(ask, number + 1) : undefined };
    },
  });
}

/** Permission groups by name, a denying policy's marked so. */
function factsOf(token: JsonObject | undefined): GivenFacts | undefined {
  if (token === undefined || text(token['id']) === undefined) return undefined;
  const scopes = objectsOf(token['policies']).flatMap((policy) => objectsOf(policy['permission_groups']).flatMap((group) => {
    const name = text(group['name']) ?? text(group['id']);
    return name === undefined ? [] : [policy['effect'] === 'deny' ? `deny ${name}` : name];
  }));
  const addresses = isObject(token['condition']) && isObject(token['condition']['request_ip']) ? texts(token['condition']['request_ip']['in']) : undefined;
  return {
    tokenId: text(token['id']),
    name: text(token['name']),
    scopes: Array.isArray(token['policies']) ? [...new Set(scopes)] : undefined,
    iat: instant(token['issued_on']),
    exp: orNever(token['expires_on'] ?? null, instant),
    lastUsedAt: 'last_used_on' in token ? orNever(token['last_used_on'], instant) : undefined,
    notes: addresses === undefined || addresses.length === 0 ? undefined : { addresses: addresses.join(' ') },
  };
}

function resultOf(body: unknown): JsonObject | undefined {
  return isObject(body) && body['success'] === true && isObject(body['result']) ? body['result'] : undefined;
}
