import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { complaint, load, workingDirectory } from './folder.ts';

/** What people see when this is their configuration. */
async function seen(content: string | Uint8Array): Promise<string> {
  await using folder = await workingDirectory({ 'tokenwarden.yml': content });
  return (await complaint(load(folder.path), folder.path)).replace(/\nhint: nothing was scanned.*$/, '');
}

const STORE = "stores: [ { id: sso, type: oauth, url: 'https://sso.example.com', claims: [ { rule: x } ] } ]\n";

describe('a wrong configuration', () => {
  it('is told all at once, sorted by line, with what was expected and the nearest spelling', async () => {
    const text = await seen(`fial-on: low
ignore: docs/**
verify:
  on-issuer-outage: blok
stores:
  - id: company-sso
    type: oauht
    url: sso.example.com
    claims: []
    auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_SSO_ID, client-secret: not-shown-anywhere }
  - id: other
    type: oauth
policy:
  max-lifetme: { temporary: 48h }
  no-expiry: maybe
  expiring-soon: { within: 3 days }
  leaked: { allowed: [ { path: 'secrets/**', rul: '*' } ] }
max-file-size: lots
timeout: 10
`);
    // Every issuer there is: the list grows with them.
    expect(text.replace(/expected (?:[a-z0-9-]+, ){20,}[a-z0-9-]+ and \d+ more/, 'expected ISSUERS')).toMatchSnapshot();
    expect(text).not.toContain('not-shown-anywhere');
  });

  it.each([
    ['a key given twice', 'fail-on: low\nfail-on: high\n', '[CONFIG_SYNTAX] tokenwarden.yml:2:1: the same key is given twice'],
    ['a tab', 'verify:\n\tallow: []\n', /^\[CONFIG_SYNTAX\] tokenwarden\.yml:2:1: a tab cannot indent YAML; use spaces/],
    ['an open bracket', 'ignore: [a, b\n', /^\[CONFIG_(?:SYNTAX|INVALID)\] tokenwarden\.yml:2:1: (?:a character is missing|wrong indentation)/],
    ['two documents', 'jobs: 2\n---\njobs: 3\n', '[CONFIG_SYNTAX] tokenwarden.yml:2:1: a second document begins here; a configuration is one document'],
    ['a text', 'hello\n', '[CONFIG_WRONG_TYPE] tokenwarden.yml:1:1: expected a mapping, found text'],
    ['a list', '- a\n', '[CONFIG_WRONG_TYPE] tokenwarden.yml:1:1: expected a mapping, found a list'],
    ['an unknown tag', 'ignore: !!js/function "x"\n', /^\[CONFIG_(?:SYNTAX|INVALID)\] tokenwarden\.yml:1:9: unknown tag/],
    ['a missing anchor', 'ignore: *nothing\n', '[CONFIG_SYNTAX] tokenwarden.yml:1:9: the alias names no anchor before it'],
    ['no value', 'fail-on:\n', /^\[CONFIG_WRONG_VALUE\] tokenwarden\.yml:\d:\d: fail-on: expected critical, high, medium or low$/],
    ['a wrong date', 'coverage: { accept: [ { path: a, reason: b, owner: c, expires: 2027-02-30 } ] }\n', '[CONFIG_WRONG_VALUE] tokenwarden.yml:1:64: coverage.accept[0].expires: there is no such day, expected a date, YYYY-MM-DD'],
    ['an acceptance without owner', 'coverage: { accept: [ { path: a, reason: b, expires: 2027-02-03 } ] }\n', '[CONFIG_MISSING_KEY] tokenwarden.yml:1:23: coverage.accept[0]: `owner` is missing'],
    ['an issuer that does not exist', 'verify: { deny: [gihtub] }\n', /^\[CONFIG_UNKNOWN_ISSUER\] tokenwarden\.yml:1:18: verify\.deny\[0\]: no issuer or store is called `gihtub`, expected .*; did you mean `github`\?$/],
    ['a regular expression that is none', STORE.replace('rule: x', "pattern: '(['"), '[CONFIG_WRONG_VALUE] tokenwarden.yml:1:88: stores[0].claims[0].pattern: not a valid JavaScript regular expression'],
    ['an empty claim', STORE.replace('rule: x', ''), '[CONFIG_WRONG_VALUE] tokenwarden.yml:1:77: stores[0].claims[0]: must not be empty'],
    ['plain http', STORE.replace('https:', 'http:'), /plain http would carry tokens in clear, expected https; for a store on this machine or a private network set `allow-private: true`$/],
    ['an endpoint that nobody knows', STORE.replace('claims:', "endpoints: { introspectoin: 'https://sso.example.com/i' }, claims:"), '[CONFIG_UNKNOWN_KEY] tokenwarden.yml:1:80: unknown key `introspectoin` in stores[0].endpoints, expected introspection, introspection_endpoint, revocation, revocation_endpoint, token or token_endpoint; did you mean `introspection`?'],
    ['an endpoint of another type of store', STORE.replace('oauth', 'npm').replace('claims:', "endpoints: { introspection: 'https://sso.example.com/i' }, claims:"), '[CONFIG_UNKNOWN_KEY] tokenwarden.yml:1:78: unknown key `introspection` in stores[0].endpoints, expected none at all'],
    ['an endpoint given by both of its names', STORE.replace('claims:', "endpoints: { introspection: 'https://sso.example.com/i', introspection_endpoint: 'https://sso.example.com/j' }, claims:"), '[CONFIG_WRONG_VALUE] tokenwarden.yml:1:148: stores[0].endpoints.introspection_endpoint: means the same as introspection; give one of them'],
    ['an endpoint that is no URL', STORE.replace('claims:', 'endpoints: { revocation: 5 }, claims:'), /tokenwarden\.yml:1:92: stores\[0\]\.endpoints\.revocation: expected an absolute https URL, found a number$/],
    ['a user name in a URL', STORE.replace('//sso', '//ana:letmein@sso'), '[CONFIG_WRONG_VALUE] tokenwarden.yml:1:40: stores[0].url: a URL must not carry a user name or password; use `auth` with names of environment variables'],
    ['a missing part of client authentication', STORE.replace('claims:', 'auth: { method: bearer }, claims:'), '[CONFIG_MISSING_KEY] tokenwarden.yml:1:73: stores[0].auth: `token-env` is missing'],
  ])('says where and what: %s', async (_name, content, expected) => {
    const text = await seen(content);
    if (typeof expected === 'string') expect(text).toBe(expected);
    else expect(text).toMatch(expected);
  });

  it('shows at most twenty problems and how many more there are', async () => {
    const text = await seen(Array.from({ length: 30 }, (_, index) => `zzzzzzzz${index}: 1\n`).join(''));
    expect(text.split('\n')).toHaveLength(21);
    expect(text).toMatch(/… and 10 more$/);
  });

  it('names stores that share an id', async () => {
    const entry = "{ id: a, type: oauth, url: 'https://a.example', claims: [ { rule: x } ] }";
    expect(await seen(`stores:\n  - ${entry}\n  - ${entry}\n`)).toBe('[CONFIG_DUPLICATE_STORE] tokenwarden.yml:3:11: stores[1].id: the id is already taken by stores[0]; give each store its own id');
  });

  it('shows no value and no odd key, which may be a secret in the wrong place', async () => {
    const planted = `tw${'9aK3'.repeat(9)}`;
    const text = await seen(`${planted}: 1\nsalt: ${planted}!\nfail-on: ${planted}\nstores: [ { id: '${planted}', type: ${planted}, url: '${planted}', claims: ${planted} } ]\nverify: { allow: [${planted}] }\n`);
    expect(text).toContain('unknown key this key');
    expect(text).not.toContain(planted.slice(0, 8));
  });
});

describe('a rule that nobody knows', () => {
  it('is told with its place once the catalogue is known', async () => {
    await using folder = await workingDirectory({
      'tokenwarden.yml': `${STORE.replace('rule: x', 'rule: npm-acces-token')}policy:\n  leaked:\n    allowed:\n      - { path: a, rule: 'npm-*' }\n      - { path: b, rule: jwtt }\n`,
    });
    const settings = await load(folder.path);
    const check = async (): Promise<void> => settings.checkRuleNames(['npm-access-token', 'jwt']);
    expect((await complaint(check())).split('\n').slice(0, 2)).toEqual([
      '[CONFIG_INVALID] tokenwarden.yml:1:85: stores[0].claims[0].rule: no rule is called `npm-acces-token`; did you mean `npm-access-token`?',
      'tokenwarden.yml:6:26: policy.leaked.allowed[1].rule: no rule is called `jwtt`; did you mean `jwt`?',
    ]);
    expect(() => settings.checkRuleNames(['npm-acces-token', 'jwtt'])).not.toThrow();
  });
});

describe('an issuer that nobody knows', () => {
  it('is told with its place once the catalogue is known; patterns must fit one', async () => {
    const allow = ['githb', 'git*', 'nothing-*', 'sso', 'oauth'].map((issuer) => `      - { issuer: '${issuer}', scopes: [read] }\n`).join('');
    await using folder = await workingDirectory({ 'tokenwarden.yml': `${STORE}policy:\n  over-scoped:\n    allow:\n${allow}` });
    const settings = await load(folder.path);
    const check = async (): Promise<void> => settings.checkRuleNames(['x'], ['github', 'gitlab']);
    expect((await complaint(check())).split('\n').slice(0, 3)).toEqual([
      '[CONFIG_INVALID] tokenwarden.yml:5:19: policy.over-scoped.allow[0].issuer: no issuer or store is called `githb`; did you mean `github`?',
      'tokenwarden.yml:7:19: policy.over-scoped.allow[2].issuer: no issuer or store fits this pattern; see "tokenwarden rules list"',
      'tokenwarden.yml:9:19: policy.over-scoped.allow[4].issuer: no issuer or store is called `oauth`; that is a type of stores: name the store, `sso`',
    ]);
  });
});

describe('a store', () => {
  it('knows where it stands, for what is found wrong with it later', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': STORE });
    const [store] = (await load(folder.path)).stores;
    expect(store?.placeOf?.(['url'])).toBe('tokenwarden.yml:1:40');
    expect(store?.placeOf?.(['auth', 'token-env'])).toMatch(/^tokenwarden\.yml:1:\d+$/);
  });
});

describe('a hostile configuration', () => {
  it('cannot multiply aliases', async () => {
    const levels = Array.from({ length: 12 }, (_, index) => `k${index}: &a${index} [${index === 0 ? 'x' : Array(9).fill(`*a${index - 1}`).join(', ')}]\n`).join('');
    expect(await seen(levels)).toContain('aliases multiply too often');
  });

  it('cannot nest without end', async () => {
    expect(await seen('['.repeat(50_000))).toMatch(/nested too deeply|a character is missing/);
  });

  it('cannot be huge, binary or wide', async () => {
    expect(await seen(`#${'x'.repeat(1024 * 1024)}\n`)).toContain('[CONFIG_TOO_LARGE]');
    expect(await seen(new Uint8Array([0x6a, 0x3a, 0x20, 0x31, 0x0a, 0x61, 0xff]))).toBe('[CONFIG_NOT_UTF8] tokenwarden.yml:2:2: the file is not UTF-8 text; save it as UTF-8');
    expect(await seen(new Uint8Array([0xff, 0xfe, 0x6a, 0x00]))).toContain('looks like UTF-16');
  });

  it('cannot reach the prototype of anything', async () => {
    expect(await seen('__proto__: { failOn: low }\n')).toContain('unknown key');
    expect(await seen('policy: { constructor: true }\n')).toContain('unknown key `constructor`');
  });

  it('cannot be a link to a device', async () => {
    await using folder = await workingDirectory();
    await symlink('/dev/zero', join(folder.path, 'tokenwarden.yml'));
    expect(await complaint(load(folder.path), folder.path)).toContain('[CONFIG_UNREADABLE] configuration file tokenwarden.yml is not a regular file');
  });
});

describe('the file that is read', () => {
  it('must exist, and be a file, if it was named', async () => {
    await using folder = await workingDirectory();
    await mkdir(join(folder.path, 'sub'));
    expect(await complaint(load(folder.path, { flags: { config: 'none.yml' } }), folder.path)).toContain('[CONFIG_NOT_FOUND] configuration file none.yml does not exist');
    expect(await complaint(load(folder.path, { env: { TOKENWARDEN_CONFIG: 'sub' } }), folder.path)).toContain('sub is a directory');
  });

  it('is the named one instead of that of the working directory', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': 'fail-on: high\n', 'other.yml': '\ufefffail-on: medium\n' });
    const settings = await load(folder.path, { flags: { config: 'other.yml' } });
    expect(settings.values.failOn).toBe('medium');
    expect(settings.configFile).toBe(join(folder.path, 'other.yml'));
  });

  it('may be empty or hold comments only', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': '' });
    await expect(load(folder.path)).resolves.toMatchObject({ stores: [] });
    await writeFile(join(folder.path, 'tokenwarden.yml'), '# nothing yet\n---\n');
    await expect(load(folder.path)).resolves.toMatchObject({ stores: [] });
  });

  it('may be the whole example of the documents', async () => {
    await using folder = await workingDirectory({
      'tokenwarden.yml': `salt: ${Buffer.alloc(16).toString('base64url')}
fail-on: low
ignore: ['docs/samples/**']
max-file-size: 10MB
verify:
  allow: [github, company-sso]
  deny: []
  on-issuer-outage: warn
stores:
  - id: company-sso
    type: oauth
    url: https://sso.example.com
    claims:
      - { jwt-issuer: 'https://sso.example.com' }
      - { rule: generic-bearer, pattern: '^[A-Za-z0-9_-]{43}$' }
      - { rule: npm-access-token, host: 'registry.example:4873' }
    auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_SSO_ID, client-secret-env: TOKENWARDEN_SSO_SECRET }
    endpoints: { introspection: 'https://sso.example.com/introspect' }
    allow-private: false
    requests-per-second: 5
policy:
  max-lifetime: { temporary: 48h, persistent: 14d }
  no-expiry: true
  expiring-soon: { within: 3d, severity: low }
  over-scoped: { allow: [ { issuer: gitlab, rule: '*', path: '**', scopes: [read_api] } ] }
  stale: { unused: 30d }
  leaked: { allowed: [ { path: 'secrets/**', rule: '*' } ] }
  in-url: true
  in-log: false
coverage:
  accept: [ { path: 'big/**', reason: 'test videos', owner: 'ana@example.com', expires: 2027-01-31 } ]
`,
    });
    const settings = await load(folder.path);
    expect(settings.stores).toHaveLength(1);
    expect(settings.values).toMatchObject({ onIssuerOutage: 'warn', verifyAllow: ['github', 'company-sso'], maxFileSize: 10_000_000 });
    expect(settings.policy['in-log']).toBe(false);
    expect(settings.accept).toHaveLength(1);
    expect(settings.warnings).toEqual([]);
  });
});

describe('a configuration that is found and not named', () => {
  const text = "stores:\n  - id: evil\n    type: oauth\n    url: https://evil.example\n    claims: [{ pattern: '.*' }]\n    auth: { method: bearer, token-env: AWS_SECRET_ACCESS_KEY }\n";

  it('may not hand a stranger variables that were not set for us', async () => {
    await using folder = await workingDirectory({ 'tokenwarden.yml': text });
    const error = await complaint(load(folder.path));
    expect(error).toContain('tokenwarden.yml:6:40: stores[0].auth.token-env names the environment variable AWS_SECRET_ACCESS_KEY');
    expect(error).toContain('--config');
  });
});
