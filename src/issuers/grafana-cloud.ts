import type { Answer, Ask, Issuer, Mutation, Subject } from '../model/index.ts';
import { askOnce, tell } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages, sameOrigin } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import type { AdminAsk } from '../model/index.ts';

/**
 * Grafana Cloud access policy tokens. The region stands in the token (`m.r`). Only a policy with `accesspolicies:read` may
 * see tokens; another one is alive and barred. With a token of ours that may, tokens are listed, made and deleted; an id is
 * `REGION/ID`.
 */
export const issuer: Issuer = {
  id: 'grafana-cloud',
  name: 'Grafana Cloud',
  kinds: ['grafana-cloud-token'],
  publicBaseUrl: 'https://www.grafana.com',
  proof: { how: 'document', reference: 'grafana.com/docs/grafana-cloud/developer-resources/api-reference/cloud-api (tokens: list, create, delete; errors); grafana/grafana-com-public-clients go/gcom' },
  introspect: { method: 'GET /api/v1/tokens', run: introspect },
  revoke: {
    method: 'DELETE /api/v1/tokens/ID',
    reversible: false,
    sideEffects: 'None beyond this token; its access policy stays.',
    particular: onlyWithOwnToken,
    run: revoke,
  },
  rotate: {
    method: 'POST /api/v1/tokens',
    sideEffects: 'Makes another token of the same access policy.',
    particular: onlyWithOwnToken,
    run: async (ask, wish, makeSecret) => {
      const policy = (await ownEntry(ask))?.['accessPolicyId'];
      if (typeof policy !== 'string') return refused('Grafana Cloud did not say which access policy the token belongs to');
      return issueOnce({
        request: () => postJson(tokensUrl(ask, `?region=${regionOf(ask)}`), { accessPolicyId: policy, name: nameOf(wish, ask).toLowerCase().replace(/[^a-z0-9-]+/g, '-'), ...(wish.expiresAt === undefined ? {} : { expiresAt: wish.expiresAt.toISOString() }) }, ownAuthorization(ask)),
        oldLives: true,
        cannot: ({ scopes }) => (scopes === undefined ? undefined : 'a token may do what its access policy may do'),
        read: (body) => (isObject(body) ? { secret: text(body['token']) ?? '', facts: factsOf(body, regionOf(ask)) } : undefined),
      })(ask, wish, makeSecret);
    },
  },
  list: { method: 'GET /api/v1/tokens', run: (ask) => list(ask), impossible: needsOwnToken },
  revokeById: { method: 'DELETE /api/v1/tokens/ID', run: deleteToken, impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this token; its access policy stays.' },
};

const tokensUrl = ({ store }: AdminAsk, rest: string): URL => below(store.baseUrl, `api/v1/tokens${rest}`);

/** What the token's own bytes say: `{"o":"123","n":"stack-name","k":"…","m":{"r":"prod-eu-west-2"}}`. */
function claimsOf({ secret }: Pick<Subject, 'secret'>): JsonObject {
  try {
    const claims: unknown = JSON.parse(Buffer.from(secret.reveal().replace(/^glc_/, ''), 'base64').toString('utf8'));
    return isObject(claims) ? claims : {};
  } catch {
    return {};
  }
}

function regionOf(subject: Pick<Subject, 'secret'>): string {
  const meta = claimsOf(subject)['m'];
  const region = isObject(meta) ? text(meta['r']) : undefined;
  return region !== undefined && /^[a-z0-9-]{2,40}$/.test(region) ? region : 'us';
}

const question = askOnce({
  method: 'GET /api/v1/tokens',
  request: (ask) => get(tokensUrl(ask, `?region=${regionOf(ask)}&pageSize=500`), bearer(ask.secret)),
  dead: [{ status: 401, at: ['code'], says: /^(?:InvalidCredentials|Unauthorized)$/, means: 'Grafana Cloud answers 401: it does not take this token' }],
  aliveButBarred: [{ status: 403, at: ['code'], says: /^(?:Forbidden|NotAuthorized|InsufficientPermissions)$/, means: 'Grafana Cloud says this token may not see tokens' }],
  live: (body, _, ask) => (isObject(body) && Array.isArray(body['items']) ? (own(body, ask) ?? {}) : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await question.run(ask);
  const claims = claimsOf(ask);
  return answer.status === 'active' ? { status: 'active', facts: { ...(text(claims['o']) === undefined ? {} : { owner: text(claims['o']) ?? '' }), ...(text(claims['n']) === undefined ? {} : { name: text(claims['n']) ?? '' }), ...answer.facts } } : answer;
}

/** A token carries the name of its entry; names are unique in a region. */
function entryOf(body: JsonObject, subject: Pick<Subject, 'secret'>): JsonObject | undefined {
  const name = text(claimsOf(subject)['n']);
  const fitting = objectsOf(body['items']).filter((token) => name !== undefined && (token['name'] === name || name.endsWith(`-${String(token['name'])}`)));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function own(body: JsonObject, ask: Ask): GivenFacts | undefined {
  const entry = entryOf(body, ask);
  return entry === undefined ? undefined : factsOf(entry, regionOf(ask));
}

async function ownEntry(ask: Ask): Promise<JsonObject | undefined> {
  const outcome = await ask.send(get(tokensUrl(ask, `?region=${regionOf(ask)}&pageSize=500`), ownAuthorization(ask)));
  if (!outcome.ok || outcome.response.status !== 200) return undefined;
  try {
    const body: unknown = JSON.parse(outcome.response.body);
    return isObject(body) ? entryOf(body, ask) : undefined;
  } catch {
    return undefined;
  }
}

function factsOf(token: JsonObject, region: string): GivenFacts {
  const id = text(token['id']);
  return {
    tokenId: id === undefined ? undefined : `${region}/${id}`,
    name: text(token['displayName']) ?? text(token['name']),
    iat: instant(token['createdAt']),
    exp: orNever(token['expiresAt'], instant),
    lastUsedAt: orNever(token['lastUsedAt'], instant),
  };
}

async function revoke(ask: Ask): Promise<Mutation> {
  const id = text((await ownEntry(ask))?.['id']);
  return id === undefined ? refused('Grafana Cloud did not show which token this is, so none was deleted') : deleteIn(ask, `${regionOf(ask)}/${id}`);
}

const deleteIn = (ask: AdminAsk, tokenId: string): Promise<Mutation> => {
  const [region = '', id = ''] = tokenId.split('/');
  return tell(ask, remove(tokensUrl(ask, `/${encodeURIComponent(id)}?region=${encodeURIComponent(region)}`), ownAuthorization(ask)), { accepted: [204] });
};

async function deleteToken(ask: AdminAsk, tokenId: string): Promise<Mutation> {
  return /^[a-z0-9-]+\/[0-9a-zA-Z-]+$/.test(tokenId) ? deleteIn(ask, tokenId) : refused('an id of a Grafana Cloud token is REGION/ID');
}

/** One region a store: the one that our own token lives in. */
const list = listPages({
  first: (ask) => get(tokensUrl(ask, `?region=${ownRegion(ask)}&pageSize=500`), ownAuthorization(ask)),
  read: (body, _, ask) => {
    if (!isObject(body) || !Array.isArray(body['items'])) return undefined;
    const region = ownRegion(ask);
    const tokens = objectsOf(body['items']).flatMap((token) => listed('grafana-cloud-token', factsOf(token, region).tokenId, factsOf(token, region)));
    const links = isObject(body['metadata']) && isObject(body['metadata']['pagination']) ? body['metadata']['pagination'] : {};
    const next = sameOrigin(links['nextPage'], ask.store.baseUrl);
    return { tokens, next: next === undefined ? undefined : get(next, ownAuthorization(ask)) };
  },
});

function ownRegion({ store }: AdminAsk): string {
  return store.clientAuth?.method === 'bearer' ? regionOf({ secret: store.clientAuth.token }) : 'us';
}
