import { createVerify, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { installationTokens } from '../../../src/github/index.ts';
import type { Http } from '../../../src/lib/http/index.ts';
import { Secret, type HttpOutcome } from '../../../src/model/index.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const makeSecret = (value: string): Secret => new Secret(value, 'tw1:own', '********');
const HOUR_MS = 3_600_000;

/** GitHub's half of an App's login, with a clock of its own. */
function github(theirs: () => number): { readonly http: Http; readonly asked: string[] } {
  const asked: string[] = [];
  let minted = 0;
  const answer = (status: number, value: unknown): HttpOutcome => ({ ok: true, response: { status, headers: { date: new Date(theirs()).toUTCString() }, body: JSON.stringify(value) } });
  const http: Http = {
    send({ url, headers }) {
      const [head = '', claims = '', signature = ''] = String(headers['authorization']).replace('Bearer ', '').split('.');
      const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly iat: number; readonly exp: number };
      const isSigned = createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(publicKey, signature, 'base64url');
      const seconds = theirs() / 1000;
      const isTaken = isSigned && iat <= seconds && exp > seconds && exp <= seconds + 600;
      asked.push(`${url.pathname.split('/').at(-1) ?? ''} ${isTaken ? 'taken' : 'refused'}`);
      if (!isTaken) return Promise.resolve(answer(401, { message: "'Expiration time' claim ('exp') is too far in the future" }));
      if (url.pathname.endsWith('/installation')) return Promise.resolve(answer(200, { id: 99 }));
      minted += 1;
      return Promise.resolve(answer(201, { token: `installation-${minted}`, expires_at: new Date(theirs() + HOUR_MS).toISOString() }));
    },
    converse: () => Promise.reject(new Error('nobody converses here')),
    close: () => Promise.resolve(),
  };
  return { http, asked };
}

describe('tokens of an App', () => {
  it.each([0, 5 * HOUR_MS, -5 * HOUR_MS, 4000 * HOUR_MS])('are made and kept for their hour where our clock is %i ms ahead of GitHub’s', async (aheadMs) => {
    let theirs = Date.UTC(2026, 10, 22);
    const { http, asked } = github(() => theirs);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const source = installationTokens({ id: '1', privateKey: makeSecret(pem), owner: 'acme' }, { apiUrl: new URL('https://api.github.com'), http, now: () => new Date(theirs + aheadMs), sleep: () => Promise.resolve() }, makeSecret);
    expect((await source()).reveal()).toBe('installation-1');
    theirs += 50 * 60_000;
    expect((await source()).reveal()).toBe('installation-1');
    theirs += 6 * 60_000;
    expect((await source()).reveal()).toBe('installation-2');
    // A wrong clock costs one refusal.
    expect(asked).toEqual([...(aheadMs === 0 ? [] : ['installation refused']), 'installation taken', 'access_tokens taken', 'access_tokens taken']);
  });
});
