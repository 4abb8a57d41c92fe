import { describe, expect, it } from 'vitest';
import { scrubAnswer, scrubMutation } from '../../../src/issuers/ask/scrub.ts';
import { active } from '../../../src/issuers/reading/answers.ts';
import { makeToken } from './make-credential.ts';

const token = makeToken('tok_', 40);
const kept = (text: string): string | undefined => {
  const answer = scrubAnswer(active({ sub: text }), [token]);
  return answer.status === 'active' ? answer.facts.sub : undefined;
};

describe('what an issuer says', () => {
  it.each([
    ['the token', token],
    ['the token inside other words', `user ${token}!`],
    ['its base64', Buffer.from(token).toString('base64')],
    ['its base64 behind a name', Buffer.from(`x:${token}`).toString('base64')],
    ['its hex', Buffer.from(token).toString('hex')],
    ['twelve characters of it', `…${token.slice(10, 22)}…`],
  ])('is withheld when it repeats %s', (_, text) => {
    expect(kept(text)).toBe('(withheld: the issuer repeated the credential)');
  });

  it('is kept otherwise, and bounded', () => {
    expect(kept('octocat')).toBe('octocat');
    expect(kept('x'.repeat(10_000))?.length).toBeLessThan(310);
    const many = scrubAnswer(active({ scopes: Array.from({ length: 10_000 }, (_, index) => `s${index}`) }), [token]);
    expect(many.status === 'active' ? many.facts.scopes?.length : undefined).toBe(500);
  });

  it('is scrubbed in every field and every outcome', () => {
    const answers = [
      scrubAnswer(active({ sub: token, clientId: token, tokenId: token, name: token, scopes: [token], notes: { cidr: token } }), [token]),
      scrubAnswer({ status: 'inactive', reason: token }, [token]),
      scrubAnswer({ status: 'unknown', why: 'malformed', detail: token }, [token]),
      scrubMutation({ status: 'accepted', detail: token }, [token]),
    ];
    expect(JSON.stringify(answers)).not.toContain(token);
  });

  it('may show the part of a token that is its public id, as its id only, and only while enough stays unknown', () => {
    const id = token.slice(4, 26);
    expect(scrubAnswer(active({ tokenId: id }), [token], id)).toMatchObject({ facts: { tokenId: id } });
    expect(JSON.stringify(scrubAnswer(active({ tokenId: id, name: id }), [token], id))).toContain('"name":"(withheld');
    expect(JSON.stringify(scrubAnswer(active({ tokenId: id }), [token]))).not.toContain(id);
    const most = token.slice(0, -10);
    expect(JSON.stringify(scrubAnswer(active({ tokenId: most }), [token], most))).not.toContain(most);
  });

  it('keeps dates as they are', () => {
    const exp = new Date('2027-01-01T00:00:00Z');
    expect(scrubAnswer(active({ exp, lastUsedAt: 'never' }), [token])).toEqual({ status: 'active', facts: { exp, lastUsedAt: 'never' } });
  });
});
