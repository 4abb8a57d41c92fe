import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../http/local-server.ts';
import { makeCredential } from './make-credential.ts';
import { makeStore, makeVerifier, NOW } from './make-verifier.ts';
import type { Bench } from './make-verifier.ts';

const seconds = NOW.getTime() / 1000;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const head = (alg: string, kid: string, claims: object = {}): string => `${part({ alg, kid })}.${part({ sub: 'svc', exp: seconds + 600, ...claims })}`;
const jwk = (key: KeyObject, kid: string): object => ({ ...key.export({ format: 'jwk' }), kid });
const signed = (text: string, make: (data: Buffer) => Buffer): string => `${text}.${make(Buffer.from(text)).toString('base64url')}`;

describe('a JWT whose issuer publishes its keys', () => {
  let server: Awaited<ReturnType<typeof serve>>;
  let bench: Bench;
  const asked: string[] = [];
  beforeAll(async () => {
    server = await serve((request, response) => {
      asked.push(`${request.url ?? ''} ${JSON.stringify(request.headers)}`);
      const body = request.url === '/keys' ? { keys: [jwk(rsa.publicKey, 'rsa'), jwk(ed.publicKey, 'ed'), jwk(ec.publicKey, 'ec')] } : { issuer: server.url.origin, jwks_uri: `${server.url.origin}/keys` };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    bench = makeVerifier({ stores: [makeStore('jwks', server.url.origin)] });
  });
  afterAll(async () => {
    await bench.http.close();
    await server.stop();
  });
  const ask = (token: string): ReturnType<Bench['verifier']['ask']> => bench.verifier.ask(makeCredential('jwt', token));

  it.each([
    ['RS256', (text: string) => signed(text, (data) => sign('sha256', data, rsa.privateKey)), 'rsa'],
    ['PS512', (text: string) => signed(text, (data) => sign('sha512', data, { key: rsa.privateKey, padding: 6, saltLength: 64 })), 'rsa'],
    ['EdDSA', (text: string) => signed(text, (data) => sign(null, data, ed.privateKey)), 'ed'],
    ['ES384', (text: string) => signed(text, (data) => sign('sha384', data, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })), 'ec'],
  ])('is live when it is rightly signed with %s', async (alg, make, kid) => {
    expect(await ask(make(head(alg, kid)))).toMatchObject({ status: 'active', facts: { sub: 'svc' } });
  });

  it('is never sent anywhere', async () => {
    const token = signed(head('RS256', 'rsa'), (data) => sign('sha256', data, rsa.privateKey));
    await ask(token);
    expect(asked.join('\n')).not.toContain(token.split('.')[2]);
  });

  it('is dead when somebody else signed it under a published name', async () => {
    expect(await ask(signed(head('RS256', 'rsa'), (data) => sign('sha256', data, stranger.privateKey)))).toMatchObject({ status: 'inactive' });
  });

  it('is dead when its claims were changed after it was signed', async () => {
    const [, , signature = ''] = signed(head('RS256', 'rsa'), (data) => sign('sha256', data, rsa.privateKey)).split('.');
    expect(await ask(`${head('RS256', 'rsa', { sub: 'root' })}.${signature}`)).toMatchObject({ status: 'inactive' });
  });

  it('is not taken for signed when the public key itself was used as an HMAC secret', async () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    expect(await ask(signed(head('HS256', 'rsa'), (data) => createHmac('sha256', pem).update(data).digest()))).toMatchObject({ status: 'notAttempted', why: 'no-introspection' });
  });

  it('is not taken for signed without an algorithm', async () => {
    expect(await ask(`${head('none', 'rsa')}.AA`)).toMatchObject({ status: 'notAttempted' });
  });

  it('is not checked with a key of another type', async () => {
    expect(await ask(signed(head('ES384', 'rsa'), (data) => sign('sha384', data, rsa.privateKey)))).toMatchObject({ status: 'inactive' });
  });

  it('lives five minutes longer than its expiry, as clocks differ, and no longer', async () => {
    const make = (exp: number): string => signed(head('RS256', 'rsa', { exp }), (data) => sign('sha256', data, rsa.privateKey));
    expect(await ask(make(seconds - 299))).toMatchObject({ status: 'active' });
    expect(await ask(make(seconds - 301))).toMatchObject({ status: 'inactive' });
  });
});
