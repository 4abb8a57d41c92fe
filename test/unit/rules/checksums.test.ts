import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { BASE62, toBase } from '../../../src/rules/encoding/base-n.ts';
import { CHECKSUMS, loadCatalogue, sampleOf } from '../../../src/rules/index.ts';

const { rules } = await loadCatalogue(fileURLToPath(new URL('../../../rules', import.meta.url)));
/** Sums: any one changed character shows. `macaroon` and its like check a structure, in which text is free. */
const SUMS = new Set(['github-crc32', 'vercel-crc32', 'cloudflare-crc32', 'gitlab-routable']);
const named = [...CHECKSUMS.values()].flatMap((checksum) => {
  const rule = rules.find((candidate) => candidate.checksum === checksum.id);
  const sample = rule?.examples[0];
  return rule === undefined || sample === undefined ? [] : [{ id: checksum.id, checksum, token: sampleOf(rule.id, sample).token }];
});

describe.each(named)('$id', ({ checksum, token }) => {
  it('takes what it made', () => {
    expect(checksum.check(token)).toBe('valid');
  });

  it('refuses the token with any one character of its body or checksum changed', () => {
    if (!SUMS.has(checksum.id)) return;
    const from = token.indexOf('_') + 1 || token.indexOf('-') + 1;
    for (let at = from; at < token.length; at += 1) {
      const other = token.charAt(at) === 'a' ? 'b' : 'a';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect([at, checksum.check(changed)]).toEqual([at, 'invalid']);
    }
  });

  it('refuses the token cut off anywhere, or grown', () => {
    if (!SUMS.has(checksum.id) && checksum.id !== 'macaroon') return;
    for (let length = 0; length < token.length; length += 1) expect([length, checksum.check(token.slice(0, length))]).toEqual([length, 'invalid']);
    expect(checksum.check(`${token}aa`)).toBe('invalid');
  });

  it('is total: any text gets an answer', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => ['valid', 'invalid'].includes(checksum.check(text))), { seed: 7, numRuns: 300 });
  });

  it('says how it is known', () => {
    expect(checksum.proof.length).toBeGreaterThan(40);
  });
});

it('GitHub\'s checksum is the CRC-32 of the 30 random characters in base62, written out', () => {
  const body = 'abcdefghijABCDEFGHIJ0123456789'.split('').reverse().join('');
  expect(CHECKSUMS.get('github-crc32')?.make(`ghp_${body}`)).toBe(toBase(zlibCrc32(Buffer.from(body)), BASE62, 6));
  expect(toBase(0, BASE62, 6)).toBe('000000');
  expect(toBase(61, BASE62, 6)).toBe('00000z');
  expect(toBase(0xffffffff, BASE62, 6)).toBe('4gfFC3');
});
