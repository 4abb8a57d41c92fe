import { describe, expect, it } from 'vitest';
import { CHECKSUMS } from '../../../src/rules/index.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { sampleOf } from '../../../src/rules/samples/sample.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const write = (recipe: string, seed = 'a'): string => writeRecipe(recipe, seededRandom(seed));

describe('writeRecipe', () => {
  it.each([
    ['abc', /^abc$/],
    ['a<<b', /^a<b$/],
    ['x<base62:30>', /^x[0-9A-Za-z]{30}$/],
    ['<hex:64>', /^[0-9a-f]{64}$/],
    ['<base32:16>', /^[A-Z2-7]{16}$/],
    ['<digits:4>-<upper:2>', /^\d{4}-[A-Z]{2}$/],
    ['<base64:109-269>', /^[A-Za-z0-9+/]{109,269}$/],
    ['<base64bytes:64>', /^[A-Za-z0-9+/]{86}==$/],
    ['<uuid>', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ['<repeat:ab*3>', /^ababab$/],
    ['<choice:one|two>', /^(one|two)$/],
    ['<jwt:{"sub":"x"}>', /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$/],
    ['<strong:12>', /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9]).{12}$/],
    ['<pem:openssh>', /^-----BEGIN OPENSSH PRIVATE KEY-----\n[\s\S]+\n-----END OPENSSH PRIVATE KEY-----$/],
    ['<pem:json:ec>', /^-----BEGIN EC PRIVATE KEY-----\\n[^\n]+\\n-----END EC PRIVATE KEY-----$/],
  ])('writes %s', (recipe, form) => {
    expect(write(recipe)).toMatch(form);
  });

  it.each([
    ['<nope:3>', /<nope>, which is neither a segment/],
    ['<hex:x>', /a number or a range/],
    ['<hex:', /"<" without ">"/],
    ['<pem:magic>', /<pem:KIND> expects one of rsa/],
    ['<repeat:x>', /<repeat:TEXT\*TIMES>/],
  ])('says what is wrong with %s', (recipe, message) => {
    expect(() => write(recipe)).toThrow(message);
  });

  it('writes the same for the same seed and something else for another', () => {
    expect(write('<base62:30>', 'a')).toBe(write('<base62:30>', 'a'));
    expect(write('<base62:30>', 'a')).not.toBe(write('<base62:30>', 'b'));
  });

  it.each([
    ['github-crc32', 'ghp_<base62:30>'],
    ['vercel-crc32', 'vcp_<base62:50>'],
    ['cloudflare-crc32', 'cfk_<base62:40>'],
  ])('completes a token to one that %s calls valid', (id, body) => {
    expect(CHECKSUMS.get(id)?.check(write(`${body}<${id}>`))).toBe('valid');
  });
});

describe('sampleOf', () => {
  it('puts the token where the braces are and tells its place', () => {
    const { text, token, start } = sampleOf('r', { recipe: 'k_<hex:8>', seed: 1, in: 'a<digits:2>b {} c' });
    expect(text).toMatch(/^a\d\db k_[0-9a-f]{8} c$/);
    expect(text.slice(start, start + token.length)).toBe(token);
  });

  it('refuses a context without braces', () => {
    expect(() => sampleOf('r', { recipe: 'x', seed: 0, in: 'nothing' })).toThrow(/exactly one \{\}/);
  });
});
