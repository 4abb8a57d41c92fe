import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, Mutation, Particular, Store, Subject } from '../model/index.ts';
import { askOnce, tell, tellOnce } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { cannotChoose, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { withMore } from './exchange/more-facts.ts';
import { needsOwnPair, ownAuthorization, ownPair } from './exchange/own-credentials.ts';
import { basic, below, get, postForm, remove } from './exchange/requests.ts';
import { instant, mailDate, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

const lack = (store: Store): string | undefined => needsOwnPair(store, 'account SID and auth token');

function onlyWithAccount({ store }: Subject): Particular {
  const detail = lack(store);
  return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail } };
}

/** An account's auth token (with its SID), and API keys (SK…, with their secret). */
export const issuer: Issuer = {
  id: 'twilio',
  name: 'Twilio',
  kinds: ['twilio-auth-token', 'twilio-auth-token-named', 'twilio-api-secret'],
  publicBaseUrl: 'https://api.twilio.com',
  publicEndpoints: { accounts: 'https://accounts.twilio.com', iam: 'https://iam.twilio.com', verify: 'https://verify.twilio.com' },
  endpoints: ['accounts', 'iam', 'verify'],
  proof: { how: 'document', reference: 'twilio.com/docs/iam/api/account, /iam/keys/api-key, /iam/api/authtoken-promote, /api/errors/20003; twilio 6.2.0 lib/rest/accounts/v1, lib/rest/iam/v1' },
  introspect: { method: 'GET /2010-04-01/Accounts/SID', run: introspect, particular: aboutIntrospection },
  revoke: {
    method: 'POST accounts:/v1/AuthTokens/Promote',
    reversible: false,
    sideEffects: 'The secondary auth token becomes the primary one, and everything that signs in with the old one fails. Without a secondary token Twilio refuses: rotate first.',
    run: (ask) => (isKey(ask) ? deleteKey(ask, companionOf(ask, 'key-sid') ?? '') : promote(ask)),
    particular: aboutRevocation,
  },
  rotate: {
    method: 'POST accounts:/v1/AuthTokens/Secondary',
    sideEffects: 'Makes a secondary auth token beside the primary one; the old one dies when the secondary is promoted.',
    run: (ask, wish, makeSecret) => (isKey(ask) ? issueKey : issueSecondary)(ask, wish, makeSecret),
    particular: (subject) => (isKey(subject) ? { method: 'POST iam:/v1/Keys', sideEffects: 'Makes another API key, which has a SID of its own.', ...onlyWithAccount(subject) } : needsCompanions(subject, 'account')),
  },
  list: { method: 'GET iam:/v1/Keys', run: (ask) => list(ask), impossible: lack },
  revokeById: { method: 'DELETE iam:/v1/Keys/SID', run: deleteKey, impossible: lack, reversible: false, sideEffects: 'None beyond this API key.' },
};

const isKey = ({ rule }: Subject): boolean => rule.id === 'twilio-api-secret';

function endpoint({ store }: AdminAsk, name: 'accounts' | 'iam' | 'verify', path: string): URL {
  return below(store.endpoints?.[name] ?? new URL(store.baseUrl.href.replace('://api.', `://${name}.`)), path);
}

function aboutIntrospection(subject: Subject): Particular {
  return isKey(subject) ? { method: 'GET verify:/v2/Services', ...needsCompanions(subject, 'key-sid') } : needsCompanions(subject, 'account');
}

function aboutRevocation(subject: Subject): Particular {
  if (!isKey(subject)) return needsCompanions(subject, 'account');
  const lacking = onlyWithAccount(subject);
  return { method: 'DELETE iam:/v1/Keys/SID', sideEffects: 'None beyond this API key.', ...(lacking.impossible === undefined ? needsCompanions(subject, 'key-sid') : lacking) };
}

/** 20003 is "permission denied" for a wrong pair; standard keys hear it at the account's own resources too, so keys are asked elsewhere. */
const DEAD = [{ status: 401, at: ['code'], says: '20003', means: 'Twilio answers 20003: it does not accept this pair' }];

const account = askOnce({
  method: 'GET /2010-04-01/Accounts/SID',
  request: (ask) => get(below(ask.store.baseUrl, `2010-04-01/Accounts/${sid(ask, 'account')}.json`), signIn(ask)),
  dead: DEAD,
  ambiguous: [{ status: 401, at: ['code'], says: '20005', means: 'Twilio answers 20005: the account is not active, so it does not say whether the token is right' }],
  aliveButBarred: [{ status: 403, at: ['code'], says: '20008', means: 'test credentials, which may not read the account' }],
  live: (body) => {
    if (!isObject(body) || text(body['sid']) === undefined || text(body['status']) === undefined) return undefined;
    return { sub: text(body['sid']), name: text(body['friendly_name']), scopes: ['account'], notes: body['status'] === 'active' ? undefined : { account: String(body['status']) } };
  },
});

const services = askOnce({
  method: 'GET verify:/v2/Services',
  request: (ask) => get(endpoint(ask, 'verify', 'v2/Services?PageSize=1'), signIn(ask)),
  dead: DEAD,
  aliveButBarred: [{ status: 403, at: ['code'], says: /^70\d{3}$/, means: 'Twilio says this restricted key may not read that' }],
  live: (body, _, ask) => (isObject(body) && Array.isArray(body['services']) && isObject(body['meta']) ? { sub: text(objectsOf(body['services'])[0]?.['account_sid']), tokenId: companionOf(ask, 'key-sid') } : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  if (!isKey(ask)) return account.run(ask);
  const answer = await services.run(ask);
  if (ownPair(ask) === undefined) return answer;
  return withMore(ask, answer, get(endpoint(ask, 'iam', `v1/Keys/${sid(ask, 'key-sid')}`), ownAuthorization(ask)), (body) => {
    return isObject(body) && body['sid'] === companionOf(ask, 'key-sid') ? factsOfKey(body) : undefined;
  });
}

/** A policy is given for restricted keys only: `{ allow: ["/twilio/messaging/messages/create"] }`. */
function factsOfKey(key: JsonObject): GivenFacts {
  const { policy } = key;
  return { tokenId: text(key['sid']), name: text(key['friendly_name']), iat: madeAt(key), scopes: isObject(policy) ? texts(policy['allow']) : undefined };
}

function madeAt(body: JsonObject): Date | undefined {
  return mailDate(body['date_created']) ?? instant(body['date_created']);
}

function sid(ask: Ask, name: 'account' | 'key-sid'): string {
  return encodeURIComponent(companionOf(ask, name) ?? '');
}

function signIn(ask: Ask): Readonly<Record<string, string>> {
  return basic(companionOf(ask, isKey(ask) ? 'key-sid' : 'account') ?? '', ask.secret.reveal());
}

const promote = tellOnce({ request: (ask) => postForm(endpoint(ask, 'accounts', 'v1/AuthTokens/Promote'), {}, signIn(ask)), accepted: [200] });

function deleteKey(ask: AdminAsk, keySid: string): Promise<Mutation> {
  return tell(ask, remove(endpoint(ask, 'iam', `v1/Keys/${encodeURIComponent(keySid)}`), ownAuthorization(ask)), { accepted: [204] });
}

const issueKey = issueOnce({
  request: (ask, wish) => postForm(endpoint(ask, 'iam', 'v1/Keys'), { AccountSid: ownPair(ask)?.clientId ?? '', FriendlyName: nameOf(wish, ask), KeyType: 'standard' }, ownAuthorization(ask)),
  oldLives: true,
  cannot: cannotChoose,
  read: (body) => (isObject(body) ? { secret: text(body['secret']) ?? '', facts: factsOfKey(body) } : undefined),
});

const issueSecondary = issueOnce({
  request: (ask) => postForm(endpoint(ask, 'accounts', 'v1/AuthTokens/Secondary'), {}, signIn(ask)),
  oldLives: true,
  cannot: cannotChoose,
  read: (body) => (isObject(body) ? { secret: text(body['secondary_auth_token']) ?? '', facts: { iat: madeAt(body) } } : undefined),
});

const list = listPages({
  first: (ask) => get(endpoint(ask, 'iam', `v1/Keys?AccountSid=${encodeURIComponent(ownPair(ask)?.clientId ?? '')}&PageSize=100`), ownAuthorization(ask)),
  read: (body, _, ask) => {
    if (!isObject(body) || !Array.isArray(body['keys'])) return undefined;
    const tokens = objectsOf(body['keys']).flatMap((key) => listed('twilio-api-secret', text(key['sid']), factsOfKey(key)));
    return { tokens, next: nextUrl(ask, isObject(body['meta']) ? body['meta']['next_page_url'] : undefined) };
  },
});

function nextUrl(ask: AdminAsk, value: unknown): HttpRequest | undefined {
  const next = URL.parse(text(value) ?? '');
  // On a server of one's own the answer still names Twilio's host: only the path is taken.
  return next === null ? undefined : get(endpoint(ask, 'iam', `${next.pathname.slice(1)}${next.search}`), ownAuthorization(ask));
}
