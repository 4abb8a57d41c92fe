import { describe, expect, it } from 'vitest';
import { findLeaks } from './leak-search.ts';

// 43 characters of two alphabets, so that every form differs; not a token of anything.
const secret = ['q7Zp', '-_Lw', 'x'.repeat(3), 'Vb2k'].join('9').padEnd(43, 'aB3dE5');
const search = (bytes: Buffer): readonly string[] => findLeaks([{ name: 'out', bytes }], new Map([['planted', secret]]));

describe('the search for planted secrets', () => {
  it.each<readonly [string, Buffer]>([
    ['as it is', Buffer.from(`before ${secret} after`)],
    ['its first half', Buffer.from(secret.slice(0, 22))],
    ['its second half', Buffer.from(secret.slice(-22))],
    ['percent-encoded', Buffer.from(`?token=${encodeURIComponent(secret)}`)],
    ['hex', Buffer.from(Buffer.from(secret).toString('hex'))],
    ['UTF-16', Buffer.from(`x${secret}`, 'utf16le')],
    ...['', 'a', 'ab', 'abc'].flatMap((before) => ['', 'z', 'zz'].map((after) => [`base64 between "${before}" and "${after}"`, Buffer.from(Buffer.from(`${before}${secret}${after}`).toString('base64'))] as const)),
    ['base64url', Buffer.from(Buffer.from(`:${secret}`).toString('base64url'))],
    ['inside bytes that are no text', Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from(secret), Buffer.from([0])])],
  ])('finds one %s', (_form, bytes) => {
    expect(search(bytes).length).toBeGreaterThan(0);
    expect(search(bytes)[0]).toMatch(/^out holds the secret "planted" \(/);
  });

  it('finds nothing in a mask, a hash or another secret', () => {
    expect(search(Buffer.from(`${secret.slice(0, 4)}${'*'.repeat(39)} ${[...secret].reverse().join('')}`))).toEqual([]);
  });

  it('never says the secret itself', () => {
    expect(search(Buffer.from(secret)).join()).not.toContain(secret.slice(0, 8));
  });
});
