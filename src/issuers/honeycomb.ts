import type { Ask, Issuer, Mutation, Particular, Store, Subject } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotExpire, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages, sameOrigin } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { factsFrom } from './exchange/more-facts.ts';
import { needsOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { regional } from './exchange/regions.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { instant, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/**
 * Honeycomb. A key begins with its own id. With a management key of ours (`auth: { method: bearer }`) at a store whose URL
 * ends in `/2/teams/SLUG`, ingest keys are listed, switched off, replaced and deleted.
 */
export const issuer: Issuer = {
  id: 'honeycomb',
  name: 'Honeycomb',
  kinds: ['honeycomb-ingest-key', 'honeycomb-management-key'],
  publicBaseUrl: 'https://api.honeycomb.io',
  publicEndpoints: { 'region-eu': 'https://api.eu1.honeycomb.io' },
  proof: { how: 'document', reference: 'api-docs.honeycomb.io: getAuth (/1/auth), getV2Auth (/2/auth), listApiKeys, createApiKey, updateApiKey, deleteApiKey' },
  publicIdOf: (subject) => idOf(subject),
  introspect: regional({ method: 'GET /1/auth', run: (ask) => (isManagement(ask) ? management : ingest).run(ask), particular: (subject) => (isManagement(subject) ? { method: 'GET /2/auth' } : {}) }),
  revoke: {
    method: 'DELETE /2/teams/SLUG/api-keys/ID',
    reversible: false,
    sideEffects: 'Services that send with this key lose their telemetry.',
    run: (ask) => deleteKey(ask, idOf(ask) ?? ''),
    particular: aboutKey,
  },
  deactivate: {
    method: 'PATCH /2/teams/SLUG/api-keys/ID',
    reversible: true,
    sideEffects: 'Services that send with this key lose their telemetry until it is switched on again.',
    run: switchOff,
    particular: aboutKey,
  },
  rotate: {
    method: 'POST /2/teams/SLUG/api-keys',
    sideEffects: 'Makes another ingest key in the same environment.',
    particular: aboutKey,
    run: issueFor,
  },
  list: { method: 'GET /2/teams/SLUG/api-keys', run: (ask) => list(ask), impossible: lacks },
  revokeById: { method: 'DELETE /2/teams/SLUG/api-keys/ID', run: (ask, id) => deleteKey(ask, id), impossible: lacks, reversible: false, sideEffects: 'Services that send with this key lose their telemetry.' },
};

const isManagement = ({ rule }: Subject): boolean => rule.id === 'honeycomb-management-key';
const team = (base: URL): string | undefined => /\/2\/teams\/([A-Za-z0-9_-]+)\/?$/.exec(base.pathname)?.[1];
const root = (base: URL): URL => new URL(base.href.replace(/\/2\/teams\/[^/]*\/?$/, ''));
const keysUrl = (base: URL, rest = ''): URL => below(root(base), `2/teams/${team(base) ?? ''}/api-keys${rest}`);

/** `hcaik_` and a ULID of 26 characters; what follows is the secret. */
const idOf = ({ secret }: Pick<Subject, 'secret'>): string | undefined => /^hca[im]k_[0-9a-z]{26}/.exec(secret.reveal())?.[0];

function lacks(store: Store): string | undefined {
  return needsOwnToken(store) ?? (team(store.baseUrl) === undefined ? `it must know the team: let the url of store "${store.id}" end in /2/teams/SLUG` : undefined);
}

function aboutKey(subject: Subject): Particular {
  if (isManagement(subject)) return { impossible: { why: 'no-introspection', detail: 'management keys are managed on the team\'s settings page only' } };
  const detail = lacks(subject.store);
  return detail === undefined ? {} : { impossible: { why: 'no-client-credentials', detail } };
}

const ingest = askOnce({
  method: 'GET /1/auth',
  request: (ask) => get(below(root(ask.store.baseUrl), '1/auth'), { 'x-honeycomb-team': ask.secret.reveal() }),
  dead: [{ status: 401, at: ['error'], says: /^unknown (?:API|Team) key - check your credentials/i, means: 'Honeycomb answers "unknown API key"' }],
  live: (body, _, ask) => {
    const may = isObject(body) ? body['api_key_access'] : undefined;
    if (!isObject(body) || !isObject(may) || !isObject(body['team'])) return undefined;
    const environment = isObject(body['environment']) ? text(body['environment']['slug']) : undefined;
    return { sub: environment, owner: text(body['team']['slug']), tokenId: idOf(ask), scopes: Object.keys(may).filter((name) => may[name] === true).sort() };
  },
});

const management = askOnce({
  method: 'GET /2/auth',
  request: (ask) => get(below(root(ask.store.baseUrl), '2/auth'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['errors.0.title', 'errors.0.detail', 'errors.0.code', 'error'], says: /unknown|invalid|unauth/i, means: 'Honeycomb answers 401 to this management key' }],
  live: (body) => (isObject(body) && isObject(body['data']) && isObject(body['data']['attributes']) ? factsOf(body['data']) : undefined),
});

function factsOf(key: JsonObject): GivenFacts {
  const attributes = isObject(key['attributes']) ? key['attributes'] : {};
  const may = attributes['permissions'];
  const times = isObject(attributes['timestamps']) ? attributes['timestamps'] : {};
  const scopes = texts(attributes['scopes']) ?? (isObject(may) ? Object.keys(may).filter((name) => may[name] === true).sort() : undefined);
  return { tokenId: text(key['id']), name: text(attributes['name']), scopes, iat: instant(times['created']) };
}

const API = { 'content-type': 'application/vnd.api+json' };

const deleteKey = tellById({ request: (ask, id) => remove(keysUrl(ask.store.baseUrl, `/${encodeURIComponent(id)}`), ownAuthorization(ask)), accepted: [204] });

function switchOff(ask: Ask): Promise<Mutation> {
  const id = idOf(ask) ?? '';
  const request = { ...postJson(keysUrl(ask.store.baseUrl, `/${encodeURIComponent(id)}`), { data: { id, type: 'api-keys', attributes: { disabled: true } } }, { ...ownAuthorization(ask), ...API }), method: 'PATCH' as const };
  return tell(ask, request, { accepted: [200] });
}

/** The environment is a relation of the old key, which is read first. */
async function issueFor(...[ask, wish, makeSecret]: Parameters<ReturnType<typeof issueOnce>>): ReturnType<ReturnType<typeof issueOnce>> {
  let environment: unknown;
  await factsFrom(ask, get(keysUrl(ask.store.baseUrl, `/${encodeURIComponent(idOf(ask) ?? '')}`), ownAuthorization(ask)), (body) => {
    environment = isObject(body) && isObject(body['data']) && isObject(body['data']['relationships']) ? body['data']['relationships']['environment'] : undefined;
    return {};
  });
  return issueOnce({
    request: () => postJson(keysUrl(ask.store.baseUrl), { data: { type: 'api-keys', attributes: { name: nameOf(wish, ask), key_type: 'ingest', permissions: { create_datasets: wish.scopes?.includes('create_datasets') ?? false } }, relationships: { environment } } }, { ...ownAuthorization(ask), ...API }),
    oldLives: true,
    cannot: (wished) => cannotExpire(wished) ?? (isObject(environment) ? undefined : 'Honeycomb did not say which environment the key belongs to'),
    read: (body) => {
      const data = isObject(body) && isObject(body['data']) ? body['data'] : {};
      const secret = isObject(data['attributes']) ? text(data['attributes']['secret']) : undefined;
      return secret === undefined ? undefined : { secret: `${text(data['id']) ?? ''}${secret}`, facts: factsOf(data) };
    },
  })(ask, wish, makeSecret);
}

const list = listPages({
  first: (ask) => get(keysUrl(ask.store.baseUrl, '?page%5Bsize%5D=100'), ownAuthorization(ask)),
  read: (body, _, ask) => {
    if (!isObject(body) || !Array.isArray(body['data'])) return undefined;
    const tokens = objectsOf(body['data']).filter(({ id }) => text(id)?.startsWith('hcaik_') === true).flatMap((key) => listed('honeycomb-ingest-key', text(key['id']), factsOf(key), isObject(key['attributes']) && key['attributes']['disabled'] === true ? 'inactive' : 'active'));
    const next = isObject(body['links']) ? sameOrigin(body['links']['next'], ask.store.baseUrl) : undefined;
    return { tokens, next: next === undefined ? undefined : get(next, ownAuthorization(ask)) };
  },
});
