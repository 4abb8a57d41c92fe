import { createHash } from 'node:crypto';
import type { AdminAsk, Answer, Ask, Issuer, ListedToken, ListEnd, Mutation, Replacement, Store, TokenUse } from '../model/index.ts';
import { tell } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotChoose, issueOnce } from './exchange/issue-once.ts';
import { listPages, usePages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { factsFrom } from './exchange/more-facts.ts';
import { isNamedByClaims } from './exchange/named-claims.ts';
import { ownPair, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postForm, postJson } from './exchange/requests.ts';
import { active, inactive, refused, unknown } from './reading/answers.ts';
import { epochMilliseconds, epochSeconds, text } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

const KIND = 'keycloak-client-secret';
const PAGE = 100;
const SHUT_OUT = 'The client gets another secret at once: whatever signs in as this client is shut out until it has the new one. Its sessions and tokens live on until they expire.';

/**
 * Client secrets of a Keycloak realm, seen from the administrator's side: the store's URL is the realm
 * (`https://sso.example.com/realms/NAME`), our own credentials a client of it with a service account that may view, or manage,
 * clients and events. A secret is looked for among those of the clients, so nothing is signed in with it. Its tokens are the affair of `oauth`.
 */
export const issuer: Issuer = {
  id: 'keycloak',
  name: 'Keycloak (clients of a realm)',
  kinds: [KIND],
  proof: { how: 'real-server', reference: 'Keycloak 26.4.0 (npm run test:slow): admin/realms/REALM/clients (list, get, put, client-secret, service-account-user), users/ID/role-mappings, events, events/config' },
  introspect: { method: 'GET /admin/realms/REALM/clients', run: introspect, particular: ({ store }) => lacking(store) },
  revoke: { method: 'POST clients/ID/client-secret', reversible: false, sideEffects: SHUT_OUT, particular: ({ store }) => lacking(store), run: revoke },
  deactivate: { method: 'PUT clients/ID (enabled: false)', reversible: true, sideEffects: 'The whole client is switched off: it can neither sign in nor let people sign in until it is enabled again.', particular: ({ store }) => lacking(store), run: switchOff },
  rotate: { endsOld: true, method: 'POST clients/ID/client-secret', sideEffects: SHUT_OUT, particular: ({ store }) => lacking(store), run: rotate },
  list: { method: 'GET /admin/realms/REALM/clients', impossible: needsOwn, run: list },
  revokeById: {
    method: 'POST clients/ID/client-secret',
    impossible: needsOwn,
    reversible: false,
    sideEffects: SHUT_OUT,
    run: async (ask, id) => {
      const headers = await signIn(ask);
      return headers === undefined ? NOT_SIGNED_IN : tell(ask, postJson(below(admin(ask), `clients/${encodeURIComponent(id)}/client-secret`), {}, headers), { accepted: [200] });
    },
  },
  uses: { method: 'GET /admin/realms/REALM/events', impossible: needsOwn, run: uses },
};

const NOT_SIGNED_IN: Extract<Mutation, { readonly status: 'refused' }> = { status: 'refused', detail: 'our own client was not let in, so nothing was changed' };

function needsOwn(store: Store): string | undefined {
  return ownToken({ store }) === undefined && ownPair({ store }) === undefined ? `it needs a client of our own in the realm: give store "${store.id}" auth: { method: client_secret_basic, client-id-env: …, client-secret-env: … }` : undefined;
}

function lacking(store: Store): { readonly impossible?: { readonly why: 'no-client-credentials'; readonly detail: string } } {
  const detail = needsOwn(store);
  return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail } };
}

/** `…/realms/NAME` is the realm, `…/admin/realms/NAME` its administration. */
function admin({ store }: Pick<AdminAsk, 'store'>): URL {
  return new URL(store.baseUrl.href.replace(/\/realms\/(?=[^/]+\/?$)/, '/admin/realms/'));
}

/** Tokens of the administration live for a minute, so each operation fetches its own. */
async function signIn(ask: AdminAsk): Promise<Readonly<Record<string, string>> | undefined> {
  const [token, pair] = [ownToken(ask), ownPair(ask)];
  if (token !== undefined) return bearer(token);
  if (pair === undefined) return undefined;
  const outcome = await ask.send(postForm(below(ask.store.baseUrl, 'protocol/openid-connect/token'), { grant_type: 'client_credentials', client_id: pair.clientId, client_secret: pair.clientSecret.reveal() }));
  const given = outcome.ok && outcome.response.status === 200 ? text(readObject(outcome.response)?.['access_token']) : undefined;
  return given === undefined ? undefined : { authorization: `Bearer ${given}` };
}

/** Confidential clients that prove themselves with a secret. */
const hasSecret = (client: JsonObject): boolean => client['publicClient'] === false && client['bearerOnly'] !== true && (client['clientAuthenticatorType'] === 'client-secret' || client['clientAuthenticatorType'] === 'client-secret-jwt');

type Found = { readonly id: string; readonly isEnabled: boolean; readonly hasServiceAccount: boolean; readonly facts: GivenFacts };
/** By the SHA-256 of its secret; secrets themselves are not kept. */
interface Clients {
  readonly bySecret: ReadonlyMap<string, Found>;
  readonly end: ListEnd;
}

const digest = (value: string): string => createHash('sha256').update(value).digest('base64');

function pages(headers: Readonly<Record<string, string>>, onClient: (client: JsonObject) => void): (ask: AdminAsk) => AsyncGenerator<ListedToken, ListEnd> {
  const page = (ask: AdminAsk, number: number) => get(below(admin(ask), `clients?first=${(number - 1) * PAGE}&max=${PAGE}`), headers);
  return listPages({
    first: (ask) => page(ask, 1),
    read: (body, _, ask, number) => {
      if (!Array.isArray(body) || !body.every((client) => isObject(client) && text(client['clientId']) !== undefined)) return undefined;
      const clients = objectsOf(body);
      for (const client of clients) onClient(client);
      const tokens = clients.filter(hasSecret).flatMap((client) => listed(KIND, text(client['id']), factsOf(client), client['enabled'] === true ? 'active' : 'inactive'));
      return { tokens, next: clients.length < PAGE ? undefined : page(ask, number + 1) };
    },
  });
}

async function* list(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const headers = await signIn(ask);
  if (headers === undefined) return REFUSED;
  return yield* pages(headers, () => undefined)(ask);
}

const REFUSED = { complete: false, why: 'own-credentials', detail: 'our own client was not let in' } as const;

async function readClients(ask: AdminAsk, headers: Readonly<Record<string, string>>): Promise<Clients> {
  const bySecret = new Map<string, Found>();
  const items = pages(headers, (client) => {
    const [id, secret] = [text(client['id']), text(client['secret'])];
    if (id !== undefined && secret !== undefined && hasSecret(client)) bySecret.set(digest(secret), { id, isEnabled: client['enabled'] === true, hasServiceAccount: client['serviceAccountsEnabled'] === true, facts: factsOf(client) });
  })(ask);
  for (;;) {
    const next = await items.next();
    if (next.done === true) return { bySecret, end: next.value };
  }
}

/** A secret has no end, unless the realm has a policy that rotates secrets: then its times stand beside it. */
function factsOf(client: JsonObject): GivenFacts {
  const attributes = isObject(client['attributes']) ? client['attributes'] : {};
  const seconds = (name: string): Date | undefined => (Number(attributes[name] ?? 0) > 0 ? epochSeconds(Number(attributes[name])) : undefined);
  return { clientId: text(client['clientId']), tokenId: text(client['id']), name: text(client['name']), iat: seconds('client.secret.creation.time'), exp: seconds('client.secret.expiration.time') ?? 'never' };
}

async function introspect(ask: Ask): Promise<Answer> {
  const headers = await signIn(ask);
  if (headers === undefined) return unknown('own-credentials', 'our own client was not let in; this says nothing of the secret');
  const read = (): Promise<Clients> => readClients(ask, headers);
  const { bySecret, end } = ask.remember === undefined ? await read() : await ask.remember('clients', read, (clients) => clients.end.complete);
  const found = bySecret.get(digest(ask.secret.reveal()));
  if (found !== undefined) return found.isEnabled ? active({ ...found.facts, scopes: found.hasServiceAccount ? await rolesOf(ask, found.id, headers) : undefined }) : inactive('its client is switched off');
  if (!end.complete) return unknown(end.why, end.detail);
  if (bySecret.size === 0) return unknown('own-credentials', 'the realm shows our own client no secrets: it may view clients, but not manage them, or there are none');
  return isNamedByClaims(ask) ? inactive('no client of the realm has this secret (any more)') : unknown('ambiguous', 'no client of this realm has this secret: it may be another realm\'s, or dead');
}

/** What the client itself may do: the roles of its service account. */
async function rolesOf(ask: Ask, id: string, headers: Readonly<Record<string, string>>): Promise<readonly string[] | undefined> {
  const account = await factsFrom(ask, get(below(admin(ask), `clients/${encodeURIComponent(id)}/service-account-user`), headers), (body) => (isObject(body) ? { sub: text(body['id']) } : undefined));
  if (account?.sub === undefined) return undefined;
  const roles = await factsFrom(ask, get(below(admin(ask), `users/${encodeURIComponent(account.sub)}/role-mappings`), headers), (body) => {
    if (!isObject(body)) return undefined;
    const names = (mappings: unknown, mark: string): readonly string[] => objectsOf(mappings).flatMap((role) => (text(role['name']) === undefined ? [] : [`${mark}${String(role['name'])}`]));
    const ofClients = isObject(body['clientMappings']) ? Object.entries(body['clientMappings']) : [];
    return { scopes: [...names(body['realmMappings'], ''), ...ofClients.flatMap(([client, mapping]) => (isObject(mapping) ? names(mapping['mappings'], `${client}:`) : []))] };
  });
  return roles?.scopes;
}

/** Anew: it is about to be changed. */
async function locate(ask: Ask): Promise<{ readonly id: string; readonly headers: Readonly<Record<string, string>> } | Extract<Mutation, { readonly status: 'refused' }>> {
  const headers = await signIn(ask);
  if (headers === undefined) return NOT_SIGNED_IN;
  const found = (await readClients(ask, headers)).bySecret.get(digest(ask.secret.reveal()));
  return found === undefined ? refused('no client of the realm has this secret') : { id: found.id, headers };
}

async function revoke(ask: Ask): Promise<Mutation> {
  const at = await locate(ask);
  return 'status' in at ? at : tell(ask, postJson(below(admin(ask), `clients/${at.id}/client-secret`), {}, at.headers), { accepted: [200] });
}

/** The server wants the whole of a client. */
async function switchOff(ask: Ask): Promise<Mutation> {
  const at = await locate(ask);
  if ('status' in at) return at;
  const url = below(admin(ask), `clients/${at.id}`);
  const outcome = await ask.send(get(url, at.headers));
  const client = outcome.ok && outcome.response.status === 200 ? readObject(outcome.response) : undefined;
  if (client === undefined) return refused('the client could not be read, so it was not changed');
  return tell(ask, { ...postJson(url, { ...client, enabled: false }, at.headers), method: 'PUT' }, { accepted: [204] });
}

async function rotate(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const cannot = cannotChoose(wish);
  if (cannot !== undefined) return refused(cannot);
  const at = await locate(ask);
  if ('status' in at) return at;
  return issueOnce({
    request: () => postJson(below(admin(ask), `clients/${at.id}/client-secret`), {}, at.headers),
    read: (body) => (isObject(body) && typeof body['value'] === 'string' ? { secret: body['value'], facts: { tokenId: at.id } } : undefined),
    oldLives: false,
  })(ask, wish, makeSecret);
}

/** Sign-ins of the client itself. A realm that records no events is silent, which is not "none". */
async function* uses(ask: AdminAsk, tokenId: string, since: Date): AsyncGenerator<TokenUse, ListEnd> {
  const headers = await signIn(ask);
  if (headers === undefined) return REFUSED;
  const read = async (path: string): Promise<JsonObject | undefined> => {
    const outcome = await ask.send(get(below(admin(ask), path), headers));
    return outcome.ok && outcome.response.status === 200 ? readObject(outcome.response) : undefined;
  };
  const config = await read('events/config');
  const kinds = Array.isArray(config?.['enabledEventTypes']) ? config['enabledEventTypes'] : [];
  if (config?.['eventsEnabled'] !== true || (kinds.length > 0 && !kinds.includes('CLIENT_LOGIN'))) return { complete: false, why: 'unexpected-status', detail: 'the realm records no sign-ins of clients, or does not let our own client see whether it does' };
  const clientId = text((await read(`clients/${encodeURIComponent(tokenId)}`))?.['clientId']);
  if (clientId === undefined) return { complete: false, why: 'unexpected-status', detail: 'the realm knows no client of this id' };
  const day = since.toISOString().slice(0, 10);
  const page = (number: number) => get(below(admin(ask), `events?type=CLIENT_LOGIN&type=CLIENT_LOGIN_ERROR&client=${encodeURIComponent(clientId)}&dateFrom=${day}&first=${(number - 1) * PAGE}&max=${PAGE}`), headers);
  const end = yield* usePages({
    first: () => page(1),
    read: (body, _, __, number) => {
      if (!Array.isArray(body)) return undefined;
      const tokens = objectsOf(body).flatMap((event): readonly TokenUse[] => {
        const at = epochMilliseconds(event['time']);
        const address = text(event['ipAddress']);
        return at === undefined || at < since ? [] : [{ at, action: String(event['type']), ...(address === undefined ? {} : { address }), result: text(event['error']) === undefined ? 'allowed' : 'denied' }];
      });
      return { tokens, next: body.length < PAGE ? undefined : page(number + 1) };
    },
  })(ask);
  const keeps = Number(config['eventsExpiration'] ?? 0);
  const kept = keeps > 0 ? new Date(ask.now().getTime() - keeps * 1000) : undefined;
  return end.complete && kept !== undefined && kept > since ? { complete: false, why: 'unexpected-status', detail: `the realm keeps events for ${Math.round(keeps / 86_400)} days only` } : end;
}
