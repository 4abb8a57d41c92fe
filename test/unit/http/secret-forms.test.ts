import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textHoldsSecret, urlHoldsSecret } from '../../../src/lib/http/secret-forms.ts';

const secret = ['s3cr3t', '/with+odd', '=chars', 'ü'].join('');

describe('a secret in a URL', () => {
  it.each([
    ['as it is', `https://issuer.example/t/${secret}`],
    ['percent-encoded', `https://issuer.example/?t=${encodeURIComponent(secret)}`],
    ['percent-encoded in lower case', `https://issuer.example/?t=${encodeURIComponent(secret).toLowerCase()}`],
    ['form-encoded', `https://issuer.example/?${new URLSearchParams({ t: secret }).toString()}`],
    ['base64', `https://issuer.example/?t=${encodeURIComponent(Buffer.from(secret).toString('base64'))}`],
    ['base64url', `https://issuer.example/${Buffer.from(secret).toString('base64url')}`],
    ['base64 of user:secret', `https://issuer.example/${Buffer.from(`me:${secret}`).toString('base64url')}`],
    ['base64 of longer-user:secret', `https://issuer.example/${Buffer.from(`user:${secret}`).toString('base64url')}`],
    ['hex', `https://issuer.example/${Buffer.from(secret).toString('hex')}`],
  ])('is seen %s', (_, url) => {
    expect(urlHoldsSecret(new URL(url), [secret])).toBe(true);
  });

  it('is seen in a host name, which parsing lower-cases', () => {
    expect(urlHoldsSecret(new URL('https://AbCdEfGh.issuer.example/'), ['AbCdEfGh'])).toBe(true);
  });

  it('is not imagined', () => {
    expect(urlHoldsSecret(new URL('https://issuer.example/-/npm/v1/tokens'), [secret, 'npm'])).toBe(false);
  });

  it('is seen in base64 at every offset (property)', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12, maxLength: 60, unit: 'grapheme-ascii' }), fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (value, before, after) => {
        return textHoldsSecret(Buffer.from(before + value + after).toString('base64'), [value]);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
