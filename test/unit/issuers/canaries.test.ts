import { describe, expect, it } from 'vitest';
import { decoyOf } from '../../../src/issuers/ask/canaries.ts';
import { builtInStores } from '../../../src/issuers/ask/index.ts';
import { readXml } from '../../../src/issuers/reading/xml.ts';
import { awsAccountOf } from '../../../src/lib/aws-account.ts';
import { makeCredential, makeSecret, makeToken } from './make-credential.ts';
import { makeVerifier } from './make-verifier.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A key id of an account: the account's bits stand behind a set first bit. */
function keyIdOf(account: string, head = 'AKIA'): string {
  let bits = ((1n << 47n) | (BigInt(account) << 7n)) << 2n;
  let body = '';
  for (let digit = 0; digit < 10; digit += 1, bits >>= 5n) body = BASE32.charAt(Number(bits & 31n)) + body;
  return `${head}${body}${makeToken('', 40).toUpperCase().replace(/[^A-Z2-7]/g, '').slice(0, 6).padEnd(6, 'Q')}`;
}

const awsKey = (id: string, hosts: readonly string[] = []) => makeCredential('aws-access-key', makeToken('', 40), { companions: [{ name: 'key-id', secret: makeSecret(id) }], hosts });

describe('a decoy', () => {
  it('is told by the account in its key id, offline', () => {
    for (const account of ['052310077262', '992382622183', '982842642351']) {
      expect(awsAccountOf(keyIdOf(account))).toBe(account);
      expect(decoyOf(awsKey(keyIdOf(account)))).toContain(account);
      expect(decoyOf(awsKey(keyIdOf(account, 'ASIA')))).toContain(account);
    }
    expect(decoyOf(awsKey(keyIdOf('123456789012')))).toBeUndefined();
  });

  it('is told where the first bit of the id is not set, as in the published ids of canarytokens.org', () => {
    const id = ['AKIA', 'AYLPMN5H', 'AQRS', 'TUVW'].join('');
    expect(awsAccountOf(id)).toBeUndefined();
    expect(decoyOf(awsKey(id))).toContain('052310077262');
    expect(decoyOf(awsKey(['AKIA', 'IQQRSTUV', 'QQRS', 'TUVW'].join('')))).toBeUndefined();
  });

  it.each([
    ['a host below canarytokens.com alone', ['abc123.canarytokens.com'], true],
    ['with a port', ['canarytokens.org:443'], true],
    ['a company console', ['d3aece8093b71007b5ccfedad91ebb11.o3n.io.'], true],
    ['a decoy host and another one', ['canarytokens.com', 'api.example.com'], false],
    ['a host that only ends alike', ['notcanarytokens.com'], false],
    ['a host that only begins alike', ['canarytokens.com.example.net'], false],
    ['no host', [], false],
  ] as const)('beside %s', (_, hosts, isDecoy) => {
    expect(decoyOf(makeCredential('kubernetes-service-account', makeToken('', 60), { hosts })) !== undefined).toBe(isDecoy);
  });

  it.each([
    ['https://canarytokens.com/terms/about/abc/post.jsp', true],
    ['mysql://root:x@abc.canarytokens.com:3306/', true],
    ['https://example.com/?from=canarytokens.community', false],
    ['https://mycanarytokens.com/x', false],
  ])('%s', (url, isDecoy) => {
    expect(decoyOf(makeCredential('some-url', url)) !== undefined).toBe(isDecoy);
  });

  it('goes to no store: nothing is sent, listed as leaving, revoked or rotated', async () => {
    const bench = makeVerifier({ stores: builtInStores({}) });
    const decoy = awsKey(keyIdOf('052310077262'));
    try {
      expect(bench.verifier.route(decoy)).toMatchObject({ notAttempted: { why: 'canary' } });
      expect(bench.verifier.egress([decoy])).toEqual([]);
      expect(await bench.verifier.ask(decoy)).toMatchObject({ status: 'notAttempted', why: 'canary' });
      expect(bench.verifier.revocation(decoy)).toMatchObject({ possible: false });
      expect(await bench.verifier.revoke(decoy)).toMatchObject({ status: 'refused' });
      expect(await bench.verifier.rotate(decoy, {}, makeSecret)).toMatchObject({ status: 'refused' });
      expect(bench.ledger.filter(({ event }) => event.endsWith('.sent'))).toEqual([]);
      expect(bench.verifier.requests()).toEqual({});
      expect(bench.verifier.route(awsKey(keyIdOf('123456789012')))).toMatchObject({ store: { id: 'aws' } });
    } finally {
      await bench.http.close();
    }
  });
});

describe('XML that is read', () => {
  const read = (body: string, type = 'text/xml', ...lists: readonly string[]) => readXml({ status: 200, headers: { 'content-type': type }, body }, ...lists);

  it('keeps texts as they are, and lists as lists', () => {
    expect(read('<?xml version="1.0"?><a x="1"><n:b>007</n:b><c>&lt;&amp;</c><l><m>1</m></l><e/></a>', 'application/xml; charset=utf-8', 'm')).toEqual({ a: { b: '007', c: '<&', l: { m: ['1'] }, e: '' } });
  });

  it.each([
    ['cut short', '<a><b>1</b>'],
    ['crossed', '<a><b></a></b>'],
    ['with a document type', '<!DOCTYPE a [<!ENTITY x "yyyyyyyyyy">]><a>&x;</a>'],
    ['too deep', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`],
    ['HTML', '<!doctype html><title>Sign in</title><p>x'],
    ['nothing', ''],
  ])('is none when it is %s', (_, body) => {
    expect(read(body)).toBeUndefined();
  });

  it('is none under another content type', () => {
    expect(read('<a>1</a>', 'text/html')).toBeUndefined();
  });
});
