import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isInTestVector } from '../../../src/rules/generic/test-vector.ts';
import { kindOfName } from '../../../src/rules/generic/secret-name.ts';
import { loadCatalogue, matchAll } from '../../../src/rules/index.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const { rules } = await loadCatalogue(fileURLToPath(new URL('../../../rules', import.meta.url)));
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const random = (seed: string, letters: string, length: number): string => seededRandom(seed).text(letters, length);
const found = (text: string): readonly string[] => matchAll(rules, text).filter(({ confidence, rule }) => confidence !== 'low' && !rule.companionOnly).map(({ value }) => value);

describe('a key that an issuer is named before', () => {
  it.each(['datadog_key', 'sendGridKey', 'API2PDF_KEY', 'my_apify_key_prod', 'TwoCaptchaKey'])('%s promises a secret', (name) => expect(kindOfName(name)).toBe('token'));
  it.each(['sort_key', 'bucket_key', 'line_key', 'apify_key_id', 'lookupKey', 'datadog_public_key'])('%s does not', (name) => expect(kindOfName(name)).toBe('other'));

  it('is found after an underscore, whatever the length of the value', () => {
    for (const length of [20, 33, 57]) {
      const value = random(`key ${length}`, BASE62, length);
      expect(found(`shodan_key: ${value}\n`)).toEqual([value]);
    }
  });
});

describe('a value that is named after an issuer of the context table alone', () => {
  const hex = random('imagga', '0123456789abcdef', 32);
  const letters = random('shodan', BASE62, 32);

  it('is reported where it stands alone', () => {
    expect(found(`shodan = "${letters}"\n`)).toEqual([letters]);
    expect(found(`twocaptcha: ${hex}\n`)).toEqual([hex]);
  });

  it('is none of a table of hashes', () => {
    expect(found(`aiven: ${random('one', '0123456789abcdef', 32)}\ntwocaptcha: ${hex}\nclearbit: ${random('two', '0123456789abcdef', 32)}\n`)).toEqual([]);
  });

  it('is none of a list of checksums, nor the id of an account', () => {
    expect(found(`SPEC CHECKSUMS:\n  Twocaptcha: ${hex}\n`)).toEqual([]);
    expect(found(`twocaptcha_account: ${hex}\n`)).toEqual([]);
    expect(found(`twocaptcha_prod: ${hex}\n`)).toEqual([hex]);
  });

  it('is no hex in letters of both cases', () => {
    const mixed = `${hex.slice(0, 16).toUpperCase()}${hex.slice(16)}`;
    expect(/[A-F]/.test(mixed) && /[a-f]/.test(mixed)).toBe(true);
    expect(found(`twocaptcha: ${mixed}\n`)).toEqual([]);
  });
});

describe('what belongs to AWS', () => {
  const secret = random('aws secret', `${BASE62}+/`, 40);
  const rulesOf = (text: string): readonly string[] => matchAll(rules, text).filter(({ confidence }) => confidence !== 'low').map(({ rule }) => rule.id);

  it('is a secret of forty characters beside a word of AWS, and anybody\'s elsewhere', () => {
    expect(rulesOf(`AWS_SECRET_ACCESS_KEY=${secret}\n`)).toEqual(['aws-access-key']);
    expect(rulesOf(`INVOICE_SECRET=${secret}\n`)).toEqual(['generic-secret']);
  });

  it('is the key id of a signed request, which is public', () => {
    const id = `AKIA${random('aws id', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`;
    expect(rulesOf(`X-Amz-Credential=${id}/20261122/eu-west-1/s3/aws4_request\n`)).not.toContain('generic-secret');
  });
});

describe('numbers of test vectors', () => {
  const hex = (seed: string, length: number): string => random(seed, '0123456789abcdef', length);

  it('are no secrets beside each other', () => {
    expect(isInTestVector(hex('a', 64), `"ikm": "${hex('b', 64)}",\n"enc": "${hex('c', 64)}",\n"shared_secret": "`, '"')).toBe(true);
    expect(found(`{\n "nonce": "${hex('n', 24)}",\n "aad": "${hex('d', 16)}",\n "shared_secret": "${hex('s', 64)}"\n}\n`)).toEqual([]);
  });

  it('leave secrets of a configuration as they are', () => {
    const [id, secret, session] = [hex('id', 32), hex('secret', 32), hex('session', 64)];
    expect(found(`client_id: ${id}\nclient_secret: ${secret}\nsession_secret: ${session}\n`)).toEqual([secret, session]);
  });
});

describe('names of built files', () => {
  it('are no tokens, whatever their head', () => {
    const hash = random('asset', '0123456789abcdef', 32);
    expect(found(`"/static/tly-${hash}.css"`)).toEqual([]);
    expect(found(`video.ico-${hash}.png`)).toEqual([]);
    expect(found(`TALLY_API_KEY=tly-${random('tally', BASE62, 32)}\n`)).toHaveLength(1);
  });
});
