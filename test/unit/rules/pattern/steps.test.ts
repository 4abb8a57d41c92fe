import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBound } from '../../../../src/rules/pattern/steps.ts';
import { arbitraryPattern, arbitraryText } from './arbitrary-pattern.ts';
import { BacktrackingMachine } from './backtracking-machine.ts';

const WORD = '[A-Za-z0-9_]';

describe('the bound of steps', () => {
  it.each(['(a+)+b', '(?:a|aa)+b', '(\\w+\\s?)*z', '(?:a?){30}a{30}', '\\s*\\n\\s*x', '.*.*x', '([a-z]+)*@', 'x(?:-?[a-z]+)*y', '(?:a*)*b', '(a)\\1+', '(?=(a+)+b)x'])('finds none for %s', (pattern) => {
    expect(stepBound(pattern, '', WORD).steps).toBe(Infinity);
  });

  it.each(['acme_[a-z0-9]{32}', 'acme_[A-Za-z0-9]+', 'key\\s*=\\s*["\']?([a-z0-9]{20,40})["\']?', '(?:sk|pk)_(?:live|test)_[0-9a-zA-Z]{24}', '[a-z]+@[a-z]+', '-----BEGIN KEY-----[^-]{1,4000}-----END'])('keeps it small for %s', (pattern) => {
    expect(stepBound(pattern, '', WORD).steps).toBeLessThan(10_000);
  });

  it('names the part that has no bound', () => {
    expect(stepBound('acme_(?:[a-z]{3})(x+)+y', '', WORD).part).toBe('(x+)+');
    expect(stepBound('.*secret.*x', '', undefined).part).toBe('.*');
  });

  it('lets a repetition without end count once where what stands before it cannot be in it, else as often as there are starts', () => {
    expect(stepBound('=[a-z]+', '', undefined).steps).toBeLessThan(100);
    expect(stepBound('[a-z]+=', '', undefined).steps).toBe(Infinity);
    expect(stepBound('[a-z]+=', '', WORD).steps).toBeLessThan(100);
  });

  it('is never below what a backtracking engine does, for any pattern and text', () => {
    fc.assert(
      fc.property(arbitraryPattern, fc.array(arbitraryText, { minLength: 1, maxLength: 6 }), (pattern, texts) => {
        const { steps } = stepBound(pattern, '', undefined);
        if (steps > 5000) return;
        for (const text of texts) {
          const allowed = steps * 4 * (text.length + 1);
          expect(new BacktrackingMachine(pattern, allowed + 1).searchAll(text)).toBeLessThanOrEqual(allowed);
        }
      }),
      { numRuns: 6000, seed: 20261122 },
    );
  });

  it('grows with no text: doubling it at most doubles the work of what has a bound', () => {
    fc.assert(
      fc.property(arbitraryPattern, fc.array(fc.constantFrom('a', 'b', 'c', '-'), { minLength: 1, maxLength: 4 }), (pattern, piece) => {
        const { steps } = stepBound(pattern, '', undefined);
        if (steps > 200) return;
        const text = piece.join('').repeat(60);
        const allowed = steps * 4 * (text.length + 1);
        expect(new BacktrackingMachine(pattern, allowed + 1).searchAll(text)).toBeLessThanOrEqual(allowed);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});
