import { nearest } from '../../lib/nearest.ts';
import { kindOfAddress, literalAddress } from '../../lib/http/address-guard.ts';
import { WardenError } from '../../model/index.ts';
import type { Claim, ClientAuth, Issuer, Protocol, Secret, Store } from '../../model/index.ts';
import { ISSUERS } from '../registry.ts';

/** One entry of `stores:` in `tokenwarden.yml`, its shape already validated. */
export interface StoreConfig {
  readonly id: string;
  readonly type: string;
  readonly url: string;
  readonly claims: readonly { readonly rule?: string; readonly 'jwt-issuer'?: string; readonly pattern?: string; readonly host?: string }[];
  readonly auth?: {
    readonly method: string;
    readonly 'client-id-env'?: string;
    readonly 'client-secret-env'?: string;
    readonly 'token-env'?: string;
  };
  readonly endpoints?: Readonly<Record<string, string>>;
  readonly 'allow-private'?: boolean;
  readonly 'requests-per-second'?: number;
  /** `tokenwarden.yml:12:5` for a path inside the entry, where it comes from a file. */
  readonly placeOf?: (path: readonly (string | number)[]) => string;
}

export interface ReadStoresOptions {
  readonly env: (name: string) => string | undefined;
  readonly makeSecret: (value: string) => Secret;
  /** Stores that will not be asked (`verify.deny`) need no credentials. Default: all will be. */
  readonly isNeeded?: (store: { readonly id: string; readonly type: string }) => boolean;
}

const REQUESTS_PER_SECOND = 5;
const MAX_PATTERN = 512;

/** @throws {WardenError} STORE_… with the store's id, what is wrong and what to do. Never with a value from the environment. */
export function readStores(config: readonly StoreConfig[], options: ReadStoresOptions): readonly Store[] {
  const seen = new Set<string>();
  return config.map((entry) => {
    if (seen.has(entry.id)) throw new WardenError('STORE_DUPLICATE_ID', `${at(entry, ['id'])}Two stores have the id "${entry.id}".`, { hint: 'Give each store an id of its own.' });
    seen.add(entry.id);
    return readStore(entry, options);
  });
}

function readStore(entry: StoreConfig, options: ReadStoresOptions): Store {
  const issuer = ISSUERS.find(({ id }) => id === entry.type);
  if (issuer === undefined) {
    const ids = ISSUERS.map(({ id }) => id);
    const close = nearest(entry.type, ids);
    throw new WardenError('STORE_TYPE_UNKNOWN', `${at(entry, ['type'])}Store "${entry.id}": there is no issuer type "${entry.type}".`, { hint: close === undefined ? `Types: ${ids.join(', ')}.` : `Did you mean "${close}"?` });
  }
  const allowPrivate = entry['allow-private'] ?? false;
  const configured = issuer.protocol === undefined ? readUrl(entry, ['url'], entry.url, allowPrivate) : readSocketUrl(entry, entry.url, issuer.protocol, allowPrivate);
  // RFC 8414 calls them introspection_endpoint and revocation_endpoint.
  const endpoints = Object.entries(entry.endpoints ?? {}).map(([name, url]) => [name.replace(/_endpoint$/, ''), readUrl(entry, ['endpoints', name], url, allowPrivate)] as const);
  const needed = options.isNeeded?.({ id: entry.id, type: entry.type }) ?? true;
  const clientAuth = entry.auth === undefined || !needed ? undefined : readAuth(entry, entry.auth, options);
  const baseUrl = issuer.baseUrlOf?.(configured) ?? withPublicPath(issuer, configured);
  const known = { ...furtherHosts(issuer, baseUrl), ...Object.fromEntries(endpoints) };
  return {
    id: entry.id,
    type: entry.type,
    baseUrl,
    claims: readClaims(entry),
    ...(clientAuth === undefined ? {} : { clientAuth }),
    ...(Object.keys(known).length === 0 ? {} : { endpoints: known }),
    allowPrivate,
    requestsPerSecond: entry['requests-per-second'] ?? REQUESTS_PER_SECOND,
    source: 'configuration',
  };
}

function isPublic({ publicBaseUrl }: Issuer, { origin }: URL): boolean {
  return publicBaseUrl !== undefined && new URL(publicBaseUrl).origin === origin;
}

/** `https://slack.com` means `https://slack.com/api`: people write the host, the API lies below it. */
function withPublicPath(issuer: Issuer, configured: URL): URL {
  return issuer.publicBaseUrl !== undefined && isPublic(issuer, configured) && configured.pathname === '/' ? new URL(issuer.publicBaseUrl) : configured;
}

/** Hosts beside the issuer's public one (Twilio's iam host), where that is the one configured. Not its other regions: a configured store is in one place. */
function furtherHosts(issuer: Issuer, baseUrl: URL): Readonly<Record<string, URL>> {
  if (!isPublic(issuer, baseUrl)) return {};
  return Object.fromEntries(Object.entries(issuer.publicEndpoints ?? {}).flatMap(([name, url]) => (name.startsWith('region-') ? [] : [[name, new URL(url)] as const])));
}

/** `tokenwarden.yml:12:5: `, if that is known. */
function at({ placeOf }: StoreConfig, path: readonly (string | number)[]): string {
  return placeOf === undefined ? '' : `${placeOf(path)}: `;
}

function readUrl(entry: StoreConfig, path: readonly string[], value: string, allowPrivate: boolean): URL {
  const url = URL.parse(value);
  const wrong = (what: string, hint: string): WardenError => new WardenError('STORE_URL_INVALID', `${at(entry, path)}Store "${entry.id}": ${path.join('.')} ${what}.`, { hint });
  if (url === null) throw wrong('is not a URL', 'Write it with its scheme, for example https://sso.example.com.');
  // The value is not repeated: a URL with a password in it is one of the mistakes.
  if (url.username !== '' || url.password !== '') throw wrong('holds a user name or password', 'Take it out and name environment variables under auth: instead.');
  if (url.search !== '' || url.hash !== '') throw wrong('has a query or fragment', 'Give the base URL only.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw wrong('is neither https nor http', 'Issuers are asked over https.');
  if (url.protocol === 'http:' && !allowPrivate) throw wrong('is plain http, which would send credentials in clear', 'Use https, or set allow-private: true for a store on a private network.');
  const literal = literalAddress(url);
  if (literal !== undefined && !allowPrivate && kindOfAddress(literal) === 'private') throw wrong('is a private address', 'Set allow-private: true if that is meant.');
  return url;
}

/** A URL of a protocol that is not HTTP; its port is always said, its host in lower case. */
function readSocketUrl(entry: StoreConfig, value: string, protocol: Protocol, allowPrivate: boolean): URL {
  const url = URL.parse(value);
  const sample = `${protocol.schemes[0] ?? ''}://db.example.com:${protocol.defaultPort}`;
  const wrong = (what: string, hint: string): WardenError => new WardenError('STORE_URL_INVALID', `${at(entry, ['url'])}Store "${entry.id}": url ${what}.`, { hint });
  if (url === null || !protocol.schemes.includes(url.protocol.slice(0, -1)) || url.hostname === '') throw wrong('is not the address of such a server', `Write it as ${sample}.`);
  if (url.username !== '' || url.password !== '') throw wrong('holds a user name or password', 'Take it out and name environment variables under auth: instead.');
  const known = protocol.parameters ?? {};
  const odd = [...url.searchParams].find(([name, is]) => known[name]?.some((one) => (typeof one === 'string' ? one === is : one.test(is))) !== true);
  if (odd !== undefined || url.hash !== '') {
    const allowed = Object.entries(known).map(([name, values]) => `${name}=${values.map((one) => (typeof one === 'string' ? one : '…')).join('|')}`);
    throw wrong('has a parameter that is not known here', allowed.length === 0 ? 'Give the address only.' : `Parameters: ${allowed.join(', ')}.`);
  }
  url.hostname = url.hostname.toLowerCase().replace(/\.$/, '');
  if (url.port === '') url.port = String(protocol.defaultPort);
  const literal = literalAddress(url);
  if (literal !== undefined && !allowPrivate && kindOfAddress(literal) === 'private') throw wrong('is a private address', 'Set allow-private: true if that is meant.');
  return url;
}

function readClaims(entry: StoreConfig): readonly Claim[] {
  return entry.claims.map((claim, index) => {
    const { rule, pattern, host, 'jwt-issuer': jwtIssuer } = claim;
    if (rule === undefined && pattern === undefined && host === undefined && jwtIssuer === undefined) {
      throw new WardenError('STORE_CLAIM_EMPTY', `${at(entry, ['claims', index])}Store "${entry.id}": a claim names nothing, so it would claim no token.`, { hint: 'Give it rule:, jwt-issuer:, pattern: or host:.' });
    }
    if (pattern !== undefined && (pattern.length > MAX_PATTERN || !compiles(pattern))) {
      throw new WardenError('STORE_PATTERN_INVALID', `${at(entry, ['claims', index, 'pattern'])}Store "${entry.id}": a claim's pattern is not a regular expression of at most ${MAX_PATTERN} characters.`, { hint: 'It is a JavaScript regular expression over the whole token.' });
    }
    return {
      ...(rule === undefined ? {} : { rule }),
      ...(pattern === undefined ? {} : { pattern }),
      ...(host === undefined ? {} : { hintedHost: host.toLowerCase() }),
      ...(jwtIssuer === undefined ? {} : { jwtIssuer }),
    };
  });
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(`^(?:${pattern})$`);
    return true;
  } catch {
    return false;
  }
}

function readAuth(entry: StoreConfig, auth: NonNullable<StoreConfig['auth']>, options: ReadStoresOptions): ClientAuth {
  const { id } = entry;
  const value = (key: 'client-id-env' | 'client-secret-env' | 'token-env'): string => {
    const name = auth[key];
    if (name === undefined) throw new WardenError('STORE_AUTH_INCOMPLETE', `${at(entry, ['auth'])}Store "${id}": auth method ${auth.method} needs ${key}.`, { hint: `Name the environment variable that holds it: ${key}: NAME.` });
    const found = options.env(name);
    if (found === undefined || found === '') throw new WardenError('STORE_ENV_MISSING', `${at(entry, ['auth', key])}Store "${id}": the environment variable ${name} (${key}) is not set, so the store cannot be asked.`, { hint: `Set ${name}, or put "${id}" under verify.deny.` });
    return found;
  };
  switch (auth.method) {
    case 'none':
      return { method: 'none' };
    case 'bearer':
      return { method: 'bearer', token: options.makeSecret(value('token-env')) };
    case 'client_secret_basic':
    case 'client_secret_post':
      return { method: auth.method, clientId: value('client-id-env'), clientSecret: options.makeSecret(value('client-secret-env')) };
    default:
      throw new WardenError('STORE_AUTH_UNKNOWN', `${at(entry, ['auth', 'method'])}Store "${id}": there is no auth method "${auth.method}".`, { hint: 'Methods: client_secret_basic, client_secret_post, bearer, none.' });
  }
}
