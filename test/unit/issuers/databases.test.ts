import { afterEach, describe, expect, it } from 'vitest';
import { readStores } from '../../../src/issuers/ask/index.ts';
import { scramVerifier } from '../../../src/issuers/exchange/scram-verifier.ts';
import type { Credential, Store } from '../../../src/model/index.ts';
import { serveTcp } from '../http/local-server.ts';
import { makeCredential, makeSecret, makeToken } from './make-credential.ts';
import { makeStore, makeVerifier } from './make-verifier.ts';
import type { Bench } from './make-verifier.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const options = { env: () => undefined, makeSecret };
const read = (type: string, url: string, more: Readonly<Record<string, unknown>> = {}): Store | undefined => readStores([{ id: 'db', type, url, claims: [{ host: 'db.acme.internal:5432' }], ...more }], options)[0];
const password = (): Credential => makeCredential('postgresql-url-password', makeToken('', 20), { facts: { subject: 'app' }, hosts: ['db.acme.internal:5432'] });
const bench = (store: Store, resolve: readonly string[] = ['127.0.0.1']): Bench => {
  const made = makeVerifier({ stores: [store], httpOptions: { resolve: () => Promise.resolve(resolve), timeoutMs: 300 } });
  cleanups.push(() => made.http.close());
  return made;
};

describe('the address of a database', () => {
  it('has its own scheme, a port that is always said, and the grade of TLS', () => {
    expect(read('postgresql', 'postgresql://DB.acme.internal')?.baseUrl.href).toBe('postgresql://db.acme.internal:5432');
    expect(read('postgresql', 'postgres://db.acme.internal:6432/shop?sslmode=require')?.baseUrl.search).toBe('?sslmode=require');
    expect(read('mysql', 'mariadb://db.acme.internal')?.baseUrl.port).toBe('3306');
    expect(read('redis', 'rediss://db.acme.internal')?.baseUrl.port).toBe('6379');
  });

  it.each([
    ['https://db.acme.internal', /not the address/],
    ['postgresql://app:x@db.acme.internal', /user name or password/],
    ['postgresql://db.acme.internal?sslmode=prefer', /parameter/],
    ['postgresql://db.acme.internal?host=evil.example', /parameter/],
    ['postgresql://127.0.0.1', /private address/],
  ])('is refused as %s', (url, said) => {
    expect(() => read('postgresql', url)).toThrow(said);
  });
});

describe('a conversation with a database', () => {
  it('is had with a configured store only: the host of a connection string is named by what was scanned', async () => {
    const { verifier, ledger } = bench(makeStore('postgresql', 'postgresql://other.acme.internal:5432', { claims: [{ hintedHost: 'other.acme.internal:5432' }] }));
    expect(verifier.egress([password()])).toEqual([]);
    expect(await verifier.ask(password())).toMatchObject({ status: 'notAttempted', why: 'host-not-known' });
    expect(ledger).toEqual([]);
  });

  it.each<readonly [string, string, Partial<Store>, readonly string[]]>([
    ['a private address that the store does not allow', '?sslmode=verify-full', { allowPrivate: false }, ['10.0.0.1']],
    ['a metadata service', '?sslmode=verify-full', { allowPrivate: true }, ['169.254.169.254']],
    ['public and private addresses at once', '?sslmode=verify-full', { allowPrivate: true }, ['10.0.0.1', '8.8.8.8']],
    ['no TLS over the Internet', '?sslmode=disable', { allowPrivate: true }, ['8.8.8.8']],
    ['TLS without proof over the Internet', '?sslmode=require', { allowPrivate: true }, ['8.8.8.8']],
    ['no TLS where private addresses are not allowed', '?sslmode=disable', { allowPrivate: false }, ['8.8.8.8']],
  ])('does not happen with %s, and is not on record as sent', async (_, query, more, addresses) => {
    const { verifier, ledger } = bench(makeStore('postgresql', `postgresql://db.acme.internal:5432/${query}`, more), addresses);
    expect(await verifier.ask(password())).toMatchObject({ status: 'unknown', why: 'refused-address' });
    expect(ledger.map(({ event }) => event)).toEqual(['introspect.answered']);
    expect(verifier.requests()).toEqual({});
  });

  it('is on record before it begins, and ends when its time is up or the server sends too much', async () => {
    const silent = await serveTcp(() => undefined);
    const flood = await serveTcp((socket) => {
      const chunk = Buffer.alloc(1 << 16, 'R');
      const more = (): void => void (socket.writable && socket.write(chunk, () => setImmediate(more)));
      more();
    });
    cleanups.push(silent.stop, flood.stop);
    const quiet = bench(makeStore('postgresql', `postgresql://db.acme.internal:${silent.port}/?sslmode=disable`));
    expect(await quiet.verifier.ask(password())).toMatchObject({ status: 'unknown', why: 'timeout' });
    expect(quiet.ledger[0]).toMatchObject({ event: 'introspect.sent', detail: { verb: 'postgresql', carriesCredential: true } });
    const loud = bench(makeStore('redis', `redis://db.acme.internal:${flood.port}`));
    const answer = await loud.verifier.ask(makeCredential('redis-url-password', makeToken('', 20), { facts: { subject: 'app' } }));
    expect(answer).toMatchObject({ status: 'unknown' });
  });
});

describe('what PostgreSQL keeps of a password', () => {
  it('is what RFC 7677 computes', () => {
    // Salt and password of the example in section 3; StoredKey and ServerKey as its proofs imply.
    const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
    expect(verifier).toBe('SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=');
  });
});
