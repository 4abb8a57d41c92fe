import { describe, expect, it } from 'vitest';
import { CANONICAL } from '../../../fixtures/report/result.ts';
import { secretOf, valueOf } from '../../../fixtures/report/secrets.ts';
import { Secret } from '../../../src/model/index.ts';
import { redacted } from '../../../src/report/redact/result.ts';

const secret = secretOf('tst_', 'redactor');
const value = valueOf(secret);
const redact = Secret.redactor([secret, secretOf('tst_', 'another')]);

describe('a redactor', () => {
  it.each([
    ['the value itself', value],
    ['base64', Buffer.from(value).toString('base64').replace(/=+$/, '')],
    ['base64url', Buffer.from(value).toString('base64url')],
    ['hex', Buffer.from(value).toString('hex')],
  ])('puts the mask in place of %s', (_, form) => {
    expect(redact(`a/${form}/b`)).toBe(`a/${secret.masked}/b`);
  });

  it('finds every occurrence, side by side and at both ends', () => {
    expect(redact(value + value)).toBe(secret.masked + secret.masked);
  });

  it('finds percent-encoded values', () => {
    const odd = new Secret('p4ss/word+ö&x', 'tw1:0', '********');
    expect(Secret.redactor([odd])(`x=${encodeURIComponent('p4ss/word+ö&x')}`)).toBe('x=********');
  });

  it('finds the lines of a key that was cut into lines', () => {
    const line = 'k1'.repeat(32);
    const key = new Secret(`-----BEGIN\n${line}\n-----END`, 'tw1:1', '-----BEGIN ************');
    expect(Secret.redactor([key])(`log ${line} end`)).toBe('log -----BEGIN ************ end');
  });

  it('prefers the longer of two values that begin alike', () => {
    const short = new Secret('abcd1234', 'tw1:2', 'S');
    const long = new Secret(['abcd1234', 'efgh'].join(''), 'tw1:3', 'L');
    expect(Secret.redactor([short, long])('abcd1234efgh abcd1234')).toBe('L S');
  });

  it('does not point at a guessable word by hiding it in a path', () => {
    expect(Secret.redactor([new Secret('password', 'tw1:4', '********')])('src/password/reset.ts')).toBe('src/password/reset.ts');
  });

  it('leaves other text alone', () => {
    expect(redact('nothing here')).toBe('nothing here');
    expect(Secret.redactor([])('nothing here')).toBe('nothing here');
  });
});

describe('a redacted result', () => {
  it('keeps everything that holds no secret as the same object', () => {
    const safe = redacted(CANONICAL);
    expect(safe.coverage).toBe(CANONICAL.coverage);
    expect(safe.findings[0]?.credential.occurrences).toBe(CANONICAL.findings[0]?.credential.occurrences);
  });

  it('is remembered, and is its own redaction', () => {
    const safe = redacted(CANONICAL);
    expect(redacted(CANONICAL)).toBe(safe);
    expect(redacted(safe)).toBe(safe);
  });

  it('masks what an issuer echoed and a path that repeats the token', () => {
    const text = JSON.stringify(redacted(CANONICAL).findings);
    for (const { credential } of CANONICAL.findings) expect(text.includes(valueOf(credential.secret))).toBe(false);
  });
});
