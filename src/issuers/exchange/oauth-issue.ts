import type { AdminAsk, Answer, HeldIssue, HttpResponse, Issued, IssueOperation, IssueWish, Mutation } from '../../model/index.ts';
import { accepted, active, inactive, notAttempted, refused, uncertain, unknown } from '../reading/answers.ts';
import { epochSeconds, secondsFrom, text, words } from '../reading/fields.ts';
import { readJwtClaims } from '../reading/jwt-claims.ts';
import { readObject } from '../reading/json.ts';
import { clientAuthParts } from './client-auth.ts';
import { findEndpoint } from './oauth-metadata.ts';
import { mutation, question, unnamed } from './question.ts';
import { postForm } from './requests.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * An access token of our own client (RFC 6749 section 4.4), or one that a subject's token is exchanged for (RFC 8693). No
 * request of OAuth names a lifetime: what the server gives is held against what was asked for afterwards.
 */
export const oauthIssue: IssueOperation = {
  method: 'POST token_endpoint (RFC 6749, RFC 8693)',
  parameters: {
    grant: 'client_credentials (default) or token-exchange',
    audience: 'for whom the token is (RFC 8693)',
    resource: 'URI of what it is for (RFC 8707)',
    'subject-token-env': 'the variable that holds the token which is exchanged',
    'subject-token-type': 'its type; default: an access token',
    'actor-token-env': 'the variable that holds the token of who acts for the subject',
    'actor-token-type': 'its type; default: an access token',
  },
  variables: { token: 'ACCESS_TOKEN' },
  impossible: (store) => (store.clientAuth === undefined || store.clientAuth.method === 'none' || store.clientAuth.method === 'bearer' ? `the token endpoint wants a client's id and secret: give store "${store.id}" auth: { method: client_secret_basic, … }` : undefined),
  refuses: ({ parameters, secrets, scopes }) => {
    const strange = scopes.find((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
    if (strange !== undefined) return 'a scope of OAuth has no spaces, quotes or backslashes (RFC 6749 section 3.3)';
    if (!['client_credentials', 'token-exchange', undefined].includes(parameters['grant'])) return 'its grant has with: grant, which is neither client_credentials nor token-exchange';
    return parameters['grant'] === 'token-exchange' && secrets['subject-token-env'] === undefined ? 'token-exchange needs with: subject-token-env, and that variable set' : undefined;
  },
  keepsTtl: false,
  run: obtain,
  revoke,
  ask: introspect,
};

async function obtain(...[ask, wish, makeSecret]: Parameters<IssueOperation['run']>): Promise<Issued> {
  const endpoint = await findEndpoint(ask, 'token');
  if (!endpoint.ok) return refused('unknown' in endpoint ? endpoint.unknown.detail : endpoint.unsupported);
  const { headers, form } = clientAuthParts(ask.store.clientAuth ?? { method: 'none' });
  const began = ask.now();
  const outcome = await ask.send(postForm(endpoint.url, { ...formOf(wish), ...form }, headers));
  if (!outcome.ok) return uncertain(outcome.why, outcome.detail);
  const { response } = outcome;
  const body = readObject(response);
  if (response.status === 400 || response.status === 401 || response.status === 403) {
    const code = text(body?.['error']);
    return refused(`answered ${response.status}${code !== undefined && /^[a-z_]{1,40}$/.test(code) ? ` ${code}` : ''}`);
  }
  const token = body?.['access_token'];
  if (response.status !== 200 || typeof token !== 'string' || token === '') {
    const answer = unnamed(response, ask.now());
    return uncertain(answer.status === 'unknown' ? answer.why : 'malformed', `answered ${response.status} without an access token`);
  }
  const secret = makeSecret(token);
  // RFC 6749 section 5.1: a scope that is left out is the one that was asked for.
  const scopes = words(body?.['scope']) ?? wish.scopes;
  const exp = secondsFrom(began, body?.['expires_in']) ?? epochSeconds(readJwtClaims(token)?.['exp']) ?? (await expiryOf(ask, { secret }));
  const canEnd = (await findEndpoint(ask, 'revocation')).ok;
  const facts = active({ scopes, exp });
  return { status: 'issued', parts: [{ name: 'token', value: secret, isSecret: true }], ending: canEnd ? 'by-secret' : 'expires', facts: facts.status === 'active' ? facts.facts : {} };
}

function formOf({ parameters, secrets, scopes }: IssueWish): Readonly<Record<string, string>> {
  const { audience, resource } = parameters;
  const where = { ...(audience === undefined ? {} : { audience }), ...(resource === undefined ? {} : { resource }) };
  if (parameters['grant'] !== 'token-exchange') return { grant_type: 'client_credentials', scope: scopes.join(' '), ...where };
  const actor = secrets['actor-token-env'];
  return {
    grant_type: EXCHANGE,
    subject_token: secrets['subject-token-env']?.reveal() ?? '',
    subject_token_type: parameters['subject-token-type'] ?? ACCESS_TOKEN,
    requested_token_type: ACCESS_TOKEN,
    scope: scopes.join(' '),
    ...where,
    ...(actor === undefined ? {} : { actor_token: actor.reveal(), actor_token_type: parameters['actor-token-type'] ?? ACCESS_TOKEN }),
  };
}

async function expiryOf(ask: AdminAsk, held: HeldIssue): Promise<Date | undefined> {
  const answer = await introspect(ask, held);
  return answer.status === 'active' && answer.facts.exp instanceof Date ? answer.facts.exp : undefined;
}

/** RFC 7662. */
async function introspect(ask: AdminAsk, { secret }: HeldIssue): Promise<Answer> {
  const endpoint = await findEndpoint(ask, 'introspection');
  if (secret === undefined || !endpoint.ok) return endpoint.ok ? notAttempted('no-introspection', 'the token itself is not known any more') : 'unknown' in endpoint ? endpoint.unknown : notAttempted('no-introspection', endpoint.unsupported);
  const { headers, form } = clientAuthParts(ask.store.clientAuth ?? { method: 'none' });
  return question(ask, { ...postForm(endpoint.url, { token: secret.reveal(), token_type_hint: 'access_token', ...form }, headers), repeatable: true }, readIntrospection);
}

function readIntrospection(response: HttpResponse): Answer | undefined {
  const body = readObject(response);
  if ([400, 401, 403].includes(response.status)) return unknown('own-credentials', `answered ${response.status}: our client may not introspect`);
  if (response.status !== 200 || typeof body?.['active'] !== 'boolean') return undefined;
  return body['active'] ? active({ scopes: words(body['scope']), exp: epochSeconds(body['exp']) }) : inactive('the issuer answers active: false');
}

/** RFC 7009. */
async function revoke(ask: AdminAsk, { secret }: HeldIssue): Promise<Mutation> {
  const endpoint = await findEndpoint(ask, 'revocation');
  if (!endpoint.ok) return 'unknown' in endpoint ? uncertain(endpoint.unknown.why, endpoint.unknown.detail) : refused(endpoint.unsupported);
  if (secret === undefined) return refused('the token itself is not known any more');
  const { headers, form } = clientAuthParts(ask.store.clientAuth ?? { method: 'none' });
  return mutation(ask, postForm(endpoint.url, { token: secret.reveal(), token_type_hint: 'access_token', ...form }, headers), ({ status }) => {
    if (status === 200) return accepted('answered 200');
    return [400, 401, 403].includes(status) ? refused(`answered ${status}`) : undefined;
  });
}
