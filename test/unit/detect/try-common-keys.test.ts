import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tryCommonKeys } from '../../../src/detect/try-common-keys.ts';
import type { Credential } from '../../../src/model/index.ts';
import { isSignedByCommonKey } from '../../../src/rules/encoding/common-keys.ts';
import { credentialOf } from '../policy/record.ts';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function jwt(algorithm: string, key: string | Uint8Array, claims: unknown = { sub: 'a' }): string {
  const input = `${part({ alg: algorithm })}.${part(claims)}`;
  return `${input}.${createHmac(`sha${algorithm.slice(2)}`, key).update(input).digest('base64url')}`;
}

describe('HMAC keys that everybody tries first', () => {
  it.each([
    ['HS256', 'secret'],
    ['HS384', 'changeme'],
    ['HS512', 'your-256-bit-secret'],
    ['HS256', 'my-secret'],
    ['HS256', 'secret123'],
    ['HS256', '0123456789abcdef0123456789abcdef'],
    ['HS512', 'your-super-secret-jwt-token-with-at-least-32-characters-long'],
  ])('%s by %s is found', (algorithm, key) => {
    expect(isSignedByCommonKey(algorithm, jwt(algorithm, key))).toBe(true);
    expect(isSignedByCommonKey(algorithm, `prefix_${jwt(algorithm, key)}`)).toBe(true);
  });

  it('a random key is not', () => {
    expect(isSignedByCommonKey('HS256', jwt('HS256', randomBytes(32)))).toBe(false);
  });

  it('says nothing of what has no such signature', () => {
    expect(isSignedByCommonKey('RS256', jwt('HS256', 'secret'))).toBeUndefined();
    expect(isSignedByCommonKey('none', `${part({ alg: 'none' })}.${part({})}.`)).toBeUndefined();
    expect(isSignedByCommonKey('constructor', jwt('HS256', 'secret'))).toBeUndefined();
    expect(isSignedByCommonKey('HS256', 'no token at all')).toBeUndefined();
  });

  it('tries no more than a run can bear, always the same ones, and leaves the rest open', () => {
    const many = Array.from({ length: 2003 }, (_, index): readonly [Credential, string] => [credentialOf({ facts: { algorithm: 'HS256' } }, 'x', `tw1:${String(index).padStart(32, '0')}`), jwt('HS256', 'secret', { n: index })]);
    const tried = tryCommonKeys(many.map(([credential]) => credential), new Map(many.map(([{ fingerprint }, token]) => [fingerprint, token])));
    expect(tried.filter(({ facts }) => facts?.commonKey === true)).toHaveLength(2000);
    expect(tried.slice(2000).map(({ facts }) => facts?.commonKey)).toEqual([undefined, undefined, undefined]);
  });
});
