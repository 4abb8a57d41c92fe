import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKSUMS } from '../../../src/rules/checksums/registry.ts';
import { FACT_READERS } from '../../../src/rules/facts/registry.ts';
import { readFacts } from '../../../src/rules/index.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import { VALIDATORS } from '../../../src/rules/validators/registry.ts';

const make = (recipe: string, seed = 'structures'): string => writeRecipe(recipe, seededRandom(seed));
const judge = (id: string, value: string): ReturnType<NonNullable<ReturnType<typeof VALIDATORS.get>>['judge']> => {
  const validator = VALIDATORS.get(id);
  if (validator === undefined) throw new Error(`no validator ${id}`);
  return validator.judge({ value, before: '', after: '', line: value, groups: {} });
};
/** The other character at one place, inside the alphabet of the token. */
const changedAt = (token: string, at: number, [first, second]: readonly [string, string]): string => token.slice(0, at) + (token.charAt(at) === first ? second : first) + token.slice(at + 1);

describe.each([
  { id: 'grafana-crc32', recipe: 'glsa_<base62:32>_<grafana-crc32>', from: 5, pair: ['0', '1'] as const },
  { id: 'nkeys-crc16', recipe: 'SUA<base32:51><nkeys-crc16>', from: 3, pair: ['A', 'B'] as const },
])('$id', ({ id, recipe, from, pair }) => {
  const checksum = CHECKSUMS.get(id);

  it('takes what it made, whatever the random part', () => {
    for (const seed of ['a', 'b', 'c', 'd', 'e']) expect(checksum?.check(make(recipe, seed))).toBe('valid');
  });

  it('refuses any one changed character', () => {
    const token = make(recipe);
    for (let at = from; at < token.length - 1; at += 1) expect([at, checksum?.check(changedAt(token, at, pair))]).toEqual([at, 'invalid']);
  });

  it('refuses a token that is cut off or grown', () => {
    const token = make(recipe);
    for (let length = 0; length < token.length; length += 1) expect([length, checksum?.check(token.slice(0, length))]).toEqual([length, 'invalid']);
    expect(checksum?.check(`${token}A`)).toBe('invalid');
  });

  it('is total: any text gets an answer', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => ['valid', 'invalid'].includes(checksum?.check(text) ?? '')), { seed: 11, numRuns: 300 });
  });
});

it('an nkey checksum holds for the seed of zeroes, worked out by hand', () => {
  // S, U, A and 32 zero bytes: 0x95 0x00 and zeroes; CRC-16/XMODEM of them with bitwise division.
  const covered = Buffer.concat([Buffer.from([0x95]), Buffer.alloc(33)]);
  let remainder = 0;
  for (const byte of Buffer.concat([covered, Buffer.alloc(2)])) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const carry = remainder & 0x8000;
      remainder = ((remainder << 1) | ((byte >> bit) & 1)) & 0xffff;
      if (carry !== 0) remainder ^= 0x1021;
    }
  }
  const seed = `SUA${'A'.repeat(51)}`;
  const token = seed + (CHECKSUMS.get('nkeys-crc16')?.make(seed) ?? '');
  const bits = [...token].map((character) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character).toString(2).padStart(5, '0')).join('');
  const stored = Number.parseInt(bits.slice(34 * 8, 35 * 8), 2) | (Number.parseInt(bits.slice(35 * 8, 36 * 8), 2) << 8);
  expect(stored).toBe(remainder);
});

describe('grafana-key', () => {
  it('reads organization, name and region of a cloud token', () => {
    const token = make('glc_<base64of:{"o":"123","n":"ci-write","k":"????????????????????????","m":{"r":"eu"}}>');
    expect(judge('grafana-key', token)).toEqual({ keep: true, features: { payload: 'decodes' }, facts: { subject: 'ci-write', notes: { organization: '123', region: 'eu' } } });
  });

  it('reads organization and name of an older API key', () => {
    expect(judge('grafana-key', make('<base64of:{"k":"????????????????????????????????","n":"deploy","id":1}>'))).toMatchObject({ keep: true, facts: { subject: 'deploy', notes: { organization: '1' } } });
  });

  it('keeps a glc_ token that does not decode with medium confidence, but no bare base64', () => {
    expect(judge('grafana-key', make('glc_<base62:60>'))).toMatchObject({ keep: true, confidence: 'medium' });
    expect(judge('grafana-key', make('eyJrIjoi<base62:90>')).keep).toBe(false);
  });

  it('drops placeholders inside and out', () => {
    expect(judge('grafana-key', make('glc_<repeat:x*60>')).keep).toBe(false);
    expect(judge('grafana-key', make('glc_<base64of:{"o":"1","n":"x","k":"xxxxxxxxxxxxxxxxxxxxxxxx"}>')).keep).toBe(false);
    expect(judge('grafana-key', make('glc_<base64of:{"o":"1","n":"x"}>')).keep).toBe(false);
  });
});

describe('elastic-api-key', () => {
  it('keeps ID:KEY and says the id, which the revoking call needs', () => {
    const token = make('<base64of:abcDEF-hij_mnopqr123:??????????????????????>');
    expect(judge('elastic-api-key', token)).toEqual({ keep: true, features: { structure: 'ID:KEY' }, facts: { notes: { keyId: 'abcDEF-hij_mnopqr123' } } });
  });

  it('drops base64 of anything else and placeholder keys', () => {
    expect(judge('elastic-api-key', make('<base64bytes:43>')).keep).toBe(false);
    expect(judge('elastic-api-key', make('<base64of:????????????????????:xxxxxxxxxxxxxxxxxxxxxx>')).keep).toBe(false);
  });
});

describe('facts of prefixes and payloads', () => {
  it.each([
    ['EZTK<base62:54>', true],
    ['EZAK<base62:54>', false],
    ['SB-Mid-server-<base62:24>', true],
    ['Mid-server-<base62:24>', false],
  ])('%s says whether it is a test key', (recipe, testMode) => {
    expect(readFacts('test-mode', make(recipe))).toEqual({ testMode });
  });

  it('a head that nobody knows says nothing', () => {
    expect(readFacts('test-mode', make('sk_<base62:20>'))).toBeUndefined();
  });

  it('reads account and end of a Mapbox token', () => {
    expect(readFacts('mapbox', make('tk.<base64of:{"u":"acme","exp":1795303600}>.<base64url:22>'))).toEqual({ subject: 'acme', expiresAt: new Date('2026-11-21T23:26:40.000Z') });
    expect(readFacts('mapbox', make('sk.<base64of:{"u":"acme","a":"cl1"}>.<base64url:22>'))).toEqual({ subject: 'acme' });
    expect(readFacts('mapbox', make('sk.<base64of:{"u":7}>.<base64url:22>'))).toBeUndefined();
  });

  it('reads the server of a Neptune token, and nothing that is no address', () => {
    expect(readFacts('neptune', make('<base64of:{"api_address":"https://neptune.acme.internal","api_key":"????"}>'))).toEqual({ issuerUrl: 'https://neptune.acme.internal' });
    expect(readFacts('neptune', make('<base64of:{"api_address":"javascript:alert","api_key":"????"}>'))).toBeUndefined();
  });

  it('reads the claims of a JWT behind a prefix, and leaves a bare one to its own reader', () => {
    const claims = '<jwt:{"sub":"acme","exp":1795303600}>';
    expect(readFacts('prefixed-jwt', make(`nbwt1_${claims}`))).toMatchObject({ subject: 'acme', expiresAt: new Date('2026-11-21T23:26:40.000Z') });
    expect(readFacts('prefixed-jwt', make(claims))).toBeUndefined();
  });

  it.each(['test-mode', 'mapbox', 'neptune', 'prefixed-jwt'])('%s is total', (id) => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      FACT_READERS.get(id)?.read(text);
    }), { seed: 13, numRuns: 300 });
  });
});
