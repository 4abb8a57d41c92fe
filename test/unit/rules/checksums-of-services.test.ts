import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKSUMS } from '../../../src/rules/checksums/registry.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const make = (recipe: string, seed: string | number = 1): string => writeRecipe(recipe, seededRandom(`checksums-of-services:${seed}`));
const check = (id: string, token: string): string | undefined => CHECKSUMS.get(id)?.check(token);
/** Another character of the same alphabet, and never one that shares its unused bits. */
const other = (character: string): string => (/[A-Z2-7]/.test(character) ? (character === 'B' ? 'Q' : 'B') : character === 'b' ? 'c' : 'b');
const RECIPES = [
  ['polar-crc32', 'polar_oat_<base62:37><polar-crc32>'],
  ['polar-crc32', 'polar_at_u_<base62:37><polar-crc32>'],
  ['synapse-crc32', 'syt_<base62:9>_<letters:20>_<synapse-crc32>'],
  ['ripple-base58check', 'sEd<choice:T|7><base58:21><ripple-base58check>'],
  ['stellar-crc16', 'S<choice:A|B|C|D><base32:50><stellar-crc16>'],
] as const;

describe.each(RECIPES)('%s over %s', (id, recipe) => {
  it('takes what it made, whatever the random part', () => {
    for (let seed = 0; seed < 200; seed += 1) expect(check(id, make(recipe, seed))).toBe('valid');
  });

  it('refuses it with any one character after the prefix changed', () => {
    const token = make(recipe);
    const from = id === 'polar-crc32' ? token.length - 43 : 4;
    for (let at = from; at < token.length; at += 1) {
      if (token.charAt(at) === '_') continue;
      const changed = token.slice(0, at) + other(token.charAt(at)) + token.slice(at + 1);
      expect([at, check(id, changed)]).toEqual([at, 'invalid']);
    }
  });

  it('answers any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => ['valid', 'invalid'].includes(check(id, text) ?? '')));
  });
});

describe('against the issuers’ own descriptions', () => {
  /** Base62 with digits first, written anew: six places, most significant first. */
  const base62 = (number: number): string => {
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    return [5, 4, 3, 2, 1, 0].map((place) => digits[Math.floor(number / 62 ** place) % 62]).join('');
  };

  it('Polar sums the random part alone, so the same part has the same sum under every prefix', () => {
    const random = make('<base62:37>');
    for (const prefix of ['polar_oat_', 'polar_pat_', 'polar_at_o_']) expect(check('polar-crc32', prefix + random + base62(crc32(random)))).toBe('valid');
  });

  it('Synapse sums the prefix and the name too', () => {
    const head = `syt_bWFyYQ_${make('<letters:20>')}`;
    expect(check('synapse-crc32', `${head}_${base62(crc32(head))}`)).toBe('valid');
    expect(check('synapse-crc32', `${head.replace('syt_', 'syr_')}_${base62(crc32(head))}`)).toBe('invalid');
  });

  it('the XRP Ledger’s published sample seed is a seed', () => {
    expect(check('ripple-base58check', ['sEdTM1uX8pu2', 'do5XvTnutH', '6HsouMaM2'].join(''))).toBe('valid');
  });
});

it('takes the first seed of the test cases of Stellar SEP-5, and none with another character', () => {
  const seed = ['SBGWSG6BTNCKCOB3DIFB', 'GCVMUPQFYPA2G4O34RMT', 'B343OYPXU5DJDVMN'].join('');
  expect(check('stellar-crc16', seed)).toBe('valid');
  expect(check('stellar-crc16', seed.replace('GWSG', 'GWSH'))).toBe('invalid');
});
