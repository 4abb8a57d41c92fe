import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withBoundary, type Boundary } from '../../../../src/rules/boundary.ts';
import { allMatches } from '../../../../src/rules/pattern/expression.ts';
import { linearExpression } from '../../../../src/rules/pattern/linear-expression.ts';
import { NotLinear } from '../../../../src/rules/pattern/to-re2.ts';
import { arbitraryPattern, arbitraryText } from './arbitrary-pattern.ts';

const seen = (pattern: string, boundary: Boundary, text: string) => [...allMatches(linearExpression(pattern, '', boundary), text)].map((match) => [match.index, ...match, match.indices?.[1]?.[0]]);
const native = (pattern: string, boundary: Boundary, text: string) => [...text.matchAll(new RegExp(withBoundary(pattern, boundary), 'dg'))].map((match) => [match.index, ...match, match.indices?.[1]?.[0]]);

describe('the linear-time engine', () => {
  it('agrees with the native engine on match and groups, boundary included', () => {
    fc.assert(
      fc.property(arbitraryPattern, arbitraryText, fc.constantFrom<Boundary>('word', 'none', 'dash'), (pattern, text, boundary) => {
        // Empty rounds of a repetition leave other groups behind in RE2 than in JavaScript; no rule matches nothing.
        if (new RegExp(`^(?:${pattern})$`).test('') || /\)(?:[*+?]|\{)/.test(pattern)) return;
        expect(seen(pattern, boundary, text)).toEqual(native(pattern, boundary, text));
      }),
      { numRuns: 4000, seed: 11 },
    );
  });

  it('gives named groups with their places', () => {
    const [match] = [...allMatches(linearExpression('(?<name>[a-z]+)=(?<secret>(?:[0-9]+)+)', '', 'word'), 'x: key=123;')];
    expect(match?.groups).toEqual({ name: 'key', secret: '123' });
    expect(match?.indices?.groups?.['secret']).toEqual([7, 10]);
  });

  it('takes an escape sequence for the start of a word, as the native boundary does', () => {
    for (const text of ['"\\nkey_aaa"', 'x%3Dkey_aaa', '\\u0022key_aaa', 'xkey_aaa', 'key_aaax']) expect(seen('key_(?:a+)+', 'word', text)).toEqual(native('key_(?:a+)+', 'word', text));
  });

  it('looks around for one character at its ends, and at the edges of text and line', () => {
    for (const pattern of ['(?<![a-z])b+(?![0-9])', '(?<=-)b+(?=c)', 'b+(?![^])', 'a(?:b|(?![^\\n]))']) {
      for (const text of ['abbb', '-bbc', 'bb', 'ab\na\nac', '-bb9 bbb']) expect(seen(pattern, 'none', text)).toEqual(native(pattern, 'none', text));
    }
  });

  it.each(['(a+)\\1', 'a(?=b)c', '(?<=ab)c', '(?:[a-z]{900}){900}', 'x{20000}'])('refuses %s', (pattern) => {
    expect(() => linearExpression(pattern, '', 'word')).toThrow(NotLinear);
  });

  it('takes a text of a megabyte that stops a backtracking engine for ever', () => {
    const text = `${'a'.repeat(1 << 20)}!`;
    expect([...allMatches(linearExpression('(?:a+)+b', '', 'word'), text)]).toEqual([]);
  }, 20_000);
});
