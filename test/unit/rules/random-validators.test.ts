import { describe, expect, it } from 'vitest';
import { bech32Checksum } from '../../../src/rules/encoding/bech32.ts';
import { CHECKSUMS, VALIDATORS } from '../../../src/rules/index.ts';
import type { Judgement } from '../../../src/rules/index.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const random = seededRandom('random-validators');
const make = (recipe: string): string => writeRecipe(recipe, random);
const judge = (id: string, value: string): Judgement => VALIDATORS.get(id)?.judge({ value, before: '', after: '', line: value, groups: {} }) ?? { keep: false, features: {} };

/** Share of random values that a validator loses: it must stay small, or recall pays for precision. */
function lost(id: string, recipe: string): number {
  let drops = 0;
  for (let index = 0; index < 2000; index += 1) if (!judge(id, make(recipe)).keep) drops += 1;
  return drops / 2000;
}

describe('validators that tell random text from words', () => {
  it.each([
    ['random-camel', 'BSA<base62:28>'],
    ['random-camel', 'dub_<base62:24>'],
    ['random-tail', 'service:acme-graph:<base62:22>'],
    ['random-symbols', '<base36:20>!<base36:10>(<base36:9>+<base36:7>)'],
    ['dropbox-long-lived', '<base62:11>AAAAAAAAAA<base64url:43>'],
    ['four-by-four', '<base32lower:4>-<base32lower:4>-<base32lower:4>-<base32lower:4>'],
    ['four-by-four', '<lower:4>-<lower:4>-<lower:4>-<lower:4>'],
  ])('%s loses less than four in a hundred of %s', (id, recipe) => {
    expect(lost(id, recipe)).toBeLessThan(0.04);
  });

  it.each([
    ['random-camel', 'BSAConfigurationManagerFactoryImpl2'],
    ['random-camel', 'mainnet-validator-set-configuration-2'],
    ['random-tail', 'service:accounts-graph:internal-endpoint-name'],
    ['random-symbols', 'change-this-key-in-production-or-else-it-is-unsafe'],
    ['dropbox-long-lived', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['four-by-four', 'some-more-text-here'],
    ['four-by-four', 'xxxx-xxxx-xxxx-xxxx'],
  ])('%s drops %s', (id, value) => {
    expect(judge(id, value).keep).toBe(false);
  });
});

describe('atlassian-crc32', () => {
  const head = make('ATATT3xFfGF0<base64url:171>');

  it('is sure of a token whose checksum holds, and only fairly sure of another', () => {
    expect(judge('atlassian-crc32', make(`${head}<atlassian-crc32>`))).toMatchObject({ keep: true, confidence: 'high' });
    expect(judge('atlassian-crc32', `${head}=00000000`)).toMatchObject({ keep: true, confidence: 'medium' });
    expect(judge('atlassian-crc32', `ATATT3xFfGF0${'x'.repeat(171)}=00000000`).keep).toBe(false);
  });

  it('counts the equals sign in', () => {
    expect(CHECKSUMS.get('atlassian-crc32')?.make(`${head}=`)).toBe(CHECKSUMS.get('atlassian-crc32')?.make(head).slice(1));
  });
});

describe('op-service-account', () => {
  it('reads address and account of a token that decodes', () => {
    const body = Buffer.from('{"signInAddress":"acme.1password.com","email":"a1@1passwordserviceaccounts.com","secretKey":"s"}').toString('base64url');
    expect(judge('op-service-account', `ops_${body}`)).toMatchObject({ keep: true, confidence: 'high', facts: { issuerUrl: 'acme.1password.com', subject: 'a1@1passwordserviceaccounts.com' } });
  });

  it('is only fairly sure of one that does not', () => {
    expect(judge('op-service-account', make('ops_eyJ<base64url:200>'))).toMatchObject({ keep: true, confidence: 'medium' });
  });
});

it('bech32 gives the checksum of the test vectors of BIP-173', () => {
  expect(bech32Checksum('a', '')).toBe('2uel5l');
  expect(bech32Checksum('abcdef', 'qpzry9x8gf2tvdw0s3jn54khce6mua7l')).toBe('mqqqxw');
  expect(bech32Checksum('a', 'b')).toBeUndefined();
});

describe('bip32', () => {
  const checksum = CHECKSUMS.get('bip32');
  // Test vector 1 of BIP-32, in two halves.
  const vector = ['xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiCh', 'kVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi'].join('');

  it('takes the test vector, and refuses it with any one character changed or cut off', () => {
    expect(checksum?.check(vector)).toBe('valid');
    for (let at = 0; at < vector.length; at += 1) {
      const other = vector.charAt(at) === 'a' ? 'b' : 'a';
      expect([at, checksum?.check(vector.slice(0, at) + other + vector.slice(at + 1))]).toEqual([at, 'invalid']);
      expect([at, checksum?.check(vector.slice(0, at))]).toEqual([at, 'invalid']);
    }
    expect(checksum?.check(vector.replace('9', '0'))).toBe('invalid');
  });

  it('completes a head to a valid key that begins with it', () => {
    for (let count = 0; count < 50; count += 1) {
      const token = make('xprv9s21ZrQH143K<base58:86><bip32>');
      expect(token).toMatch(/^xprv9s21ZrQH143K[1-9A-HJ-NP-Za-km-z]{95}$/);
      expect(checksum?.check(token)).toBe('valid');
    }
  });
});

it('the bech32 of age refuses an identity with any one character changed', () => {
  const token = make('AGE-SECRET-KEY-PQ-1<bech32:52><bech32-bch>');
  const checksum = CHECKSUMS.get('bech32-bch');
  expect(checksum?.check(token)).toBe('valid');
  for (let at = 'AGE-SECRET-KEY-PQ-1'.length; at < token.length; at += 1) {
    const other = token.charAt(at) === 'Q' ? 'P' : 'Q';
    expect([at, checksum?.check(token.slice(0, at) + other + token.slice(at + 1))]).toEqual([at, 'invalid']);
  }
});
