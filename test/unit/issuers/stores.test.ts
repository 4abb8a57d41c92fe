import { describe, expect, it } from 'vitest';
import { readStores } from '../../../src/issuers/ask/index.ts';
import type { StoreConfig } from '../../../src/issuers/ask/index.ts';
import type { Store } from '../../../src/model/index.ts';
import { makeSecret, makeToken } from './make-credential.ts';

const secret = makeToken('', 30);
const ENV: Readonly<Record<string, string>> = { SSO_ID: 'auditor', SSO_SECRET: secret, EMPTY: '' };
const read = (entries: readonly Partial<StoreConfig>[], isNeeded?: () => boolean): readonly Store[] =>
  readStores(
    entries.map((entry) => ({ id: 'sso', type: 'oauth', url: 'https://sso.example.com', claims: [{ rule: 'jwt' }], ...entry })),
    { env: (name) => ENV[name], makeSecret, ...(isNeeded === undefined ? {} : { isNeeded }) },
  );
const errorOf = (entries: readonly Partial<StoreConfig>[]): { readonly code?: string; readonly text: string } => {
  try {
    read(entries);
    return { text: '' };
  } catch (error) {
    return { code: (error as { code?: string }).code ?? '', text: `${String(error)} ${(error as { hint?: string }).hint ?? ''}` };
  }
};

describe('stores from configuration', () => {
  it('know the further hosts and the path of an issuer\'s public API, but not its other regions', () => {
    const twilio = read([{ type: 'twilio', url: 'https://api.twilio.com', claims: [{ rule: 'twilio-api-secret' }] }])[0];
    expect(Object.values(twilio?.endpoints ?? {}).map(({ host }) => host)).toEqual(['accounts.twilio.com', 'iam.twilio.com', 'verify.twilio.com']);
    expect(read([{ type: 'twilio', url: 'https://twilio.example.com', claims: [{ rule: 'twilio-api-secret' }] }])[0]?.endpoints).toBeUndefined();
    expect(read([{ type: 'datadog', url: 'https://api.datadoghq.com', claims: [{ rule: 'datadog-api-key-named' }] }])[0]?.endpoints).toBeUndefined();
    expect(read([{ type: 'slack', url: 'https://slack.com', claims: [{ rule: 'slack-bot' }] }])[0]?.baseUrl.href).toBe('https://slack.com/api');
    expect(read([{ type: 'slack', url: 'https://proxy.example.com/slack', claims: [{ rule: 'slack-bot' }] }])[0]?.baseUrl.href).toBe('https://proxy.example.com/slack');
  });

  it('are read with everything they can say', () => {
    const [store] = read([
      {
        claims: [{ 'jwt-issuer': 'https://sso.example.com' }, { rule: 'npm-access-token', host: 'Registry.Example:4873' }, { pattern: '^x+$' }],
        auth: { method: 'client_secret_basic', 'client-id-env': 'SSO_ID', 'client-secret-env': 'SSO_SECRET' },
        endpoints: { introspection: 'https://other.example/introspect' },
        'requests-per-second': 2,
      },
    ]);
    expect(store).toMatchObject({
      claims: [{ jwtIssuer: 'https://sso.example.com' }, { rule: 'npm-access-token', hintedHost: 'registry.example:4873' }, { pattern: '^x+$' }],
      clientAuth: { method: 'client_secret_basic', clientId: 'auditor' },
      allowPrivate: false,
      requestsPerSecond: 2,
      source: 'configuration',
    });
    expect(store?.endpoints?.['introspection']?.href).toBe('https://other.example/introspect');
    expect(JSON.stringify(store)).not.toContain(secret);
    expect(read([{ endpoints: { revocation_endpoint: 'https://other.example/revoke' } }])[0]?.endpoints?.['revocation']?.href).toBe('https://other.example/revoke');
  });

  it.each([
    ['github', 'https://github.com', 'https://api.github.com/'],
    ['github', 'https://api.github.com', 'https://api.github.com/'],
    ['github', 'https://ghe.example', 'https://ghe.example/api/v3'],
    ['github', 'https://ghe.example/', 'https://ghe.example/api/v3'],
    ['github', 'https://ghe.example/api/v3', 'https://ghe.example/api/v3'],
    ['github', 'https://acme.ghe.com', 'https://api.acme.ghe.com/'],
    ['gitlab', 'https://gitlab.example/gitlab', 'https://gitlab.example/gitlab'],
    ['gitlab', 'https://gitlab.example/api/v4', 'https://gitlab.example/'],
    ['vault', 'https://vault.example/v1', 'https://vault.example/'],
    ['oauth', 'https://sso.example/realms/a', 'https://sso.example/realms/a'],
  ])('of type %s at %s are asked at %s', (type, url, expected) => {
    expect(read([{ type, url }])[0]?.baseUrl.href).toBe(expected);
  });

  it.each<[string, string, Partial<StoreConfig>]>([
    ['STORE_TYPE_UNKNOWN', 'Did you mean "gitlab"?', { type: 'gitlib' }],
    ['STORE_URL_INVALID', 'is not a URL', { url: 'sso.example.com' }],
    ['STORE_URL_INVALID', 'user name or password', { url: `https://me:${secret}@sso.example.com` }],
    ['STORE_URL_INVALID', 'query or fragment', { url: `https://sso.example.com/?t=${secret}` }],
    ['STORE_URL_INVALID', 'neither https nor http', { url: 'ldap://sso.example.com' }],
    ['STORE_URL_INVALID', 'in clear', { url: 'http://sso.example.com' }],
    ['STORE_URL_INVALID', 'private address', { url: 'https://2130706433' }],
    ['STORE_URL_INVALID', 'endpoints.introspection', { endpoints: { introspection: 'http://x.example' } }],
    ['STORE_CLAIM_EMPTY', 'would claim no token', { claims: [{}] }],
    ['STORE_PATTERN_INVALID', 'regular expression', { claims: [{ pattern: '(' }] }],
    ['STORE_PATTERN_INVALID', '512', { claims: [{ pattern: 'a'.repeat(513) }] }],
    ['STORE_ENV_MISSING', 'NOT_SET', { auth: { method: 'bearer', 'token-env': 'NOT_SET' } }],
    ['STORE_ENV_MISSING', 'verify.deny', { auth: { method: 'bearer', 'token-env': 'EMPTY' } }],
    ['STORE_AUTH_INCOMPLETE', 'client-secret-env', { auth: { method: 'client_secret_post', 'client-id-env': 'SSO_ID' } }],
    ['STORE_AUTH_UNKNOWN', 'basic', { auth: { method: 'magic' } }],
  ])('%s: %s', (code, words, entry) => {
    const error = errorOf([entry]);
    expect(error.code).toBe(code);
    expect(error.text).toContain(words);
    expect(error.text).toContain('sso');
    expect(error.text).not.toContain(secret);
  });

  it('tell where in the configuration the mistake stands', () => {
    const placeOf = (path: readonly (string | number)[]): string => `t.yml:3:1 ${path.join('.')}`;
    expect(errorOf([{ url: 'https://127.0.0.1', placeOf }]).text).toContain('t.yml:3:1 url: Store "sso": url is a private address');
    expect(errorOf([{ endpoints: { introspection: 'https://127.0.0.1' }, placeOf }]).text).toContain('t.yml:3:1 endpoints.introspection: Store');
    expect(errorOf([{ claims: [{ rule: 'jwt' }, { pattern: '(' }], placeOf }]).text).toContain('t.yml:3:1 claims.1.pattern: Store');
    expect(errorOf([{ auth: { method: 'bearer', 'token-env': 'NOT_SET' }, placeOf }]).text).toContain('t.yml:3:1 auth.token-env: Store');
  });

  it('have ids of their own', () => {
    expect(errorOf([{}, {}]).code).toBe('STORE_DUPLICATE_ID');
  });

  it('need no credentials when they are not asked', () => {
    expect(read([{ auth: { method: 'bearer', 'token-env': 'NOT_SET' } }], () => false)[0]?.clientAuth).toBeUndefined();
  });
});
