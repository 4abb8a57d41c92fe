import type { Answer, Ask, HttpResponse, Issuer, Mutation, Subject } from '../model/index.ts';
import { clientAuthParts } from './exchange/client-auth.ts';
import { findEndpoint } from './exchange/oauth-metadata.ts';
import { oauthIssue } from './exchange/oauth-issue.ts';
import { mutation, question } from './exchange/question.ts';
import { postForm } from './exchange/requests.ts';
import { accepted, active, inactive, notAttempted, refused, uncertain, unknown } from './reading/answers.ts';
import { epochSeconds, text, texts, words } from './reading/fields.ts';
import { readObject } from './reading/json.ts';

/** Any OAuth 2.0 authorization server that speaks RFC 7662 and RFC 7009: metadata and our client credentials suffice. */
export const issuer: Issuer = {
  id: 'oauth',
  name: 'OAuth 2.0 authorization server',
  kinds: ['*'],
  endpoints: ['introspection', 'revocation', 'token'],
  proof: { how: 'real-server', reference: 'oidc-provider 9.13.3, django-oauth-toolkit 3.4.1, Keycloak 26.4.0 (npm run test:slow); RFC 8414, RFC 7662, RFC 7009' },
  introspect: { method: 'POST introspection_endpoint (RFC 7662)', run: introspect, particular: needsClient },
  revoke: {
    method: 'POST revocation_endpoint (RFC 7009)',
    reversible: false,
    sideEffects: 'The server may also revoke the refresh token and the grant behind it (RFC 7009 section 2.1).',
    run: revoke,
    particular: needsClient,
  },
  issue: oauthIssue,
};

function needsClient({ store }: Subject): { readonly impossible?: { readonly why: 'no-client-credentials'; readonly detail: string } } {
  if (store.clientAuth !== undefined) return {};
  return { impossible: { why: 'no-client-credentials', detail: `RFC 7662 wants the asker to authenticate: give store "${store.id}" an auth: section` } };
}

async function introspect(ask: Ask): Promise<Answer> {
  const endpoint = await findEndpoint(ask, 'introspection');
  if (!endpoint.ok) return 'unknown' in endpoint ? endpoint.unknown : notAttempted('no-introspection', endpoint.unsupported);
  return question(ask, { ...tokenForm(ask, endpoint.url), repeatable: true }, readIntrospection);
}

/** RFC 7662 section 2.2 and 2.3. `active: false` also covers tokens that this client may not see. */
function readIntrospection(response: HttpResponse): Answer | undefined {
  if (response.status === 401 || response.status === 403) return unknown('own-credentials', `answered ${response.status}: the client that asks was refused; this says nothing of the token`);
  if (response.status !== 200) return undefined;
  const body = readObject(response);
  if (body === undefined || typeof body['active'] !== 'boolean') return undefined;
  if (!body['active']) return inactive('the issuer answers active: false (expired, revoked, never issued, or not visible to the asking client)');
  return active({
    sub: text(body['sub']) ?? text(body['username']),
    clientId: text(body['client_id']),
    // RFC 7662 has one string; UAA and Spring's servers send a list.
    scopes: words(body['scope']) ?? texts(body['scope']),
    iat: numericDate(body['iat']),
    exp: numericDate(body['exp']),
  });
}

/** RFC 7662 wants a number; some servers send its digits as a string. Milliseconds and texts of other kinds are silence. */
function numericDate(value: unknown): Date | undefined {
  return epochSeconds(typeof value === 'string' && /^\d{9,12}$/.test(value) ? Number(value) : value);
}

async function revoke(ask: Ask): Promise<Mutation> {
  const endpoint = await findEndpoint(ask, 'revocation');
  if (!endpoint.ok) return 'unknown' in endpoint ? uncertain(endpoint.unknown.why, endpoint.unknown.detail) : refused(endpoint.unsupported);
  return mutation(ask, tokenForm(ask, endpoint.url), (response) => {
    if (response.status === 200) return accepted('answered 200, which RFC 7009 also gives for unknown tokens');
    if (response.status === 401 || response.status === 403) return refused(`answered ${response.status}: the client that asks was refused`);
    if (response.status === 400) return refused('answered 400: the server does not revoke tokens of this type');
    return undefined;
  });
}

function tokenForm(ask: Ask, url: URL): ReturnType<typeof postForm> {
  const { headers, form } = clientAuthParts(ask.store.clientAuth ?? { method: 'none' });
  const hint = ask.rule.tokenType === 'refresh-token' ? 'refresh_token' : 'access_token';
  return postForm(url, { token: ask.secret.reveal(), token_type_hint: hint, ...form }, headers);
}
