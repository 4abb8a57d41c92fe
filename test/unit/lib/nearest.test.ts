import { describe, expect, it } from 'vitest';
import { editDistance, listOf, nearest } from '../../../src/lib/nearest.ts';

const WORDS = ['fail-on', 'ignore', 'verify', 'stores', 'policy', 'coverage', 'max-lifetime'];

describe('nearest', () => {
  it.each([
    ['fial-on', 'fail-on'],
    ['FAIL_ON', 'fail-on'],
    ['polcy', 'policy'],
    ['max-liftime', 'max-lifetime'],
    ['cov', 'coverage'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, WORDS)).toBe(meant);
  });

  it.each(['', 'x', 'rotation', 'a'.repeat(1000)])('guesses nothing for what is near nothing (%#)', (word) => {
    expect(nearest(word, WORDS)).toBeUndefined();
  });

  it('does not complete what could be two words', () => {
    expect(nearest('max', ['max-lifetime', 'max-file-size'])).toBeUndefined();
  });

  it('counts a swap of neighbours as one', () => {
    expect(editDistance('abcd', 'acbd')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });
});

describe('listOf', () => {
  it('reads as a sentence and says how many it left out', () => {
    expect(listOf(['a'])).toBe('a');
    expect(listOf(['a', 'b', 'c'])).toBe('a, b or c');
    expect(listOf(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  });
});
