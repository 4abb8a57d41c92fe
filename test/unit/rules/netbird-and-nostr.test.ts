import { describe, expect, it } from 'vitest';
import { CHECKSUMS } from '../../../src/rules/index.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const HEADS: Readonly<Record<string, { readonly prefix: string; readonly alphabet: string; readonly length: number }>> = {
  'netbird-crc32': { prefix: 'nbp_', alphabet: '0123456789abcdefghijkXYZ', length: 30 },
  'bech32-lower': { prefix: 'nsec1', alphabet: '023456789acdefghjklmnpqrstuvwxyz', length: 52 },
};

describe.each(Object.entries(HEADS))('%s', (id, { prefix, alphabet, length }) => {
  const checksum = CHECKSUMS.get(id);
  const tokens = Array.from({ length: 20 }, (_, index) => prefix + seededRandom(`${id} ${index}`).text(alphabet, length)).map((head) => head + (checksum?.make(head) ?? ''));

  it('takes what it made, which is six characters longer', () => {
    for (const token of tokens) {
      expect(token.length).toBe(prefix.length + length + 6);
      expect(checksum?.check(token)).toBe('valid');
    }
  });

  it('refuses a token with any one character of body or checksum changed', () => {
    for (const token of tokens) {
      for (let at = prefix.length; at < token.length; at += 1) {
        const other = token.charAt(at) === 'a' ? 'c' : 'a';
        expect([at, checksum?.check(token.slice(0, at) + other + token.slice(at + 1))]).toEqual([at, 'invalid']);
      }
    }
  });
});
