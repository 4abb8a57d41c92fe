import type { AdminAsk, Answer, FoundByName, HeldIssue, HttpResponse, Issued, IssuedPart, IssueOperation, IssueWish, Mutation, Secret } from '../../model/index.ts';
import { accepted, active, inactive, refused, uncertain, unknown } from '../reading/answers.ts';
import { instant, orNever, secondsFrom, text, texts } from '../reading/fields.ts';
import { isObject, readObject } from '../reading/json.ts';
import type { JsonObject } from '../reading/json.ts';
import { needsOwnToken, ownToken } from './own-credentials.ts';
import { mutation, question, unnamed } from './question.ts';
import { below, get, postJson } from './requests.ts';

/** Handles say which of the two they are. */
const [TOKEN, LEASE] = ['accessor:', 'lease:'];
/** Names of parts of dynamic secrets that are no secrets. */
const PLAIN = /^(?:user(?:name)?|access_?key(?:_id)?|arn|role|type|host|port|db_name|expiration|ttl|.*_email)$/i;

/**
 * A scope with a slash is the path of a dynamic secret (`database/creds/readonly`), read once; all others are policies of a new
 * token. Both end by an id (accessor, lease) with our own token.
 */
export const vaultIssue: IssueOperation = {
  method: 'POST auth/token/create, or GET a dynamic secret',
  parameters: { role: 'the token role that makes it (auth/token/create/ROLE)' },
  variables: { token: 'VAULT_TOKEN' },
  impossible: needsOwnToken,
  refuses: ({ scopes, parameters }) => {
    if (scopes.some((scope) => !/^[A-Za-z0-9_.@-]+(?:\/[A-Za-z0-9_.@-]+)*$/.test(scope) || /(?:^|\/)\.\.?(?:\/|$)/.test(scope))) return 'a scope is the name of a policy or the path of a dynamic secret';
    if (parameters['role'] !== undefined && !/^[A-Za-z0-9_-]+$/.test(parameters['role'])) return 'its grant has with: role, which is no name of a role';
    if (scopes.includes('root')) return 'a root token is no narrow one';
    return scopes.some((scope) => scope.includes('/')) && scopes.length > 1 ? 'one dynamic secret at a time, and no policies beside it' : undefined;
  },
  keepsTtl: true,
  anonymous: (scopes) => scopes[0]?.includes('/') === true,
  run: (ask, wish, makeSecret) => (isPath(wish) ? readSecret(ask, wish, makeSecret) : createToken(ask, wish, makeSecret)),
  revoke,
  ask: introspect,
  find,
};

const isPath = ({ scopes }: IssueWish): boolean => scopes[0]?.includes('/') === true;
const own = (ask: AdminAsk): Readonly<Record<string, string>> => ({ 'x-vault-token': ownToken(ask)?.reveal() ?? '' });
const at = (ask: AdminAsk, path: string): URL => below(ask.store.baseUrl, `v1/${path}`);

function failed(response: HttpResponse, now: Date): Exclude<Issued, { readonly status: 'issued' }> {
  if ([400, 403, 404, 405].includes(response.status)) return refused(`answered ${response.status}`);
  const answer = unnamed(response, now);
  return uncertain(answer.status === 'unknown' ? answer.why : 'malformed', `answered ${response.status}, but not with a credential`);
}

async function createToken(...[ask, wish, makeSecret]: Parameters<IssueOperation['run']>): Promise<Issued> {
  const { role } = wish.parameters;
  const ttl = `${wish.ttlSeconds}s`;
  const body = { policies: wish.scopes, no_default_policy: !wish.scopes.includes('default'), ttl, explicit_max_ttl: ttl, renewable: false, display_name: 'tokenwarden', meta: { tokenwarden: wish.name } };
  const began = ask.now();
  const outcome = await ask.send(postJson(at(ask, `auth/token/create${role === undefined ? '' : `/${role}`}`), body, own(ask)));
  if (!outcome.ok) return uncertain(outcome.why, outcome.detail);
  const answer = readObject(outcome.response);
  const auth = isObject(answer?.['auth']) ? answer['auth'] : undefined;
  const token = text(auth?.['client_token']);
  if (outcome.response.status !== 200 || auth === undefined || token === undefined) return failed(outcome.response, ask.now());
  const lease = auth['lease_duration'];
  const accessor = text(auth['accessor']);
  const facts = active({ scopes: texts(auth['token_policies'] ?? auth['policies']), exp: lease === 0 ? 'never' : secondsFrom(began, lease), tokenId: accessor });
  return {
    status: 'issued',
    parts: [{ name: 'token', value: makeSecret(token), isSecret: true }],
    // A batch token has no accessor and cannot be revoked.
    ...(accessor === undefined || accessor === '' ? { ending: 'expires' as const } : { ending: 'by-id' as const, handle: `${TOKEN}${accessor}` }),
    facts: facts.status === 'active' ? facts.facts : {},
  };
}

async function readSecret(...[ask, wish, makeSecret]: Parameters<IssueOperation['run']>): Promise<Issued> {
  const began = ask.now();
  // Reading makes a user: not one to send twice.
  const outcome = await ask.send({ ...get(at(ask, wish.scopes[0] ?? ''), own(ask)), repeatable: false });
  if (!outcome.ok) return uncertain(outcome.why, outcome.detail);
  const answer = readObject(outcome.response);
  const [data, lease] = [answer?.['data'], text(answer?.['lease_id'])];
  if (outcome.response.status !== 200 || !isObject(data)) return failed(outcome.response, ask.now());
  if (lease === undefined || lease === '') return refused('it has no lease, so it is no dynamic secret');
  const exp = await shortened(ask, wish, lease, secondsFrom(began, answer?.['lease_duration']));
  return { status: 'issued', parts: partsOf(data, makeSecret), ending: 'by-id', handle: `${LEASE}${lease}`, facts: { scopes: wish.scopes, ...(exp === undefined ? {} : { exp }) } };
}

/** The role decides how long a lease is; renewing it by less shortens it. */
async function shortened(ask: AdminAsk, wish: IssueWish, lease: string, exp: Date | undefined): Promise<Date | undefined> {
  if (exp !== undefined && exp.getTime() <= ask.now().getTime() + wish.ttlSeconds * 1000) return exp;
  const began = ask.now();
  const outcome = await ask.send({ ...postJson(at(ask, 'sys/leases/renew'), { lease_id: lease, increment: wish.ttlSeconds }, own(ask)), method: 'PUT' });
  const answer = outcome.ok && outcome.response.status === 200 ? readObject(outcome.response) : undefined;
  return answer === undefined ? exp : (secondsFrom(began, answer['lease_duration']) ?? exp);
}

function partsOf(data: JsonObject, makeSecret: (value: string) => Secret): readonly IssuedPart[] {
  return Object.entries(data).flatMap(([name, value]) => {
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return [];
    return [{ name: name.toLowerCase().replaceAll('_', '-'), value: makeSecret(String(value)), isSecret: !PLAIN.test(name) }];
  });
}

function revoke(ask: AdminAsk, { handle = '' }: HeldIssue): Promise<Mutation> {
  const request = handle.startsWith(LEASE)
    ? { ...postJson(at(ask, 'sys/leases/revoke'), { lease_id: handle.slice(LEASE.length), sync: true }, own(ask)), method: 'PUT' as const }
    : postJson(at(ask, 'auth/token/revoke-accessor'), { accessor: handle.slice(TOKEN.length) }, own(ask));
  return mutation(ask, request, ({ status }) => {
    if (status === 204 || status === 200) return accepted(`answered ${status}`);
    return [400, 403, 404].includes(status) ? refused(`answered ${status}`) : undefined;
  });
}

function introspect(ask: AdminAsk, { handle = '' }: HeldIssue): Promise<Answer> {
  const isLease = handle.startsWith(LEASE);
  const request = isLease
    ? { ...postJson(at(ask, 'sys/leases/lookup'), { lease_id: handle.slice(LEASE.length) }, own(ask)), method: 'PUT' as const, repeatable: true }
    : { ...postJson(at(ask, 'auth/token/lookup-accessor'), { accessor: handle.slice(TOKEN.length) }, own(ask)), repeatable: true };
  return question(ask, request, (response) => {
    const body = readObject(response);
    const errors = (texts(body?.['errors']) ?? []).join('\n');
    if (isLease && response.status === 400 && /invalid lease/.test(errors)) return inactive('the store answers 400 "invalid lease"');
    if (!isLease && [400, 403, 404].includes(response.status) && /invalid accessor/.test(errors)) return inactive(`the store answers ${response.status} "invalid accessor"`);
    if (response.status === 403) return unknown('own-credentials', 'answered 403: our own token may not look it up');
    const data = body?.['data'];
    return response.status === 200 && isObject(data) ? active({ exp: orNever(data['expire_time'], instant), scopes: texts(data['policies']) }) : undefined;
  });
}

/** Tokens bear our name in their metadata; leases bear none, so that a lost one is not found here. */
async function find(ask: AdminAsk, name: string): Promise<FoundByName> {
  const listing = await ask.send(get(at(ask, 'auth/token/accessors?list=true'), own(ask)));
  if (!listing.ok) return unknownOf(listing.why, listing.detail);
  const data = readObject(listing.response)?.['data'];
  const accessors = isObject(data) ? texts(data['keys']) : undefined;
  if (listing.response.status !== 200 || accessors === undefined) return unknownOf('unexpected-status', `listing accessors answered ${listing.response.status}`);
  const handles: string[] = [];
  for (const accessor of accessors) {
    const outcome = await ask.send({ ...postJson(at(ask, 'auth/token/lookup-accessor'), { accessor }, own(ask)), repeatable: true });
    if (!outcome.ok) return unknownOf(outcome.why, outcome.detail);
    const found = readObject(outcome.response)?.['data'];
    if (isObject(found) && isObject(found['meta']) && found['meta']['tokenwarden'] === name) handles.push(`${TOKEN}${accessor}`);
  }
  return { status: 'found', handles };
}

function unknownOf(...[why, detail]: Parameters<typeof unknown>): FoundByName {
  return { status: 'unknown', why, detail };
}
