import type { Answer, Ask, HttpRequest, HttpResponse, Issuer, Mutation, Particular, Secret, Subject } from '../model/index.ts';
import { mutation, question } from './exchange/question.ts';
import { below, get, postJson } from './exchange/requests.ts';
import { accepted, active, inactive, refused, unknown } from './reading/answers.ts';
import { epochSeconds, instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, readObject } from './reading/json.ts';

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
    run: (ask) => question(ask, lookup(ask), (response) => readLookup(response, ask)),
    particular: (subject) => (administrator(subject) === undefined ? {} : { method: 'POST auth/token/lookup' }),
  },
  revoke: {
    method: 'POST auth/token/revoke-self',
    reversible: false,
    sideEffects: 'Child tokens and leases (database users, cloud credentials) of this token die with it.',
    run: revoke,
    particular: aboutRevocation,
  },
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
  return active({
    sub: text(data['entity_id']) ?? text(data['display_name']),
    name: text(data['display_name']),
    scopes: texts([...data['policies'], ...(texts(data['identity_policies']) ?? [])]),
    iat: instant(data['issue_time']) ?? epochSeconds(data['creation_time']),
    exp: orNever(data['expire_time'], instant),
    tokenId: text(data['accessor']),
    notes: typeof usesLeft === 'number' && usesLeft > 0 ? { usesLeft: String(usesLeft) } : undefined,
  });
}

/**
 * Vault answers 403 to a dead token and to a live one that may not ask. The texts differ (seen on OpenBao 2.7.2): a token
 * that is not in the store gets exactly "permission denied" (newer Vault adds "invalid token", the administrator's
 * lookup says "bad token"), while a policy miss of a live token is wrapped as "1 error occurred: …".
 */
function readForbidden(errors: readonly string[], ask: Ask): Answer | undefined {
  const told = errors.join('\n');
  if (administrator(ask) !== undefined) {
    return errors[0] === 'bad token' ? inactive('the store answers 403 "bad token"') : unknown('own-credentials', 'answered 403: the administrator token was refused; this says nothing of the token');
  }
  const inNamespace = ask.secret.reveal().split('.').length > 2;
  if (inNamespace) return unknown('ambiguous', 'answered 403 for a token of a namespace: it may live in a namespace that was not asked');
  if (errors.length === 1 && told === 'permission denied') return inactive('the store answers 403 "permission denied", as it does for tokens it does not hold');
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
