import type { AdminAsk, Answer, Ask, Issuer, ListedToken, ListEnd, Mutation, Particular, Secret, Subject } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import { findListed } from './exchange/find-listed.ts';
import { cannotNarrow, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listAll, listPages } from './exchange/list-pages.ts';
import { merged } from './exchange/more-facts.ts';
import { needsOwnToken, onlyWithOwnToken, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { active, refused } from './reading/answers.ts';
import { epochSeconds, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';
import { fitsShortened } from './reading/shortened.ts';

/**
 * OpenAI. A key alone is asked for the models it sees. With `auth: { method: bearer }` (an admin key) every project's keys
 * are listed, which gives owner, age and last use, and lets a key be deleted. Reference of every call: the OpenAI API
 * reference, "Administration" and "Models"; error codes: its guide "Error codes".
 */
export const issuer: Issuer = {
  id: 'openai',
  name: 'OpenAI',
  kinds: ['openai-project-key', 'openai-service-account-key', 'openai-admin-key', 'openai-unnamed-project-key', 'openai-user-key'],
  publicBaseUrl: 'https://api.openai.com',
  proof: { how: 'document', reference: 'OpenAI API reference: models/list, organization/admin_api_keys, organization/projects/{id}/api_keys; guide "Error codes"' },
  introspect: { method: 'GET /v1/models', run: introspect, particular: (subject) => (isAdmin(subject) ? { method: 'GET /v1/organization/admin_api_keys' } : {}) },
  revoke: { method: 'DELETE /v1/organization/…/api_keys/ID', reversible: false, sideEffects: 'None beyond this key.', run: revoke, particular: aboutRevocation },
  rotate: {
    method: 'POST /v1/organization/admin_api_keys',
    sideEffects: 'A second admin key exists until the old one is revoked.',
    particular: (subject) => (isAdmin(subject) ? {} : { impossible: { why: 'no-introspection', detail: 'OpenAI issues project keys on its site only; only admin keys can be made by a call' } }),
    run: issueOnce({
      request: (ask, wish) => {
        const seconds = wish.expiresAt === undefined ? undefined : Math.max(1, Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / 1000));
        return postJson(below(ask.store.baseUrl, 'v1/organization/admin_api_keys'), { name: nameOf(wish, ask), ...(seconds === undefined ? {} : { expires_in_seconds: seconds }) }, bearer(ownToken(ask) ?? ask.secret));
      },
      read: (body) => (isObject(body) && typeof body['value'] === 'string' ? { secret: body['value'], facts: factsOf(body, 'admin') } : undefined),
      oldLives: true,
      cannot: cannotNarrow,
    }),
  },
  list: { method: 'GET /v1/organization/admin_api_keys, GET /v1/organization/projects/ID/api_keys', impossible: needsOwnToken, run: (ask) => listAll(adminKeys(ownToken(ask)), projectKeys)(ask) },
  revokeById: {
    method: 'DELETE /v1/organization/…/api_keys/ID',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this key.',
    run: tellById({ request: (ask, id) => remove(keyUrl(ask, id), own(ask)), accepted: [200] }),
  },
};

const isAdmin = (subject: Subject): boolean => subject.secret.reveal().startsWith('sk-admin-');
const own = (ask: AdminAsk): Readonly<Record<string, string>> => {
  const token = ownToken(ask);
  return token === undefined ? {} : bearer(token);
};

/** What a restricted key may not do is told in these words. */
const models = askOnce({
  method: 'GET /v1/models',
  request: (ask) => get(below(ask.store.baseUrl, 'v1/models'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['error.code'], says: 'invalid_api_key' }],
  ambiguous: [{ status: 401, at: ['error.code'], says: 'account_deactivated', means: 'the account behind the key is switched off, and may be switched on again' }],
  aliveButBarred: [{ status: 403, at: ['error.message'], says: /^You have insufficient permissions for this operation/, means: 'restricted: may not list models' }],
  live: (body, { headers }) => (isObject(body) && body['object'] === 'list' && Array.isArray(body['data']) ? { sub: text(headers['openai-organization']) } : undefined),
});

/** An admin key lists the admin keys, itself among them. */
const adminSelf = askOnce({
  method: 'GET /v1/organization/admin_api_keys',
  request: (ask) => get(below(ask.store.baseUrl, 'v1/organization/admin_api_keys?limit=100'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['error.code'], says: 'invalid_api_key' }],
  live: (body, _, ask) => {
    if (!isObject(body) || body['object'] !== 'list' || !Array.isArray(body['data'])) return undefined;
    const fitting = objectsOf(body['data']).filter((key) => isOwn(text(key['redacted_value']), ask));
    return fitting.length === 1 && fitting[0] !== undefined ? { ...factsOf(fitting[0], 'admin'), notes: undefined } : {};
  },
});

async function introspect(ask: Ask): Promise<Answer> {
  if (isAdmin(ask)) return adminSelf.run(ask);
  const listed = ownToken(ask) === undefined ? undefined : await findOwn(ask);
  return merged(await models.run(ask), listed?.facts);
}

function aboutRevocation(subject: Subject): Particular {
  return isAdmin(subject) ? {} : onlyWithOwnToken(subject);
}

async function revoke(ask: Ask): Promise<Mutation> {
  const found = await findOwn(ask, 'anew');
  if (found === undefined) return refused('OpenAI lists no key that is certainly this one');
  return tell(ask, remove(keyUrl(ask, found.tokenId), bearer(ownToken(ask) ?? ask.secret)), { accepted: [200] });
}

/** Before something is changed the list is read anew: the key may be younger than one that was read before. */
function findOwn(ask: Ask, read?: 'anew'): Promise<ListedToken | undefined> {
  const [asker, fits] = [ownToken(ask), (token: ListedToken): boolean => isOwn(token.facts.notes?.['shown'], ask)];
  if (isAdmin(ask)) return findListed(ask, adminKeys(asker ?? ask.secret), fits, asker === undefined || read !== undefined ? undefined : 'admin keys');
  return findListed(ask, projectKeys, fits, read === undefined ? 'project keys' : undefined);
}

function isOwn(shown: string | undefined, { secret }: Ask): boolean {
  return fitsShortened(shown, secret.reveal(), 'sk-');
}

function adminKeys(asker: Secret | undefined): (ask: AdminAsk) => AsyncGenerator<ListedToken, ListEnd> {
  return keysAt('v1/organization/admin_api_keys', 'admin', asker);
}

/** All keys of all projects. A project whose keys may not be read leaves the listing incomplete. */
async function* projectKeys(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const projects: string[] = [];
  const read = listPages(cursorPages('v1/organization/projects', ownToken(ask), (project) => {
    const id = text(project['id']);
    if (id !== undefined) projects.push(id);
    return undefined;
  }));
  let end: ListEnd = yield* read(ask);
  for (const project of projects) {
    const one: ListEnd = yield* keysAt(`v1/organization/projects/${encodeURIComponent(project)}/api_keys`, project, ownToken(ask))(ask);
    if (end.complete) end = one;
  }
  return end;
}

function keysAt(path: string, project: string, asker: Secret | undefined): (ask: AdminAsk) => AsyncGenerator<ListedToken, ListEnd> {
  return listPages(cursorPages(path, asker, (key) => {
    const facts = active(factsOf(key, project));
    if (facts.status !== 'active' || facts.facts.tokenId === undefined) return undefined;
    const isServiceAccount = isObject(key['owner']) && key['owner']['type'] === 'service_account';
    const rule = project === 'admin' ? 'openai-admin-key' : isServiceAccount ? 'openai-service-account-key' : 'openai-project-key';
    return { rule, tokenId: facts.facts.tokenId, status: 'active', facts: facts.facts };
  }));
}

function cursorPages(path: string, asker: Secret | undefined, tokenOf: (item: JsonObject) => ListedToken | undefined): Parameters<typeof listPages>[0] {
  const page = (ask: AdminAsk, after: string): ReturnType<typeof get> => get(below(ask.store.baseUrl, `${path}?limit=100${after}`), asker === undefined ? {} : bearer(asker));
  return {
    first: (ask) => page(ask, ''),
    read: (body, _, ask) => {
      if (!isObject(body) || !Array.isArray(body['data']) || typeof body['has_more'] !== 'boolean') return undefined;
      const last = text(body['last_id']);
      if (body['has_more'] && last === undefined) return undefined;
      return { tokens: objectsOf(body['data']).flatMap((item) => tokenOf(item) ?? []), next: body['has_more'] ? page(ask, `&after=${encodeURIComponent(last ?? '')}`) : undefined };
    },
  };
}

function factsOf(key: JsonObject, project: string): Parameters<typeof active>[0] {
  const [id, shown] = [text(key['id']), text(key['redacted_value'])];
  const owner = isObject(key['owner']) ? (isObject(key['owner']['user']) ? key['owner']['user'] : isObject(key['owner']['service_account']) ? key['owner']['service_account'] : key['owner']) : {};
  const neverUsed = 'last_used_at' in key ? orNever(key['last_used_at'], epochSeconds) : undefined;
  return {
    name: text(key['name']),
    tokenId: id === undefined ? undefined : `${project}/${id}`,
    owner: text(owner['email']) ?? text(owner['name']),
    iat: epochSeconds(key['created_at']),
    // Project keys have no such field: silence. Admin keys have it, and null is none.
    exp: 'expires_at' in key ? orNever(key['expires_at'], epochSeconds) : undefined,
    lastUsedAt: neverUsed,
    notes: shown === undefined ? undefined : { shown },
  };
}

function keyUrl({ store }: AdminAsk, tokenId: string): URL {
  const [project = '', id = ''] = tokenId.split('/', 2).map(encodeURIComponent);
  return below(store.baseUrl, project === 'admin' ? `v1/organization/admin_api_keys/${id}` : `v1/organization/projects/${project}/api_keys/${id}`);
}
