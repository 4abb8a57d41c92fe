import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, Mutation, Particular, Replacement, Subject } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages, sameOrigin } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { merged } from './exchange/more-facts.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization, ownToken } from './exchange/own-credentials.ts';
import { below, get, postForm, postJson } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { instant, text, texts } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import { readJwtClaims } from './reading/jwt-claims.ts';

/**
 * Client secrets of Microsoft Entra applications. The question is the client-credentials grant; tenant and application stand
 * beside the secret. With a Microsoft Graph token (`auth: { method: bearer }`) the application tells when the secret was made
 * and when it expires, by its first three characters; it is removed, and another one added.
 */
export const issuer: Issuer = {
  id: 'entra',
  name: 'Microsoft Entra ID',
  kinds: ['azure-client-secret'],
  publicBaseUrl: 'https://login.microsoftonline.com',
  publicEndpoints: { graph: 'https://graph.microsoft.com/v1.0' },
  endpoints: ['graph'],
  proof: { how: 'document', reference: 'Microsoft identity platform: client credentials flow, AADSTS error codes; Microsoft Graph v1.0: application (list, get, addPassword, removePassword), passwordCredential (hint)' },
  introspect: { method: 'POST /TENANT/oauth2/v2.0/token', run: introspect, particular: (subject): Particular => needsCompanions(subject, 'tenant-id', 'client-id') },
  revoke: { method: 'POST /applications/ID/removePassword', reversible: false, sideEffects: 'None beyond this secret; tokens it already fetched live up to an hour or a day.', run: revoke, particular: needsGraph },
  rotate: { method: 'POST /applications/ID/addPassword', sideEffects: 'A second secret exists until the old one is removed.', run: add, particular: needsGraph },
  list: { method: 'GET /applications (passwordCredentials)', impossible: needsOwnToken, run: listSecrets() },
  revokeById: {
    method: 'POST /applications/ID/removePassword',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this secret.',
    run: tellById({ request: removal, accepted: [204] }),
  },
};

const SELECT = '$select=id,appId,displayName,passwordCredentials';
const graph = ({ store }: AdminAsk, path: string): URL => below(store.endpoints?.['graph'] ?? store.baseUrl, path);

function needsGraph(subject: Subject): Particular {
  const missing = needsCompanions(subject, 'client-id');
  return missing.impossible === undefined ? onlyWithOwnToken(subject) : missing;
}

/** 7000215: invalid client secret; 7000222: expired. An unknown tenant or application may be a wrong neighbour. */
const grant = askOnce({
  method: 'POST /TENANT/oauth2/v2.0/token',
  request: (ask) => ({
    ...postForm(below(ask.store.baseUrl, `${encodeURIComponent(companionOf(ask, 'tenant-id') ?? '')}/oauth2/v2.0/token`), { grant_type: 'client_credentials', client_id: companionOf(ask, 'client-id') ?? '', client_secret: ask.secret.reveal(), scope: 'https://graph.microsoft.com/.default' }),
    repeatable: true,
  }),
  dead: [400, 401].flatMap((status) => [
    { status, at: ['error_codes.0'], says: '7000215', means: 'Entra answers AADSTS7000215: no secret of this application' },
    { status, at: ['error_codes.0'], says: '7000222', means: 'Entra answers AADSTS7000222: the secret is expired' },
  ]),
  ambiguous: [400, 401].flatMap((status) => [{ status, at: ['error_codes.0'], says: /^(?:700016|90002|700038|900023)$/, means: 'Entra knows no such application in this tenant: the ids beside the secret may belong to something else' }]),
  live: (body, _, ask) => {
    if (!isObject(body) || typeof body['access_token'] !== 'string' || body['token_type'] !== 'Bearer') return undefined;
    const claims = readJwtClaims(body['access_token']);
    return { sub: text(claims?.['app_displayname']) ?? companionOf(ask, 'client-id'), clientId: companionOf(ask, 'client-id'), scopes: claims === undefined ? undefined : (texts(claims['roles']) ?? []) };
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  const answer = await grant.run(ask);
  if (answer.status !== 'active' || ownToken(ask) === undefined) return answer;
  const found = await findOwn(ask);
  return merged(answer, found?.secret);
}

interface Found {
  readonly objectId: string;
  readonly secret?: GivenFacts;
}

/** The application, and its one secret that begins as ours does. */
async function findOwn(ask: Ask): Promise<Found | undefined> {
  const outcome = await ask.send(get(graph(ask, `applications(appId='${encodeURIComponent(companionOf(ask, 'client-id') ?? '')}')?${SELECT}`), ownAuthorization(ask)));
  const application = outcome.ok && outcome.response.status === 200 ? readObject(outcome.response) : undefined;
  const objectId = text(application?.['id']);
  if (application === undefined || objectId === undefined) return undefined;
  const fitting = objectsOf(application['passwordCredentials']).filter(({ hint }) => typeof hint === 'string' && hint.length >= 3 && ask.secret.reveal().startsWith(hint));
  return { objectId, ...(fitting.length === 1 && fitting[0] !== undefined ? { secret: factsOf(objectId, fitting[0]) } : {}) };
}

async function revoke(ask: Ask): Promise<Mutation> {
  const id = (await findOwn(ask))?.secret?.tokenId;
  return id === undefined ? refused('the application has no secret that is certainly this one') : tell(ask, removal(ask, id), { accepted: [204] });
}

function removal(ask: AdminAsk, tokenId: string): HttpRequest {
  const [objectId = '', keyId = ''] = tokenId.split('/', 2);
  return postJson(graph(ask, `applications/${encodeURIComponent(objectId)}/removePassword`), { keyId }, ownAuthorization(ask));
}

async function add(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const cannot = cannotNarrow(wish);
  if (cannot !== undefined) return refused(cannot);
  const found = await findOwn(ask);
  if (found === undefined) return refused('our own token may not read the application');
  return issueOnce({
    request: (of) => postJson(graph(of, `applications/${encodeURIComponent(found.objectId)}/addPassword`), { passwordCredential: { displayName: nameOf(wish, of), ...(wish.expiresAt === undefined ? {} : { endDateTime: wish.expiresAt.toISOString() }) } }, ownAuthorization(of)),
    read: (body) => (isObject(body) && typeof body['secretText'] === 'string' ? { secret: body['secretText'], facts: factsOf(found.objectId, body) } : undefined),
    oldLives: true,
  })(ask, wish, makeSecret);
}

function listSecrets(): ReturnType<typeof listPages> {
  const first = (ask: AdminAsk): URL => graph(ask, `applications?${SELECT}&$top=100`);
  return listPages({
    first: (ask) => get(first(ask), ownAuthorization(ask)),
    read: (body, _, ask) => {
      if (!isObject(body) || !Array.isArray(body['value'])) return undefined;
      const next = sameOrigin(body['@odata.nextLink'], first(ask));
      const tokens = objectsOf(body['value']).flatMap((application) => objectsOf(application['passwordCredentials']).flatMap((secret) => {
        const objectId = text(application['id']);
        const facts: GivenFacts = objectId === undefined ? {} : { ...factsOf(objectId, secret), sub: text(application['displayName']), clientId: text(application['appId']) };
        return listed('azure-client-secret', facts.tokenId, facts, facts.exp instanceof Date && facts.exp <= ask.now() ? 'inactive' : 'active');
      }));
      return { tokens, next: next === undefined ? undefined : get(next, ownAuthorization(ask)) };
    },
  });
}

function factsOf(objectId: string, secret: JsonObject): GivenFacts {
  const keyId = text(secret['keyId']);
  return { tokenId: keyId === undefined ? undefined : `${objectId}/${keyId}`, name: text(secret['displayName']), iat: instant(secret['startDateTime']), exp: instant(secret['endDateTime']) };
}
