import type { Answer, Ask, Issuer, Mutation, Particular, Replacement } from '../model/index.ts';
import { askOnce, tell } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { cannotNarrow, issueOnce } from './exchange/issue-once.ts';
import { factsFrom, merged } from './exchange/more-facts.ts';
import { basic, below, get, postForm, postJson, remove } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

const VERSION = 'application/vnd.atlas.2024-08-05+json';

/** MongoDB Atlas service accounts. A secret signs in with its client id; an organization owner's account reads and changes itself. */
export const issuer: Issuer = {
  id: 'mongodb-atlas',
  name: 'MongoDB Atlas',
  kinds: ['mongodb-atlas-service-account-secret'],
  publicBaseUrl: 'https://cloud.mongodb.com',
  proof: { how: 'document', reference: 'MongoDB Atlas Administration API v2: OAuth 2.0 service accounts (oauth/token), orgs/{id}/serviceAccounts/{clientId} (get, secrets create, secrets delete)' },
  introspect: { method: 'POST /api/oauth/token, GET serviceAccounts/ID', run: introspect, particular: (subject): Particular => needsCompanions(subject, 'client-id') },
  revoke: { method: 'DELETE serviceAccounts/ID/secrets/ID', reversible: false, sideEffects: 'None beyond this secret; tokens it fetched live up to an hour.', run: revoke, particular: (subject): Particular => needsCompanions(subject, 'client-id') },
  rotate: { method: 'POST serviceAccounts/ID/secrets', sideEffects: 'A second secret exists until the old one is deleted; Atlas allows two.', run: add, particular: (subject): Particular => needsCompanions(subject, 'client-id') },
};

interface SignedIn {
  readonly answer: Answer;
  readonly headers?: Readonly<Record<string, string>>;
}

async function signIn(ask: Ask): Promise<SignedIn> {
  let bearer: string | undefined;
  const answer = await askOnce({
    method: 'POST /api/oauth/token',
    request: () => ({ ...postForm(below(ask.store.baseUrl, 'api/oauth/token'), { grant_type: 'client_credentials' }, basic(companionOf(ask, 'client-id') ?? '', ask.secret.reveal())), repeatable: true }),
    dead: [{ status: 401, at: ['error', 'errorCode'], says: /^invalid_client$/i, means: 'Atlas answers 401 invalid_client to this id and secret' }],
    live: (body) => {
      bearer = isObject(body) && typeof body['access_token'] === 'string' && body['token_type'] === 'Bearer' ? body['access_token'] : undefined;
      return bearer === undefined ? undefined : { clientId: companionOf(ask, 'client-id') };
    },
  }).run(ask);
  return { answer, ...(bearer === undefined ? {} : { headers: { authorization: `Bearer ${bearer}`, accept: VERSION } }) };
}

interface Account {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly facts: GivenFacts;
}

/** The service account in its own organization, which is the one that it sees. */
async function findAccount(ask: Ask, headers: Readonly<Record<string, string>>): Promise<Account | undefined> {
  const outcome = await ask.send(get(below(ask.store.baseUrl, 'api/atlas/v2/orgs'), headers));
  const orgs = outcome.ok && outcome.response.status === 200 ? objectsOf(readObject(outcome.response)?.['results']) : [];
  const org = orgs.length === 1 ? text(orgs[0]?.['id']) : undefined;
  if (org === undefined) return undefined;
  const url = below(ask.store.baseUrl, `api/atlas/v2/orgs/${encodeURIComponent(org)}/serviceAccounts/${encodeURIComponent(companionOf(ask, 'client-id') ?? '')}`);
  const facts = await factsFrom(ask, get(url, headers), (body) => (isObject(body) && text(body['clientId']) !== undefined ? factsOf(ask, body) : undefined));
  return facts === undefined ? undefined : { url, headers, facts };
}

async function introspect(ask: Ask): Promise<Answer> {
  const { answer, headers } = await signIn(ask);
  return headers === undefined ? answer : merged(answer, (await findAccount(ask, headers))?.facts);
}

async function revoke(ask: Ask): Promise<Mutation> {
  const { headers } = await signIn(ask);
  const account = headers === undefined ? undefined : await findAccount(ask, headers);
  const id = account?.facts.tokenId;
  if (account === undefined || id === undefined) return refused('the service account does not tell which of its secrets this is');
  return tell(ask, remove(below(account.url, `secrets/${encodeURIComponent(id)}`), account.headers), { accepted: [204] });
}

async function add(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const cannot = cannotNarrow(wish);
  if (cannot !== undefined) return refused(cannot);
  const { headers } = await signIn(ask);
  const account = headers === undefined ? undefined : await findAccount(ask, headers);
  if (account === undefined) return refused('the service account may not read itself');
  const hours = wish.expiresAt === undefined ? 8_760 : Math.max(8, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / 3_600_000));
  return issueOnce({
    request: () => postJson(below(account.url, 'secrets'), { secretExpiresAfterHours: hours }, { ...account.headers, 'content-type': VERSION }),
    read: (body) => (isObject(body) && typeof body['secret'] === 'string' ? { secret: body['secret'], facts: { tokenId: text(body['id']), iat: instant(body['createdAt']), exp: instant(body['expiresAt']) } } : undefined),
    oldLives: true,
  })(ask, wish, makeSecret);
}

/** `maskedSecretValue` shows the end of each secret. */
function factsOf(ask: Ask, account: JsonObject): GivenFacts {
  const secrets = objectsOf(account['secrets']);
  const fitting = secrets.filter((secret) => {
    const tail = (text(secret['maskedSecretValue']) ?? '').split('*').at(-1) ?? '';
    return tail.length >= 4 && ask.secret.reveal().endsWith(tail);
  });
  const own = fitting.length === 1 ? fitting[0] : undefined;
  return {
    name: text(account['name']),
    scopes: texts(account['roles']),
    tokenId: text(own?.['id']),
    iat: instant(own?.['createdAt']),
    exp: instant(own?.['expiresAt']),
    lastUsedAt: own !== undefined && 'lastUsedAt' in own ? orNever(own['lastUsedAt'], instant) : undefined,
  };
}
