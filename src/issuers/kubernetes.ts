import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, Mutation, Particular, Subject } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotNarrow, issueOnce } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { inactive, refused } from './reading/answers.ts';
import { day, epochSeconds, instant, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import { readJwtClaims } from './reading/jwt-claims.ts';

const AUTHENTICATION = 'apis/authentication.k8s.io/v1';

/**
 * Service-account tokens of a Kubernetes cluster, whose API server is the store's URL. With our own token (`auth: { method:
 * bearer }`, of an account that may create token reviews) a token is reviewed; without, it is asked who it is. Secrets are
 * listed as metadata only, so that no token of theirs is ever sent to us.
 */
export const issuer: Issuer = {
  id: 'kubernetes',
  name: 'Kubernetes',
  kinds: ['*'],
  proof: { how: 'real-server', reference: 'kube-apiserver 1.34.4 (npm run test:slow): TokenReview v1, SelfSubjectReview v1, TokenRequest v1, Secret v1 (metadata, delete)' },
  introspect: { method: 'POST tokenreviews', run: introspect, particular: (subject) => (ownToken(subject) === undefined ? { method: 'POST selfsubjectreviews' } : {}) },
  revoke: {
    method: 'DELETE secrets/NAME',
    reversible: false,
    sideEffects: 'Whatever mounts this secret loses its token. The API server still accepts it for some seconds.',
    particular: aboutRevocation,
    run: revoke,
  },
  rotate: {
    method: 'POST serviceaccounts/NAME/token',
    sideEffects: 'None: the old token lives on.',
    particular: (subject) => (accountOf(subject) === undefined ? { impossible: { why: 'no-introspection', detail: 'the token names no service account' } } : onlyWithOwnToken(subject)),
    run: issueOnce({
      request: (ask, wish) => {
        const seconds = wish.expiresAt === undefined ? 3_600 : Math.max(600, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / 1000));
        return postJson(accountUrl(ask), { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds } }, ownAuthorization(ask));
      },
      read: (body) => {
        const status = isObject(body) && isObject(body['status']) ? body['status'] : {};
        return typeof status['token'] === 'string' ? { secret: status['token'], facts: { exp: instant(status['expirationTimestamp']) } } : undefined;
      },
      oldLives: true,
      cannot: cannotNarrow,
    }),
  },
  list: { method: 'GET /api/v1/secrets (metadata)', impossible: needsOwnToken, run: listSecrets() },
  revokeById: {
    method: 'DELETE secrets/NAME',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'Whatever mounts this secret loses its token. The API server still accepts it for some seconds.',
    run: tellById({ request: (ask, id) => remove(secretUrl(ask, id), ownAuthorization(ask)), accepted: [200, 202] }),
  },
};

const review = askOnce({
  method: 'POST tokenreviews',
  request: (ask) => ({ ...postJson(below(ask.store.baseUrl, `${AUTHENTICATION}/tokenreviews`), { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: ask.secret.reveal() } }, ownAuthorization(ask)), repeatable: true }),
  dead: [],
  ambiguous: [{ status: 401, at: ['kind'], says: 'Status', means: 'our own token was refused; this says nothing of the one that was found' }],
  live: (body, _, ask) => {
    const status = isObject(body) && body['kind'] === 'TokenReview' && isObject(body['status']) ? body['status'] : undefined;
    if (status === undefined) return undefined;
    if (status['authenticated'] === true && isObject(status['user'])) return factsOf(ask, status['user']);
    return text(status['error']) === undefined ? undefined : inactive('the API server does not authenticate this token');
  },
});

const self = askOnce({
  method: 'POST selfsubjectreviews',
  request: (ask) => ({ ...postJson(below(ask.store.baseUrl, `${AUTHENTICATION}/selfsubjectreviews`), { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }, bearer(ask.secret)), repeatable: true }),
  dead: [{ status: 401, at: ['reason'], says: 'Unauthorized' }],
  live: (body, _, ask) => {
    const user = isObject(body) && body['kind'] === 'SelfSubjectReview' && isObject(body['status']) && isObject(body['status']['userInfo']) ? body['status']['userInfo'] : undefined;
    return user === undefined || text(user['username']) === 'system:anonymous' ? undefined : factsOf(ask, user);
  },
});

function introspect(ask: Ask): Promise<Answer> {
  return (ownToken(ask) === undefined ? self : review).run(ask);
}

/** Rights are roles, which no review tells; groups are what they are bound to. */
function factsOf(ask: Ask, user: JsonObject): GivenFacts | undefined {
  const claims = readJwtClaims(ask.secret.reveal());
  if (text(user['username']) === undefined) return undefined;
  return { sub: text(user['username']), scopes: texts(user['groups']), iat: epochSeconds(claims?.['iat']), exp: claims === undefined ? undefined : (epochSeconds(claims['exp']) ?? 'never'), tokenId: secretOf(ask) };
}

/** `NAMESPACE/NAME` of the secret that holds the token (legacy), or that it is bound to. */
function secretOf(subject: Pick<Subject, 'secret'>): string | undefined {
  const claims = readJwtClaims(subject.secret.reveal());
  const bound = isObject(claims?.['kubernetes.io']) ? claims['kubernetes.io'] : {};
  const namespace = text(bound['namespace']) ?? text(claims?.['kubernetes.io/serviceaccount/namespace']);
  const name = (isObject(bound['secret']) ? text(bound['secret']['name']) : undefined) ?? text(claims?.['kubernetes.io/serviceaccount/secret.name']);
  return namespace === undefined || name === undefined ? undefined : `${namespace}/${name}`;
}

function accountOf(subject: Pick<Subject, 'secret'>): readonly [string, string] | undefined {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(text(readJwtClaims(subject.secret.reveal())?.['sub']) ?? '');
  return match?.[1] === undefined || match[2] === undefined ? undefined : [match[1], match[2]];
}

function accountUrl(ask: Ask): URL {
  const [namespace = '', name = ''] = (accountOf(ask) ?? []).map(encodeURIComponent);
  return below(ask.store.baseUrl, `api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`);
}

function aboutRevocation(subject: Subject): Particular {
  if (secretOf(subject) === undefined) return { impossible: { why: 'no-introspection', detail: 'it is bound to no secret: it dies with its pod or service account, or when it expires' } };
  return onlyWithOwnToken(subject);
}

async function revoke(ask: Ask): Promise<Mutation> {
  const id = secretOf(ask);
  return id === undefined ? refused('it is bound to no secret') : tell(ask, remove(secretUrl(ask, id), ownAuthorization(ask)), { accepted: [200, 202] });
}

function secretUrl({ store }: AdminAsk, id: string): URL {
  const [namespace = '', name = ''] = id.split('/', 2).map(encodeURIComponent);
  return below(store.baseUrl, `api/v1/namespaces/${namespace}/secrets/${name}`);
}

/** Long-lived tokens: secrets of their type. The label with the last use is set by Kubernetes 1.26 and newer, to the day. */
function listSecrets(): ReturnType<typeof listPages> {
  const page = (ask: AdminAsk, from: string): HttpRequest =>
    get(below(ask.store.baseUrl, `api/v1/secrets?fieldSelector=type%3Dkubernetes.io%2Fservice-account-token&limit=500${from}`), { ...ownAuthorization(ask), accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' });
  return listPages({
    first: (ask) => page(ask, ''),
    read: (body, _, ask) => {
      // No items are null (seen on 1.34.4).
      if (!isObject(body) || body['kind'] !== 'PartialObjectMetadataList' || !('items' in body) || !(body['items'] === null || Array.isArray(body['items']))) return undefined;
      const next = isObject(body['metadata']) ? text(body['metadata']['continue']) : undefined;
      const tokens = objectsOf(body['items']).flatMap(({ metadata }) => {
        if (!isObject(metadata)) return [];
        const [namespace, name] = [text(metadata['namespace']), text(metadata['name'])];
        const [labels, notes] = [isObject(metadata['labels']) ? metadata['labels'] : {}, isObject(metadata['annotations']) ? metadata['annotations'] : {}];
        const account = text(notes['kubernetes.io/service-account.name']);
        const isInvalid = text(labels['kubernetes.io/legacy-token-invalid-since']) !== undefined;
        return listed('jwt', namespace === undefined || name === undefined ? undefined : `${namespace}/${name}`, {
          sub: account === undefined ? undefined : `system:serviceaccount:${namespace ?? ''}:${account}`,
          name,
          iat: instant(metadata['creationTimestamp']),
          exp: 'never',
          lastUsedAt: day(labels['kubernetes.io/legacy-token-last-used']),
        }, isInvalid ? 'inactive' : 'active');
      });
      return { tokens, next: next === undefined ? undefined : page(ask, `&continue=${encodeURIComponent(next)}`) };
    },
  });
}
