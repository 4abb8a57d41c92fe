import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtInStores } from '../../../src/issuers/ask/index.ts';
import { routeTo, whyNotAsked } from '../../../src/issuers/ask/route.ts';
import { ISSUERS } from '../../../src/issuers/registry.ts';
import { loadCatalogue } from '../../../src/rules/index.ts';
import type { Claim, Credential, Store } from '../../../src/model/index.ts';
import { makeCredential, makeRule, makeSecret, makeToken } from './make-credential.ts';
import { makeStore, NOW } from './make-verifier.ts';

const store = (id: string, claims: readonly Claim[], more: Partial<Store> = {}): Store => makeStore('oauth', `https://${id}.example`, { id, claims, allowPrivate: false, ...more });
const route = (credential: Credential, stores: readonly Store[], allow: readonly string[] = [], deny: readonly string[] = []): string => {
  const routed = routeTo(credential, { stores, issuers: ISSUERS, allow, deny, now: () => NOW });
  return 'store' in routed ? routed.store.id : routed.notAttempted.why;
};
const jwt = (claims: unknown): string => `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

describe('which store a credential goes to', () => {
  const opaque = makeCredential('generic-bearer', makeToken('', 43), { hosts: ['registry.example:4873'] });

  it.each<[string, Claim, boolean]>([
    ['the rule', { rule: 'generic-bearer' }, true],
    ['another rule', { rule: 'jwt' }, false],
    ['the whole pattern', { pattern: '[A-Za-z0-9_-]{43}' }, true],
    ['a pattern with its own anchors', { pattern: '^[A-Za-z0-9_-]{43}$' }, true],
    ['half the pattern', { pattern: '[A-Za-z0-9_-]{42}' }, false],
    ['an alternative that fits a part', { pattern: 'x|[A-Za-z0-9_-]{42}' }, false],
    ['the host beside it', { hintedHost: 'registry.example:4873' }, true],
    ['the host without its port', { hintedHost: 'registry.example' }, false],
    ['all of several parts', { rule: 'generic-bearer', hintedHost: 'registry.example:4873' }, true],
    ['not all of several parts', { rule: 'generic-bearer', hintedHost: 'other.example' }, false],
    ['nothing', {}, false],
  ])('a claim by %s', (_, claim, claimed) => {
    expect(route(opaque, [store('a', [claim])])).toBe(claimed ? 'a' : 'no-issuer');
  });

  it('says so when the pattern of a store fits a part of the token only', () => {
    const detail = (claims: readonly Claim[]): string => {
      const routed = routeTo(opaque, { stores: [store('sso', claims)], issuers: ISSUERS, allow: [], deny: [], now: () => NOW });
      return 'store' in routed ? '' : routed.notAttempted.detail;
    };
    expect(detail([{ pattern: '^[A-Za-z0-9_-]{4}' }])).toBe('no configured store claims this credential; the claim pattern of store sso matches only a part of it: patterns are over the whole token');
    expect(detail([{ rule: 'generic-bearer', pattern: '^[A-Za-z0-9_-]{4}' }])).toContain('a part of it');
    expect(detail([{ rule: 'jwt', pattern: '^[A-Za-z0-9_-]{4}' }])).not.toContain('a part of it');
    expect(detail([{ pattern: '^#' }])).not.toContain('a part of it');
    const far = routeTo(makeCredential('gitlab-pat', makeToken('glpat-', 20)), { stores: [store('gl', [{ pattern: '^glpat' }])], issuers: ISSUERS, allow: [], deny: [], now: () => NOW });
    expect('store' in far ? '' : far.notAttempted.detail).toContain('the claim pattern of store gl matches only a part of it');
  });

  it('claims a JWT by its exact issuer only', () => {
    const token = makeCredential('jwt', jwt({ iss: 'https://sso.example' }));
    expect(route(token, [store('a', [{ jwtIssuer: 'https://sso.example' }])])).toBe('a');
    expect(route(token, [store('a', [{ jwtIssuer: 'https://sso.example/' }])])).toBe('no-issuer');
    expect(route(token, [store('a', [{ jwtIssuer: 'https://sso' }])])).toBe('no-issuer');
  });

  it('prefers the claim with most parts, then configuration, then its order', () => {
    const [one, two] = [{ rule: 'generic-bearer' }, { rule: 'generic-bearer', hintedHost: 'registry.example:4873' }];
    expect(route(opaque, [store('a', [one]), store('b', [two])])).toBe('b');
    expect(route(opaque, [store('a', [one]), store('b', [one])])).toBe('a');
    expect(route(opaque, [store('a', [one], { source: 'built-in' }), store('b', [one])])).toBe('b');
  });

  it('gives a denied store\'s token to nobody else', () => {
    const stores = [store('a', [{ rule: 'generic-bearer', pattern: '.+' }]), store('b', [{ rule: 'generic-bearer' }])];
    expect(route(opaque, stores, [], ['a'])).toBe('denied');
    expect(route(opaque, stores, [], ['oauth'])).toBe('denied');
    expect(route(opaque, stores, ['b'])).toBe('not-allowed');
    expect(route(opaque, stores, ['oauth'])).toBe('a');
    expect(route(opaque, stores, ['a'])).toBe('a');
  });

  it('does not try a pattern on an enormous secret', () => {
    expect(route(makeCredential('generic-bearer', 'a'.repeat(5_000)), [store('a', [{ pattern: 'a+' }])])).toBe('no-issuer');
  });
});

describe('stores without configuration', () => {
  const pat = (hosts: readonly string[]): Credential => makeCredential('github-pat-classic', makeToken('ghp_', 36), { hosts });

  it('know no host of a kind that also exists self-hosted', () => {
    for (const rule of ['github-pat-classic', 'gitlab-pat', 'npm-access-token', 'vault-service-token']) {
      expect(route(makeCredential(rule, makeToken('', 30)), builtInStores({}))).toBe('host-not-known');
    }
  });

  it('ask the public forge when the scanned forge is that', () => {
    expect(route(pat([]), builtInStores({ forgeHost: 'github.com' }))).toBe('github');
    expect(route(pat([]), builtInStores({ forgeHost: 'GitHub.com.' }))).toBe('github');
    expect(route(makeCredential('gitlab-pat', makeToken('glpat-', 20)), builtInStores({ forgeHost: 'gitlab.com' }))).toBe('gitlab');
  });

  it('do not believe any other host that a scanned repository names', () => {
    for (const forgeHost of ['git.example', 'github.com.attacker.example', 'api.github.com.attacker.example', 'notgithub.com', '127.0.0.1', '']) {
      expect(route(pat([]), builtInStores({ forgeHost }))).toBe('host-not-known');
    }
  });

  it('leave a token alone that stands beside another host', () => {
    const stores = builtInStores({ forgeHost: 'github.com' });
    expect(route(pat(['ghe.example']), stores)).toBe('host-not-known');
    expect(route(pat(['attacker-github.com']), stores)).toBe('host-not-known');
    expect(route(pat(['api.github.com']), stores)).toBe('github');
    expect(route(pat(['ci.example', 'github.com']), stores)).toBe('github');
  });

  it('take the npm registry from the ecosystem\'s configuration, over https only', () => {
    const token = makeCredential('npm-access-token', makeToken('npm_', 36));
    expect(route(token, builtInStores({ npmRegistry: new URL('https://registry.example/') }))).toBe('npm');
    expect(route(token, builtInStores({ npmRegistry: new URL('http://registry.example/') }))).toBe('host-not-known');
    expect(route({ ...token, hosts: ['other.example'] }, builtInStores({ npmRegistry: new URL('https://registry.example/') }))).toBe('host-not-known');
  });
});

describe('what is not asked although a store claims it', () => {
  const why = (credential: Credential, type = 'oauth'): string | undefined => {
    const claimed = makeStore(type, 'https://a.example', { clientAuth: { method: 'none' } });
    const issuer = ISSUERS.find(({ id }) => id === type);
    return issuer === undefined ? 'no module' : whyNotAsked(credential, claimed, issuer, NOW)?.why;
  };
  const expiring = (expiresAt: Date | 'never'): Credential => makeCredential('jwt', makeToken('', 30), { facts: { expiresAt } });

  it.each([
    ['expired six minutes ago', new Date(NOW.getTime() - 360_000), 'expired-offline'],
    ['expired exactly five minutes ago', new Date(NOW.getTime() - 300_000), undefined],
    ['expired a minute ago', new Date(NOW.getTime() - 60_000), undefined],
    ['expires tomorrow', new Date(NOW.getTime() + 86_400_000), undefined],
    ['never expires', 'never' as const, undefined],
  ])('a token that by its own bytes %s', (_, expiresAt, expected) => {
    expect(why(expiring(expiresAt))).toBe(expected);
  });

  it('a credential without its required other part', () => {
    const rule = { ...makeRule('aws-secret'), companions: [{ name: 'id', rule: 'aws-access-key-id', withinBytes: 100, required: true }] };
    const half = { ...makeCredential('aws-secret', makeToken('', 40)), rule };
    expect(why(half)).toBe('missing-companion');
    expect(why({ ...half, companions: [{ name: 'id', secret: makeSecret('AKIA') }] })).toBeUndefined();
  });

  it.each(['ghr_', 'gldt-', 'glptt-'])('a token of kind %s, which cannot ask about itself', (prefix) => {
    expect(why(makeCredential('x', makeToken(prefix, 40)), prefix.startsWith('gh') ? 'github' : 'gitlab')).toBe('no-introspection');
  });
});

describe('the kinds that modules name', () => {
  it('are rules of the catalogue', async () => {
    const { rules } = await loadCatalogue(fileURLToPath(new URL('../../../rules', import.meta.url)));
    const ids = new Set(rules.map(({ id }) => id));
    expect(ISSUERS.flatMap(({ kinds }) => kinds).filter((kind) => kind !== '*' && !ids.has(kind))).toEqual([]);
  });
});
