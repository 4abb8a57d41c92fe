import type { Answer, Ask, Issuer, LimitAsk, Mutation, ScopeLimit, Subject } from '../model/index.ts';
import { askOnce, tell, tellById } from './exchange/ask-once.ts';
import { cannotExpire, issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { factsFrom, withMore } from './exchange/more-facts.ts';
import { needsOwnToken, onlyWithOwnToken, ownAuthorization } from './exchange/own-credentials.ts';
import { everywhere, inEveryRegion } from './exchange/regions.ts';
import { bearer, below, get, postJson, remove } from './exchange/requests.ts';
import { refused } from './reading/answers.ts';
import { text, texts } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';

/** Twilio SendGrid. A key's middle part is its id. Keys of EU subusers live on a host of their own. */
export const issuer: Issuer = {
  id: 'sendgrid',
  name: 'SendGrid',
  kinds: ['sendgrid-api-key'],
  publicBaseUrl: 'https://api.sendgrid.com',
  publicEndpoints: { 'region-eu': 'https://api.eu.sendgrid.com' },
  proof: { how: 'document', reference: 'twilio/sendgrid-oai tsg_scopes_v3 (GET /v3/scopes), tsg_api_keys_v3 (list, retrieve, create, update name and scopes, delete); SendGrid v3 API errors (401 messages)' },
  publicIdOf: (subject) => idOf(subject),
  introspect: { method: 'GET /v3/scopes', run: (ask) => inEveryRegion(ask, introspect) },
  revoke: {
    method: 'DELETE /v3/api_keys/ID',
    reversible: false,
    sideEffects: 'None beyond this key; mail that is sent with it fails.',
    run: (ask) => deleteKey(ask, idOf(ask)),
    particular: onlyWithOwnToken,
  },
  rotate: { method: 'POST /v3/api_keys', sideEffects: 'Makes another key with the same scopes.', run: rotate, particular: onlyWithOwnToken },
  narrow: {
    method: 'PUT /v3/api_keys/ID',
    reversible: true,
    sideEffects: 'None beyond this key.',
    impossible: ({ store }, { keep }) => needsOwnToken(store) ?? (keep.length === 0 ? 'SendGrid keeps no key without a scope: revoke it' : undefined),
    run: narrow,
  },
  list: { method: 'GET /v3/api_keys', run: (ask) => list(ask), impossible: needsOwnToken },
  revokeById: { method: 'DELETE /v3/api_keys/ID', run: (ask, id) => deleteKey(ask, id), impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this key.' },
};

const scopesOf = (body: unknown): readonly string[] | undefined => (isObject(body) ? texts(body['scopes']) : undefined);

/** `SG.ID.SECRET`. */
const idOf = ({ secret }: Pick<Subject, 'secret'>): string => secret.reveal().split('.')[1] ?? '';

const scopes = askOnce({
  method: 'GET /v3/scopes',
  request: (ask) => get(below(ask.store.baseUrl, 'v3/scopes'), bearer(ask.secret)),
  dead: [{ status: 401, at: ['errors.0.message'], says: /^The provided authorization grant is invalid, expired,? or revoked$/i, means: 'SendGrid says the key is invalid, expired or revoked' }],
  live: (body, _, ask) => (scopesOf(body) === undefined ? undefined : { scopes: scopesOf(body), tokenId: idOf(ask) }),
});

async function introspect(ask: Ask): Promise<Answer> {
  return withMore(ask, await scopes.run(ask), get(below(ask.store.baseUrl, `v3/api_keys/${encodeURIComponent(idOf(ask))}`), bearer(ask.secret)), (body) => {
    const key = isObject(body) ? (objectsOf(body['result'])[0] ?? body) : {};
    return key['api_key_id'] === idOf(ask) ? { name: text(key['name']) } : undefined;
  });
}

const deleteKey = tellById({ request: (ask, id) => remove(below(ask.store.baseUrl, `v3/api_keys/${encodeURIComponent(id)}`), ownAuthorization(ask)), accepted: [204] });

/** The update wants the name, too; an unknown one would rename the key. In the region that knows it. */
async function narrow(ask: LimitAsk, { keep }: ScopeLimit): Promise<Mutation> {
  let last: Mutation = refused('SendGrid did not show the key, whose name the update has to repeat');
  for (const place of everywhere(ask)) {
    const url = below(place.store.baseUrl, `v3/api_keys/${encodeURIComponent(ask.tokenId)}`);
    const outcome = await place.send(get(url, ownAuthorization(place)));
    const body = outcome.ok && outcome.response.status === 200 ? readObject(outcome.response) : undefined;
    const key = objectsOf(body?.['result'])[0] ?? body;
    const name = key?.['api_key_id'] === ask.tokenId ? text(key['name']) : undefined;
    if (name === undefined) continue;
    last = await tell(place, { ...postJson(url, { name, scopes: keep }, ownAuthorization(place)), method: 'PUT' }, { accepted: [200] });
    break;
  }
  return last;
}

const list = listPages({
  first: (ask) => get(below(ask.store.baseUrl, 'v3/api_keys'), ownAuthorization(ask)),
  read: (body) => (isObject(body) && Array.isArray(body['result']) ? { tokens: objectsOf(body['result']).flatMap((key) => listed('sendgrid-api-key', text(key['api_key_id']), { name: text(key['name']) })) } : undefined),
});

/** Without scopes SendGrid would make a key that may do everything: those of the old one are asked first. */
async function rotate(...[ask, wish, makeSecret]: Parameters<ReturnType<typeof issueOnce>>): ReturnType<ReturnType<typeof issueOnce>> {
  const known = wish.scopes ?? (await factsFrom(ask, get(below(ask.store.baseUrl, 'v3/scopes'), bearer(ask.secret)), (body) => ({ scopes: scopesOf(body) })))?.scopes;
  return issueOnce({
    request: () => postJson(below(ask.store.baseUrl, 'v3/api_keys'), { name: nameOf(wish, ask), scopes: known }, ownAuthorization(ask)),
    oldLives: true,
    cannot: (wished) => cannotExpire(wished) ?? (known === undefined ? 'the scopes of the old key could not be read, and without any SendGrid makes a key that may do everything' : undefined),
    read: (body) => (isObject(body) ? { secret: text(body['api_key']) ?? '', facts: { tokenId: text(body['api_key_id']), name: text(body['name']), scopes: scopesOf(body) } } : undefined),
  })(ask, wish, makeSecret);
}
