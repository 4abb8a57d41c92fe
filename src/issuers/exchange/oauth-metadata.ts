import type { AdminAsk, Answer, HttpRequest } from '../../model/index.ts';
import { readObject } from '../reading/json.ts';
import { get } from './requests.ts';

export type EndpointName = 'token' | 'introspection' | 'revocation' | 'jwks';

type Unknown = Extract<Answer, { readonly status: 'unknown' }>;

export type Endpoint = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly unknown: Unknown } | { readonly ok: false; readonly unsupported: string };

type Metadata = Readonly<Record<string, unknown>>;

/**
 * Where to ask: the endpoint from configuration, else from the server's metadata (RFC 8414, then OpenID Connect
 * Discovery). Metadata counts only if its `issuer` is exactly the configured one, and an endpoint only if its origin
 * is the store's own or one that configuration names: a poisoned document must not choose where tokens go.
 */
export async function findEndpoint(ask: AdminAsk, name: EndpointName): Promise<Endpoint> {
  const { store } = ask;
  const configured = store.endpoints?.[name];
  if (configured !== undefined) return { ok: true, url: configured };
  const make = (): Promise<Discovered> => discover(ask);
  const found = ask.remember === undefined ? await make() : await ask.remember('oauth-metadata', make, (value) => 'metadata' in value);
  if ('failure' in found) return { ok: false, unknown: found.failure };
  const field = name === 'jwks' ? 'jwks_uri' : `${name}_endpoint`;
  const value = found.metadata[field];
  if (value === undefined) return { ok: false, unsupported: `the issuer's metadata names no ${field}` };
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url === null) return failure('malformed', `${field} in the issuer's metadata is not a URL`);
  const origins = [store.baseUrl, ...Object.values(store.endpoints ?? {})].map(({ origin }) => origin);
  if (url.username !== '' || url.password !== '' || !origins.includes(url.origin)) {
    return failure('refused-address', `${field} in the issuer's metadata lies on another origin; name it under endpoints: if that is right`);
  }
  return { ok: true, url };
}

function failure(why: 'malformed' | 'refused-address', detail: string): Endpoint {
  return { ok: false, unknown: { status: 'unknown', why, detail } };
}

type Discovered = { readonly metadata: Metadata } | { readonly failure: Unknown };

async function discover(ask: AdminAsk): Promise<Discovered> {
  const { baseUrl } = ask.store;
  const path = baseUrl.pathname.replace(/\/+$/, '');
  // RFC 8414 section 3.1 puts the well-known part before the path, OpenID Connect Discovery section 4 behind it.
  const places = [`${baseUrl.origin}/.well-known/oauth-authorization-server${path}`, `${baseUrl.origin}${path}/.well-known/openid-configuration`];
  let last: Discovered = { failure: { status: 'unknown', why: 'malformed', detail: 'the issuer publishes no metadata' } };
  for (const place of places) {
    const request: HttpRequest = get(new URL(place), {});
    const outcome = await ask.send(request);
    if (!outcome.ok) {
      last = { failure: { status: 'unknown', why: outcome.why, detail: `metadata: ${outcome.detail}`, ...(outcome.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: outcome.retryAfterSeconds }) } };
      continue;
    }
    const metadata = outcome.response.status === 200 ? readObject(outcome.response) : undefined;
    if (metadata === undefined) {
      const why = outcome.response.status >= 500 ? 'server-error' : 'malformed';
      last = { failure: { status: 'unknown', why, detail: `metadata: answered ${outcome.response.status} without a JSON object` } };
      continue;
    }
    if (!isSameIssuer(metadata['issuer'], baseUrl)) {
      return { failure: { status: 'unknown', why: 'malformed', detail: 'metadata: its issuer is not the configured URL (RFC 8414 section 3.3), so it may belong to someone else' } };
    }
    return { metadata };
  }
  return last;
}

/** Identical strings; the slash of an empty path is the one thing that a URL object cannot keep apart. */
function isSameIssuer(issuer: unknown, baseUrl: URL): boolean {
  return issuer === baseUrl.href || (baseUrl.pathname === '/' && issuer === baseUrl.origin);
}
