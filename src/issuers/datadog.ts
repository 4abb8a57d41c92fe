import type { Answer, Ask, Issuer, LimitAsk, Mutation, ScopeLimit, Subject } from '../model/index.ts';
import { askOnce, tell } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { factsFrom, merged } from './exchange/more-facts.ts';
import { everywhere, inEveryRegion } from './exchange/regions.ts';
import { below, get, postJson, remove } from './exchange/requests.ts';
import { active, refused, unknown } from './reading/answers.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/**
 * Datadog's sites are separate and a key does not say where it lives: each is asked. What a key may do and when it was
 * last used is read where API key and application key were found together.
 */
export const issuer: Issuer = {
  id: 'datadog',
  name: 'Datadog',
  kinds: ['datadog-api-key-named', 'datadog-application-key', 'datadog-application-key-named'],
  publicBaseUrl: 'https://api.datadoghq.com',
  publicEndpoints: {
    'region-eu': 'https://api.datadoghq.eu',
    'region-us3': 'https://api.us3.datadoghq.com',
    'region-us5': 'https://api.us5.datadoghq.com',
    'region-ap1': 'https://api.ap1.datadoghq.com',
    'region-ap2': 'https://api.ap2.datadoghq.com',
    'region-gov': 'https://api.ddog-gov.com',
  },
  proof: { how: 'document', reference: 'docs.datadoghq.com/api/latest: authentication (validate), key-management (api_keys, application_keys); @datadog/datadog-api-client 1.64.0 PartialAPIKeyAttributes, PartialApplicationKeyAttributes' },
  introspect: {
    method: 'GET /api/v1/validate',
    run: (ask) => (isApplicationKey(ask) ? introspectApplicationKey(ask) : inEveryRegion(ask, introspectApiKey)),
    particular: (subject) => (isApplicationKey(subject) ? { method: 'GET /api/v2/validate_keys', ...needsCompanions(subject, 'api-key') } : {}),
  },
  revoke: {
    method: 'DELETE /api/v2/api_keys/ID',
    reversible: false,
    sideEffects: 'Agents that report with this API key go silent.',
    run: revoke,
    particular: (subject) => (isApplicationKey(subject) ? { method: 'DELETE /api/v2/current_user/application_keys/ID', sideEffects: 'None beyond this application key.', ...needsCompanions(subject, 'api-key') } : needsCompanions(subject, 'application-key')),
  },
  narrow: {
    method: 'PATCH /api/v2/current_user/application_keys/ID',
    reversible: true,
    sideEffects: 'None beyond this application key.',
    impossible: ({ subject }, { keep }) => {
      if (subject === undefined || !isApplicationKey(subject)) return 'Datadog narrows application keys only, and only with the key itself';
      return needsCompanions(subject, 'api-key').impossible?.detail ?? (keep.length === 0 ? 'Datadog takes a key without scopes for one that may do all its owner may' : undefined);
    },
    run: narrow,
  },
};

const isApplicationKey = ({ rule }: Subject): boolean => rule.id !== 'datadog-api-key-named';

/** `DD-API-KEY` and, of a pair, `DD-APPLICATION-KEY`. */
function signIn(ask: Ask): Readonly<Record<string, string>> {
  const [api, application] = isApplicationKey(ask) ? [companionOf(ask, 'api-key'), ask.secret.reveal()] : [ask.secret.reveal(), companionOf(ask, 'application-key')];
  return { ...(api === undefined ? {} : { 'dd-api-key': api }), ...(application === undefined ? {} : { 'dd-application-key': application }) };
}

const validate = askOnce({
  method: 'GET /api/v1/validate',
  request: (ask) => get(below(ask.store.baseUrl, 'api/v1/validate'), { 'dd-api-key': signIn(ask)['dd-api-key'] ?? '' }),
  dead: [{ status: 403, at: ['errors.0'], says: 'Forbidden', means: 'Datadog answers 403 "Forbidden" to its validation' }],
  live: (body) => (isObject(body) && body['valid'] === true ? {} : undefined),
});

const validateBoth = askOnce({
  method: 'GET /api/v2/validate_keys',
  request: (ask) => get(below(ask.store.baseUrl, 'api/v2/validate_keys'), signIn(ask)),
  dead: [{ status: 403, at: ['errors.0', 'errors.0.detail'], says: 'Forbidden', means: 'Datadog answers 403 "Forbidden" to the pair, and takes the API key alone' }],
  live: (body) => (isObject(body) && body['status'] === 'ok' ? {} : undefined),
});

/** Last use is read first: the validation may count as one. */
async function introspectApiKey(ask: Ask): Promise<Answer> {
  const own = await readOwn(ask);
  return merged(await validate.run(ask), own);
}

/**
 * A refused pair says nothing of the application key unless the site takes the API key alone, so that site is looked for
 * first; keys live at one site.
 */
async function introspectApplicationKey(ask: Ask): Promise<Answer> {
  const home = await inEveryRegion(ask, async (place) => {
    const alone = await validate.run(place);
    return alone.status === 'active' ? active({ notes: { site: place.store.baseUrl.href } }) : alone;
  });
  if (home.status === 'inactive') return unknown('ambiguous', 'no site of Datadog takes the API key beside it, and so none says anything of the application key');
  const place = home.status === 'active' ? everywhere(ask).find(({ store }) => store.baseUrl.href === home.facts.notes?.['site']) : undefined;
  if (place === undefined) return home;
  const own = await readOwn(place);
  return merged(await validateBoth.run(place), own);
}

const listPath = (ask: Ask): string => (isApplicationKey(ask) ? 'api/v2/current_user/application_keys?page%5Bsize%5D=100' : 'api/v2/api_keys?page%5Bsize%5D=100');

/** The entry of this very key: a list shows four last characters, so only one that alone fits is taken. */
async function readOwn(ask: Ask): Promise<GivenFacts | undefined> {
  if (signIn(ask)['dd-application-key'] === undefined || signIn(ask)['dd-api-key'] === undefined) return undefined;
  return factsFrom(ask, get(below(ask.store.baseUrl, listPath(ask)), signIn(ask)), (body) => {
    const fitting = isObject(body) ? objectsOf(body['data']).filter((key) => last4(key) !== undefined && ask.secret.reveal().endsWith(last4(key) ?? '')) : [];
    return fitting.length === 1 && fitting[0] !== undefined ? factsOf(fitting[0]) : undefined;
  });
}

function last4({ attributes }: JsonObject): string | undefined {
  const shown = isObject(attributes) ? text(attributes['last4']) : undefined;
  return shown?.length === 4 ? shown : undefined;
}

function factsOf(key: JsonObject): GivenFacts {
  const attributes = isObject(key['attributes']) ? key['attributes'] : {};
  return {
    tokenId: text(key['id']),
    name: text(attributes['name']),
    owner: ownerOf(key),
    scopes: texts(attributes['scopes']),
    iat: instant(attributes['created_at']),
    lastUsedAt: orNever(attributes['date_last_used'] ?? attributes['last_used_at'], instant),
  };
}

/** Who made an API key, or whose application key it is: the id of the user. */
function ownerOf({ relationships }: JsonObject): string | undefined {
  if (!isObject(relationships)) return undefined;
  const user = relationships['owned_by'] ?? relationships['created_by'];
  return isObject(user) && isObject(user['data']) ? text(user['data']['id']) : undefined;
}

/** With the pair itself, at the site that shows the key. */
async function narrow({ subject, ...ask }: LimitAsk, { keep }: ScopeLimit): Promise<Mutation> {
  if (subject === undefined) return refused('it needs the key itself');
  for (const place of everywhere<Ask>({ ...ask, ...subject })) {
    if ((await readOwn(place))?.tokenId !== ask.tokenId) continue;
    const url = below(place.store.baseUrl, `api/v2/current_user/application_keys/${encodeURIComponent(ask.tokenId)}`);
    return tell(place, { ...postJson(url, { data: { id: ask.tokenId, type: 'application_keys', attributes: { scopes: keep } } }, signIn(place)), method: 'PATCH' }, { accepted: [200] });
  }
  return refused('no site of Datadog showed which key this is, so none was changed');
}

async function revoke(ask: Ask): Promise<Mutation> {
  for (const place of everywhere(ask)) {
    const id = (await readOwn(place))?.tokenId;
    if (id === undefined) continue;
    const path = isApplicationKey(ask) ? 'api/v2/current_user/application_keys' : 'api/v2/api_keys';
    return tell(place, remove(below(place.store.baseUrl, `${path}/${encodeURIComponent(id)}`), signIn(ask)), { accepted: [204] });
  }
  return refused('no site of Datadog showed which key this is, so none was deleted');
}
