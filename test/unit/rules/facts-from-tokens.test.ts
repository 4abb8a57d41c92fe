import { describe, expect, it } from 'vitest';
import { readFacts } from '../../../src/rules/index.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const make = (recipe: string): string => writeRecipe(recipe, seededRandom('facts-from-tokens'));
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

describe('aws-presigned', () => {
  it('reads start, end and account of a signature of version 4, in all spellings of the ampersand', () => {
    for (const and of ['&', '&amp;', '\\u0026']) {
      const token = make(['X-Amz-Algorithm=AWS4-HMAC-SHA256', ['X-Amz-Credential', 'AKIAIBAEAQCAIBAEAQCA%2F20261120%2Feu-west-1%2Fs3%2Faws4_request'].join('='), 'X-Amz-Date=20261120T101500Z', 'X-Amz-Expires=86400', 'X-Amz-Signature=<hex:64>'].join(and));
      expect(readFacts('aws-presigned', token)).toMatchObject({ issuedAt: new Date('2026-11-20T10:15:00Z'), expiresAt: new Date('2026-11-21T10:15:00Z') });
    }
  });

  it('does not believe an end that is farther away than AWS allows, nor a date that is none', () => {
    expect(readFacts('aws-presigned', 'X-Amz-Date=20261120T101500Z&X-Amz-Expires=604801')).toEqual({ issuedAt: new Date('2026-11-20T10:15:00Z') });
    expect(readFacts('aws-presigned', 'X-Amz-Date=20261120T101500Z&X-Amz-Expires=604800')).toHaveProperty('expiresAt', new Date('2026-11-27T10:15:00Z'));
    expect(readFacts('aws-presigned', 'X-Amz-Date=20269920T101500Z&X-Amz-Expires=60')).toBeUndefined();
  });

  it('reads the end of version 2 and of CloudFront, from the query or from the policy', () => {
    const expiresAt = new Date(1_795_000_000_000);
    expect(readFacts('aws-presigned', 'AWSAccessKeyId=x&Expires=1795000000&Signature=y')).toEqual({ expiresAt });
    const policy = base64('{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1795000000}}}]}').replace(/\+/g, '-').replace(/=/g, '_').replace(/\//g, '~');
    expect(readFacts('aws-presigned', `Policy=${policy}&Signature=y&Key-Pair-Id=K1`)).toEqual({ expiresAt });
  });

  it('gives a cluster token a quarter of an hour, whatever its URL says', () => {
    const url = 'https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&X-Amz-Date=20261120T101500Z&X-Amz-Expires=60';
    expect(readFacts('aws-presigned', `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`)).toEqual({ issuedAt: new Date('2026-11-20T10:15:00Z'), expiresAt: new Date('2026-11-20T10:30:00Z') });
  });
});

it('reads the end of a registry password of ECR', () => {
  expect(readFacts('aws-ecr', base64('{"payload":"x","datakey":"y","version":"2","type":"DATA_KEY","expiration":1795000000}'))).toEqual({ expiresAt: new Date(1_795_000_000_000) });
  expect(readFacts('aws-ecr', base64('{"payload":"\\"expiration\\":1"}'))).toBeUndefined();
});

it('reads the end of a JFrog reference token, and that zeros mean none', () => {
  expect(readFacts('jfrog-reference', base64('reftkn:01:1795000000:abcdefghijklmnopqrstuvwxyz'))).toEqual({ expiresAt: new Date(1_795_000_000_000) });
  expect(readFacts('jfrog-reference', base64('reftkn:01:0000000000:abcdefghijklmnopqrstuvwxyz'))).toEqual({ expiresAt: 'never' });
  expect(readFacts('jfrog-reference', base64('reftkn:01:soon:abcdefghijklmnopqrstuvwxyz'))).toBeUndefined();
});

it('reads the user and the day of making of a Discord bot', () => {
  // Discord's documentation: the snowflake 175928847299117063 is of 2016-04-30.
  expect(readFacts('discord-bot', make(`${Buffer.from('175928847299117063').toString('base64url')}.<base64url:6>.<base64url:27>`))).toEqual({ subject: '175928847299117063', notes: { 'bot made': '2016-04-30' } });
  expect(readFacts('discord-bot', make('<base62:24>.<base62:6>.<base62:27>'))).toBeUndefined();
});

it('reads when a Ceph key was made', () => {
  const bytes = Buffer.alloc(28, 7);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt32LE(1_730_000_000, 2);
  expect(readFacts('ceph-key', bytes.toString('base64'))).toEqual({ issuedAt: new Date(1_730_000_000_000), expiresAt: 'never' });
  expect(readFacts('ceph-key', bytes.subarray(1).toString('base64'))).toBeUndefined();
});

it('reads account and tunnel of a Cloudflare Tunnel token, and never its secret', () => {
  const token = base64('{"a":"0a1b2c3d4e5f60718293a4b5c6d7e8f9","t":"5b2ad9c3-7f1e-4c6a-9d37-1c8e5f204a6b","s":"c2VjcmV0"}');
  expect(readFacts('cloudflare-tunnel', token)).toEqual({ subject: '5b2ad9c3-7f1e-4c6a-9d37-1c8e5f204a6b', notes: { account: '0a1b2c3d4e5f60718293a4b5c6d7e8f9' } });
});

describe('test-mode', () => {
  it.each(['duffel_test_x', 'cfsk_ma_test_0', '$aact_hmlg_x', 'access_token$sandbox$x', 'sk_sbox_x', 'TEST_API_KEY:0', 'CHASECK_TEST-x'])('%s… is of a test', (head) => {
    expect(readFacts('test-mode', head)).toEqual({ testMode: true });
  });

  it.each(['duffel_live_x', 'sk_production_x', 'LIVE_API_KEY:0'])('%s… is live', (head) => {
    expect(readFacts('test-mode', head)).toEqual({ testMode: false });
  });

  it('says nothing of a head without such a word, nor of one far into the token', () => {
    expect(readFacts('test-mode', 'sk_abc')).toBeUndefined();
    expect(readFacts('test-mode', 'latest_contest_x')).toBeUndefined();
    expect(readFacts('test-mode', `${'x'.repeat(50)}_test_`)).toBeUndefined();
  });
});
