import type { AdminAsk, Answer, Ask, Issuer, Mutation, Particular, Subject } from '../model/index.ts';
import { askOnce, tell } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postForm, postJson, remove } from './exchange/requests.ts';
import { inactive } from './reading/answers.ts';
import { instant, text, texts, words } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/**
 * Tailscale. A key carries its id. An API key asks about itself; an OAuth client is asked by the grant it is for; an auth
 * key only adds devices, so an API token of ours (`auth: { method: bearer }`, of the same tailnet) asks about it.
 */
export const issuer: Issuer = {
  id: 'tailscale',
  name: 'Tailscale',
  kinds: ['tailscale-api-key', 'tailscale-auth-key', 'tailscale-oauth-client-secret'],
  publicBaseUrl: 'https://api.tailscale.com',
  proof: { how: 'document', reference: 'tailscale.com/api (tailnet keys: list, get, create, delete; Key: created, expires, revoked, invalid, capabilities, scopes), tailscale.com/kb/1215/oauth-clients; tailscale/tailscale-client-go keys.go' },
  publicIdOf: (subject) => idOf(subject),
  introspect: { method: 'GET /api/v2/tailnet/-/keys/ID', run: (ask) => (isClient(ask) ? client : isApi(ask) ? keyBySelf : keyByUs).run(ask), particular: aboutIntrospection },
  revoke: {
    method: 'DELETE /api/v2/tailnet/-/keys/ID',
    reversible: false,
    sideEffects: 'Devices that an auth key added stay in the tailnet; tokens of an OAuth client die with it.',
    run: (ask) => deleteKey(ask, idOf(ask) ?? '', isApi(ask) && ownToken(ask) === undefined ? bearer(ask.secret) : ownAuthorization(ask)),
    particular: (subject) => (isApi(subject) ? {} : onlyWithOwnToken(subject)),
  },
  rotate: {
    method: 'POST /api/v2/tailnet/-/keys',
    sideEffects: 'Makes another auth key with the same capabilities.',
    particular: (subject) => (subject.rule.id === 'tailscale-auth-key' ? onlyWithOwnToken(subject) : { impossible: { why: 'no-introspection', detail: 'the API makes auth keys only; API tokens and OAuth clients are made in the admin console' } }),
    run: async (ask, wish, makeSecret) => {
      const outcome = await ask.send(get(keysUrl(ask, `/${idOf(ask) ?? ''}`), ownAuthorization(ask)));
      const capabilities = outcome.ok && outcome.response.status === 200 ? capabilitiesIn(outcome.response.body) : undefined;
      return issueOnce({
        request: () => postJson(keysUrl(ask), { capabilities, description: nameOf(wish, ask).replace(/[^A-Za-z0-9 -]/g, '-').slice(0, 50), ...(wish.expiresAt === undefined ? {} : { expirySeconds: Math.max(1, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / 1000)) }) }, ownAuthorization(ask)),
        oldLives: true,
        cannot: ({ scopes }) => (scopes !== undefined ? 'an auth key has capabilities, which are copied' : capabilities === undefined ? 'Tailscale did not say what the old key may do' : undefined),
        read: (body) => (isObject(body) ? { secret: text(body['key']) ?? '', facts: factsOf(body) } : undefined),
      })(ask, wish, makeSecret);
    },
  },
  list: { method: 'GET /api/v2/tailnet/-/keys', run: (ask) => list(ask), impossible: needsOwnToken },
  revokeById: { method: 'DELETE /api/v2/tailnet/-/keys/ID', run: (ask, id) => deleteKey(ask, id, ownAuthorization(ask)), impossible: needsOwnToken, reversible: false, sideEffects: 'Devices that an auth key added stay in the tailnet; tokens of an OAuth client die with it.' },
};

const isApi = ({ rule }: Subject): boolean => rule.id === 'tailscale-api-key';
const isClient = ({ rule }: Subject): boolean => rule.id === 'tailscale-oauth-client-secret';
const keysUrl = ({ store }: AdminAsk, rest = ''): URL => below(store.baseUrl, `api/v2/tailnet/-/keys${rest}`);

/** `tskey-KIND-ID-SECRET`. */
const idOf = ({ secret }: Pick<Subject, 'secret'>): string | undefined => /^tskey-(?:[a-z]+)-(k[A-Za-z0-9]+)-/.exec(secret.reveal())?.[1];

function aboutIntrospection(subject: Subject): Particular {
  if (isClient(subject)) return { method: 'POST /api/v2/oauth/token' };
  return isApi(subject) ? {} : onlyWithOwnToken(subject);
}

/** 401 means the asker: only where the key asks about itself it is the key that is dead. */
const selfDead = [{ status: 401, at: ['message'], says: /^API token invalid$/i, means: 'Tailscale answers "API token invalid"' }];

const keyAsked = (dead: Parameters<typeof askOnce>[0]['dead'], signIn: (ask: Ask) => Readonly<Record<string, string>>): ReturnType<typeof askOnce> => askOnce({
  method: 'GET /api/v2/tailnet/-/keys/ID',
  request: (ask) => get(keysUrl(ask, `/${idOf(ask) ?? ''}`), signIn(ask)),
  dead,
  live: (body, _, ask): GivenFacts | Answer | undefined => {
    if (!isObject(body) || body['id'] !== idOf(ask)) return undefined;
    if (body['invalid'] === true || instant(body['revoked']) !== undefined) return inactive('Tailscale says the key is revoked or invalid');
    return factsOf(body);
  },
});

const keyBySelf = keyAsked(selfDead, (ask) => bearer(ask.secret));
const keyByUs = keyAsked([], ownAuthorization);

const client = askOnce({
  method: 'POST /api/v2/oauth/token',
  request: (ask) => postForm(below(ask.store.baseUrl, 'api/v2/oauth/token'), { client_id: idOf(ask) ?? '', client_secret: ask.secret.reveal(), grant_type: 'client_credentials' }),
  dead: selfDead,
  live: (body, _, ask) => (isObject(body) && text(body['access_token']) !== undefined ? { tokenId: idOf(ask), scopes: words(body['scope']) } : undefined),
});

function factsOf(body: JsonObject): GivenFacts {
  const create = isObject(body['capabilities']) && isObject(body['capabilities']['devices']) && isObject(body['capabilities']['devices']['create']) ? body['capabilities']['devices']['create'] : undefined;
  const able = create === undefined ? undefined : [...['reusable', 'ephemeral', 'preauthorized'].filter((name) => create[name] === true), ...(texts(create['tags']) ?? [])];
  return { tokenId: text(body['id']), name: text(body['description']), owner: text(body['userId']), scopes: texts(body['scopes']) ?? able, iat: instant(body['created']), exp: instant(body['expires']) };
}

function capabilitiesIn(body: string): unknown {
  try {
    const read: unknown = JSON.parse(body);
    return isObject(read) && isObject(read['capabilities']) ? read['capabilities'] : undefined;
  } catch {
    return undefined;
  }
}

function deleteKey(ask: AdminAsk, id: string, auth: Readonly<Record<string, string>>): Promise<Mutation> {
  return tell(ask, remove(keysUrl(ask, `/${encodeURIComponent(id)}`), auth), { accepted: [200] });
}

const RULES: Readonly<Record<string, string>> = { auth: 'tailscale-auth-key', api: 'tailscale-api-key', client: 'tailscale-oauth-client-secret' };

const list = listPages({
  first: (ask) => get(keysUrl(ask, '?all=true'), ownAuthorization(ask)),
  read: (body) => {
    if (!isObject(body) || !Array.isArray(body['keys'])) return undefined;
    return { tokens: objectsOf(body['keys']).flatMap((one) => listed(RULES[text(one['keyType']) ?? 'auth'] ?? 'tailscale-auth-key', text(one['id']), factsOf(one), one['invalid'] === true || instant(one['revoked']) !== undefined ? 'inactive' : 'active')) };
  },
});
