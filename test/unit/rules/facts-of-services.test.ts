import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FACT_READERS } from '../../../src/rules/facts/registry.ts';
import type { OfflineFacts } from '../../../src/model/index.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const make = (recipe: string): string => writeRecipe(recipe, seededRandom('facts-of-services'));
const read = (id: string, token: string): OfflineFacts | undefined => FACT_READERS.get(id)?.read(token);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('test-mode', () => {
  it.each([
    ['sk_test_<base62:24>', true],
    ['sk_live_<base62:24>', false],
    ['sk_org_live_<base62:30>', false],
    ['prj_test_sk_<hex:40>', true],
    ['shippo_test_<hex:40>', true],
    ['scp-live-<hex:32>', false],
    ['sbx:<base62:24>.<base62:32>', true],
    ['prd:<base62:24>.<base62:32>', false],
    ['access-production-<uuid>', false],
    ['access-sandbox-<uuid>', true],
    ['api_sandbox.<base62:11>.<base62:32>', true],
    ['api_live_us.<base62:11>.<base62:32>', false],
    ['egy_sk_live_<hex:64>', false],
    ['sandbox-sq0csb-<base62:43>', true],
  ])('%s is test mode: %s', (recipe, testMode) => {
    expect(read('test-mode', make(recipe))).toEqual({ testMode });
  });

  it('says nothing where the word is not in the prefix', () => {
    expect(read('test-mode', `key_${make('<hex:28>')}`)).toBeUndefined();
    expect(read('test-mode', 'contestant_of_the_year')).toBeUndefined();
  });
});

describe('ulid', () => {
  /** Ten Crockford characters of the given instant, written anew. */
  const time = (milliseconds: number): string => [9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((place) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Math.floor(milliseconds / 32 ** place) % 32]).join('');
  const issuedAt = new Date('2026-11-21T22:26:40.123Z');
  const stamp = time(issuedAt.getTime());

  it('reads the instant of issue, in either case, and the mode beside it', () => {
    expect(read('ulid', `PMAT-${stamp}${make('<hexupper:16>')}`)).toEqual({ issuedAt });
    expect(read('ulid', `retool_${stamp.toLowerCase()}${make('<hex:16>')}`)).toEqual({ issuedAt });
    expect(read('ulid', `pdl_sdbx_apikey_${stamp.toLowerCase()}${make('<hex:16>_<base62:22>_<base62:3>')}`)).toEqual({ issuedAt, testMode: true });
  });

  it('takes no instant that cannot be one', () => {
    expect(read('ulid', `PMAT-${time(Date.UTC(1999, 0, 1))}${make('<hexupper:16>')}`)).toBeUndefined();
    expect(read('ulid', `PMAT-${time(Date.UTC(2200, 0, 1))}${make('<hexupper:16>')}`)).toBeUndefined();
    expect(read('ulid', 'PMAT-short')).toBeUndefined();
  });
});

describe('sentry-org', () => {
  const token = (claims: unknown): string => `sntrys_${base64(JSON.stringify(claims))}_${make('<base64:43>')}`;

  it('reads organization, region and the instant of issue, whose seconds have fractions', () => {
    expect(read('sentry-org', token({ iat: 1_795_300_000.75, url: 'https://sentry.example.com', region_url: 'https://de.sentry.example.com', org: 'acme' }))).toEqual({
      issuedAt: new Date('2026-11-21T22:26:40.000Z'),
      expiresAt: 'never',
      scopes: ['org:ci'],
      subject: 'acme',
      issuerUrl: 'https://de.sentry.example.com',
    });
  });

  it('reads the older form without a region, and nothing from what is no JSON object', () => {
    expect(read('sentry-org', token({ url: 'https://sentry.example.com' }))).toEqual({ expiresAt: 'never', scopes: ['org:ci'], issuerUrl: 'https://sentry.example.com' });
    expect(read('sentry-org', token(['acme']))).toBeUndefined();
    expect(read('sentry-org', `sntrys_${base64('{"org":')}_${make('<base64:43>')}`)).toBeUndefined();
  });

  it('keeps control characters of strangers out', () => {
    expect(read('sentry-org', token({ org: 'a\u001b[31mb' }))?.subject).toBe('a [31mb');
  });
});

describe('opentok', () => {
  it('reads project, role, start and end', () => {
    const token = `T1==${base64('partner_id=40000017&sig=abc:session_id=1_MX4&create_time=1795300000&role=publisher&expire_time=1795386400')}`;
    expect(read('opentok', token)).toEqual({ issuedAt: new Date('2026-11-21T22:26:40.000Z'), expiresAt: new Date('2026-11-22T22:26:40.000Z'), clientId: '40000017', scopes: ['publisher'] });
  });

  it('reads nothing of anything else', () => {
    expect(read('opentok', `T1==${base64('hello=1')}`)).toBeUndefined();
    expect(read('opentok', 'T1==***')).toBeUndefined();
  });
});

describe('fernet', () => {
  it('reads the instant of issue', () => {
    const bytes = Buffer.alloc(89, 7);
    bytes[0] = 0x80;
    bytes.writeBigUInt64BE(1_795_300_000n, 1);
    expect(read('fernet', bytes.toString('base64url'))).toEqual({ issuedAt: new Date('2026-11-21T22:26:40.000Z') });
  });

  it('reads nothing of another version or of too few bytes', () => {
    expect(read('fernet', Buffer.alloc(89, 7).toString('base64url'))).toBeUndefined();
    expect(read('fernet', Buffer.concat([Buffer.from([0x80]), Buffer.alloc(20)]).toString('base64url'))).toBeUndefined();
  });
});

describe('ids inside tokens', () => {
  it('names the SendGrid key without giving its secret half', () => {
    const id = make('<base62:22>');
    expect(read('sendgrid', `SG.${id}.${make('<base62:43>')}`)).toEqual({ expiresAt: 'never', notes: { keyId: id } });
  });

  it('names the Slack app of an app-level token', () => {
    expect(read('slack-app', `xapp-1-A0123456789-1234567890123-${make('<hex:64>')}`)).toEqual({ clientId: 'A0123456789', notes: { app: 'A0123456789' } });
  });

  it('names the Salesforce org of a session id', () => {
    expect(read('salesforce', `00D000000000xyz!AQ${make('<base62:94>')}`)).toEqual({ audience: ['00D000000000xyz'], notes: { org: '00D000000000xyz' } });
  });
});

it('every reader of these answers any text and never repeats more than it says', () => {
  for (const id of ['test-mode', 'ulid', 'sentry-org', 'opentok', 'fernet', 'sendgrid', 'slack-app', 'salesforce']) {
    const reader = FACT_READERS.get(id);
    expect(reader?.reads.length).toBeGreaterThan(20);
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => (read(id, text), true)));
  }
});
