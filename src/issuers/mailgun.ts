import type { Answer, Ask, HttpResponse, Issuer, Subject } from '../model/index.ts';
import { isThrottled, tellById } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { issueOnce, nameOf } from './exchange/issue-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { withMore } from './exchange/more-facts.ts';
import { onlyWithOwnToken, needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { question } from './exchange/question.ts';
import { inEveryRegion } from './exchange/regions.ts';
import { basic, below, get, postForm, remove } from './exchange/requests.ts';
import { active, inactive, unknown } from './reading/answers.ts';
import { instant, mailDate, orNever, text } from './reading/fields.ts';
import { isObject, objectsOf, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/** Mailgun by Sinch. The US and the EU are separate; a key does not say where it lives. The two short parts at the end of a key are its id. */
export const issuer: Issuer = {
  id: 'mailgun',
  name: 'Mailgun',
  kinds: ['mailgun-api-key', 'mailgun-private-key'],
  publicBaseUrl: 'https://api.mailgun.net',
  publicEndpoints: { 'region-eu': 'https://api.eu.mailgun.net' },
  proof: { how: 'document', reference: 'documentation.mailgun.com: GET /v3/domains, GET/POST/DELETE /v1/keys; mailgun.js 14.0.1 Types/APIKeys' },
  publicIdOf: (subject) => idOf(subject),
  introspect: { method: 'GET /v3/domains', run: (ask) => inEveryRegion(ask, introspect) },
  revoke: {
    method: 'DELETE /v1/keys/ID',
    reversible: false,
    sideEffects: 'None beyond this key; mail that is sent with it fails.',
    run: (ask) => deleteKey(ask, idOf(ask) ?? ''),
    particular: (subject) => (idOf(subject) === undefined ? { impossible: { why: 'no-introspection', detail: 'keys of this form do not name their id; delete it under "API Security" in the control panel' } } : onlyWithOwnToken(subject)),
  },
  rotate: {
    method: 'POST /v1/keys',
    sideEffects: 'Makes another key of the role that is wished for.',
    run: issueOnce({
      request: (ask, wish) => postForm(below(ask.store.baseUrl, 'v1/keys'), { kind: 'user', role: wish.scopes?.[0] ?? '', description: nameOf(wish, ask), ...lifetimeOf(wish.expiresAt, ask.now()) }, signIn(ask)),
      oldLives: true,
      cannot: ({ scopes }) => (scopes?.length === 1 ? undefined : 'Mailgun gives a key exactly one role, which must be wished for: admin, basic, developer or sending'),
      read: (body) => (isObject(body) && isObject(body['key']) ? { secret: text(body['key']['secret']) ?? '', facts: factsOfKey(body['key']) } : undefined),
    }),
    particular: onlyWithOwnToken,
  },
  list: { method: 'GET /v1/keys', run: (ask) => list(ask), impossible: needsOwnToken },
  revokeById: { method: 'DELETE /v1/keys/ID', run: (ask, id) => deleteKey(ask, id), impossible: needsOwnToken, reversible: false, sideEffects: 'None beyond this key.' },
};

/** `…32 hex…-ID`, where the id is eight hex digits, a dash and eight more. */
const idOf = ({ secret }: Pick<Subject, 'secret'>): string | undefined => /-([0-9a-f]{8}-[0-9a-f]{8})$/.exec(secret.reveal())?.[1];

/** Our own key at the store is sent as the token is: as the password of the user "api". */
const signIn = (ask: Parameters<typeof ownToken>[0]): Readonly<Record<string, string>> => basic('api', ownToken(ask)?.reveal() ?? '');

function lifetimeOf(expiresAt: Date | undefined, now: Date): Readonly<Record<string, string>> {
  return expiresAt === undefined ? {} : { expiration: String(Math.max(1, Math.floor((expiresAt.getTime() - now.getTime()) / 1000))) };
}

async function introspect(ask: Ask): Promise<Answer> {
  const auth = basic('api', ask.secret.reveal());
  const answer = await question(ask, get(below(ask.store.baseUrl, 'v3/domains?limit=1'), auth), readDomains);
  const id = idOf(ask);
  return withMore(ask, answer, id === undefined ? undefined : get(below(ask.store.baseUrl, 'v1/keys'), auth), (body) => {
    const own = isObject(body) ? objectsOf(body['items']).find((key) => key['id'] === id) : undefined;
    return own === undefined ? undefined : factsOfKey(own);
  });
}

/**
 * Newer parts of the API refuse in JSON, older ones in plain text ("Forbidden"). What tells the latter from anybody else's
 * page is the realm in which Mailgun asks to sign in.
 */
function readDomains(response: HttpResponse): Answer | undefined {
  const body = readObject(response);
  if (response.status === 401) {
    if (body !== undefined && /^Invalid private key$/i.test(text(body['message']) ?? '')) return inactive('Mailgun answers 401 "Invalid private key"');
    const isMailgun = /^Basic realm="MG API"$/i.test(response.headers['www-authenticate'] ?? '');
    return isMailgun && response.body.trim() === 'Forbidden' ? inactive('Mailgun answers 401 "Forbidden" in its own realm') : undefined;
  }
  if (response.status === 403 && !isThrottled(response)) return unknown('ambiguous', 'answered 403: perhaps a live key that may only send, or that an address rule keeps out');
  return response.status === 200 && Array.isArray(body?.['items']) && typeof body['total_count'] === 'number' ? active({ sub: text(objectsOf(body['items'])[0]?.['name']) }) : undefined;
}

function factsOfKey(key: JsonObject): GivenFacts {
  const date = (value: unknown): Date | undefined => instant(value) ?? mailDate(value);
  const role = text(key['role']);
  return {
    tokenId: text(key['id']),
    name: text(key['description']),
    owner: text(key['requestor']) ?? text(key['user_name']),
    scopes: role === undefined ? undefined : [role],
    iat: date(key['created_at']),
    exp: orNever(key['expires_at'], date),
  };
}

const deleteKey = tellById({ request: (ask, id) => remove(below(ask.store.baseUrl, `v1/keys/${encodeURIComponent(id)}`), signIn(ask)), accepted: [200] });

const list = listPages({
  first: (ask) => get(below(ask.store.baseUrl, 'v1/keys'), signIn(ask)),
  read: (body) => (isObject(body) && Array.isArray(body['items']) ? { tokens: objectsOf(body['items']).flatMap((key) => listed('mailgun-private-key', text(key['id']), factsOfKey(key), key['is_disabled'] === true ? 'inactive' : 'active')) } : undefined),
});
