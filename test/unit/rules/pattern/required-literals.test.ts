import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requiredLiterals } from '../../../../src/rules/pattern/required-literals.ts';

describe('the literals of a pattern', () => {
  it.each([
    ['acme_[a-z]{20}', '', ['acme_']],
    ['(?:sk|pk)_(?:live|test)_[0-9a-z]{24}', '', ['pk_live_', 'pk_test_', 'sk_live_', 'sk_test_']],
    ['[a-z0-9]{8}\\.acme\\.example', '', ['.acme.example']],
    ['AcMe_[a-z]{20}', 'i', ['acme_']],
    ['[Aa]cme[_-][a-z]{9}', '', ['Acme-', 'Acme_', 'acme-', 'acme_']],
    ['(?:abc)?[0-9]+(?:defg|hijk)x', '', ['defgx', 'hijkx']],
    ['x{3}[a-z]+', '', ['xxx']],
    ['(?:foo|[0-9]{4})bar', '', ['bar']],
    ['(?:key=){2}[a-z]+', '', ['key=key=']],
  ])('of %s', (pattern, flags, literals) => {
    expect(requiredLiterals(pattern, flags)).toEqual(literals);
  });

  it.each(['[a-z]+', 'ab[0-9]+cd', '(?:abcd)?[0-9]{20}', '(?:abcd|[0-9]{4})', '[^a]{5}', 'a.b.c', 'é'])('are none of %s', (pattern) => {
    expect(requiredLiterals(pattern, '')).toBeUndefined();
  });

  it('stand in whatever matches', () => {
    const piece = fc.constantFrom('abc', 'de', '[fg]', 'h?', 'i+', 'j*', '[k-z]{2}', '(?:lmn|opq)', '(?:rst|u)', '(?:vwx)?', 'y{2,3}', '(?:zab){2}');
    const pattern = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(
        pattern.chain((source) => fc.tuple(fc.constant(source), fc.stringMatching(new RegExp(`^${source}$`)))),
        ([source, text]) => {
          const literals = requiredLiterals(source, '');
          if (literals !== undefined) expect(literals.some((literal) => text.includes(literal))).toBe(true);
        },
      ),
      { numRuns: 1500, seed: 3 },
    );
  });
});
