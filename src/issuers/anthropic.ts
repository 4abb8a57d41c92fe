import type { AdminAsk, Answer, Ask, HttpRequest, Issuer, ListedToken, Mutation, Secret, Subject } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import { findListed } from './exchange/find-listed.ts';
import { listPages } from './exchange/list-pages.ts';
import { merged } from './exchange/more-facts.ts';
import { needsOwnToken, onlyWithOwnToken, ownToken } from './exchange/own-credentials.ts';
import { below, get, postJson } from './exchange/requests.ts';
import { active, refused } from './reading/answers.ts';
import { instant, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import { fitsShortened } from './reading/shortened.ts';

/** Anthropic. With `auth: { method: bearer }` (an admin key) the organization's keys are listed, switched off, and archived. */
export const issuer: Issuer = {
  id: 'anthropic',
  name: 'Anthropic',
  kinds: ['anthropic-api-key', 'anthropic-admin-key'],
  publicBaseUrl: 'https://api.anthropic.com',
  proof: { how: 'document', reference: 'Anthropic API reference: errors, models/list, Admin API (organizations/me, organizations/api_keys); @anthropic-ai/sdk 1.12.0' },
  introspect: { method: 'GET /v1/models', run: introspect, particular: (subject) => (isAdmin(subject) ? { method: 'GET /v1/organizations/me' } : {}) },
  revoke: { method: 'POST /v1/organizations/api_keys/ID (archived)', reversible: false, sideEffects: 'None beyond this key.', run: (ask) => setStatus(ask, 'archived'), particular: aboutStatus },
  deactivate: { method: 'POST /v1/organizations/api_keys/ID (inactive)', reversible: true, sideEffects: 'None beyond this key.', run: (ask) => setStatus(ask, 'inactive'), particular: aboutStatus },
  list: { method: 'GET /v1/organizations/api_keys', impossible: needsOwnToken, run: listKeys() },
  revokeById: {
    method: 'POST /v1/organizations/api_keys/ID (archived)',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this key.',
    run: tellById({ request: (ask, id) => statusOf(ask, id, 'archived'), accepted: [200], confirms: (body) => isObject(body) && body['status'] === 'archived' }),
  },
};

const isAdmin = (subject: Pick<Subject, 'secret'>): boolean => subject.secret.reveal().startsWith('sk-ant-admin');
const headers = (key: Secret | undefined): Readonly<Record<string, string>> => ({ ...(key === undefined ? {} : { 'x-api-key': key.reveal() }), 'anthropic-version': '2023-06-01' });

const DEAD = [{ status: 401, at: ['error.message'], says: /^invalid x-api-key/ }, { status: 401, at: ['error.message'], says: /^(?:This |The )?API key (?:is|has been|was) (?:disabled|expired|revoked|deleted)/i }];

const models = askOnce({
  method: 'GET /v1/models',
  request: (ask) => get(below(ask.store.baseUrl, 'v1/models?limit=1'), headers(ask.secret)),
  dead: DEAD,
  live: (body, response) => (isObject(body) && Array.isArray(body['data']) && typeof body['has_more'] === 'boolean' ? { sub: text(response.headers['anthropic-organization-id']) } : undefined),
});

const organization = askOnce({
  method: 'GET /v1/organizations/me',
  request: (ask) => get(below(ask.store.baseUrl, 'v1/organizations/me'), headers(ask.secret)),
  dead: DEAD,
  live: (body) => (isObject(body) && body['type'] === 'organization' && text(body['id']) !== undefined ? { sub: text(body['name']) ?? text(body['id']), clientId: text(body['id']), scopes: ['organization administration'] } : undefined),
});

async function introspect(ask: Ask): Promise<Answer> {
  if (isAdmin(ask)) return organization.run(ask);
  const listed = ownToken(ask) === undefined ? undefined : await findOwn(ask);
  return merged(await models.run(ask), listed?.facts);
}

function aboutStatus(subject: Subject): ReturnType<typeof onlyWithOwnToken> {
  if (isAdmin(subject)) return { impossible: { why: 'no-introspection', detail: 'Anthropic has no call that switches an admin key off: an administrator deletes it in the Console' } };
  return onlyWithOwnToken(subject);
}

async function setStatus(ask: Ask, status: 'inactive' | 'archived'): Promise<Mutation> {
  const found = await findOwn(ask, 'anew');
  if (found === undefined) return refused('Anthropic lists no key that is certainly this one');
  return tell(ask, statusOf(ask, found.tokenId, status), { accepted: [200], confirms: (body) => isObject(body) && body['status'] === status });
}

function statusOf(ask: AdminAsk, id: string, status: string): HttpRequest {
  return postJson(below(ask.store.baseUrl, `v1/organizations/api_keys/${encodeURIComponent(id)}`), { status }, headers(ownToken(ask)));
}

/** `partial_key_hint` is the head and the tail of the key. */
/** Before something is changed the list is read anew: the key may be younger than one that was read before. */
function findOwn(ask: Ask, read?: 'anew'): Promise<ListedToken | undefined> {
  return findListed(ask, listKeys(), ({ facts }) => fitsShortened(facts.notes?.['shown'], ask.secret.reveal(), 'sk-ant-api03-'), read === undefined ? 'api keys' : undefined);
}

function listKeys(): ReturnType<typeof listPages> {
  const page = (ask: AdminAsk, after: string): HttpRequest => get(below(ask.store.baseUrl, `v1/organizations/api_keys?limit=100${after}`), headers(ownToken(ask)));
  return listPages({
    first: (ask) => page(ask, ''),
    read: (body, _, ask) => {
      if (!isObject(body) || !Array.isArray(body['data']) || typeof body['has_more'] !== 'boolean') return undefined;
      const last = text(body['last_id']);
      if (body['has_more'] && last === undefined) return undefined;
      const tokens = objectsOf(body['data']).flatMap((key): ListedToken[] => {
        const [id, shown] = [text(key['id']), text(key['partial_key_hint'])];
        if (id === undefined) return [];
        const facts = active({
          tokenId: id,
          name: text(key['name']),
          owner: isObject(key['created_by']) ? text(key['created_by']['id']) : undefined,
          scopes: [text(key['workspace_id']) === undefined ? 'default workspace' : `workspace ${String(key['workspace_id'])}`],
          iat: instant(key['created_at']),
          exp: 'expires_at' in key ? orNever(key['expires_at'], instant) : undefined,
          notes: shown === undefined ? undefined : { shown },
        });
        const status = key['status'] === 'active' ? 'active' : ['inactive', 'archived', 'expired'].includes(String(key['status'])) ? 'inactive' : 'unknown';
        return facts.status === 'active' ? [{ rule: 'anthropic-api-key', tokenId: id, status, facts: facts.facts }] : [];
      });
      return { tokens, next: body['has_more'] ? page(ask, `&after_id=${encodeURIComponent(last ?? '')}`) : undefined };
    },
  });
}
