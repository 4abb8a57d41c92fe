import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Confidence } from '../../../src/model/index.ts';
import { resolveOverlaps } from '../../../src/rules/index.ts';
import type { Spanned } from '../../../src/rules/index.ts';

function match(id: string, start: number, end: number, priority = 0, confidence: Confidence = 'medium', companionOnly = false): Spanned {
  return { rule: { id, priority, companionOnly }, start, end, confidence };
}
const ids = (matches: readonly Spanned[]): readonly string[] => resolveOverlaps(matches).map(({ rule }) => rule.id);

describe('resolveOverlaps', () => {
  it.each([
    ['higher priority wins', [match('a', 0, 10), match('b', 0, 10, 1)], ['b']],
    ['then higher confidence', [match('a', 0, 10), match('b', 0, 10, 0, 'high')], ['b']],
    ['then the longer', [match('a', 0, 10), match('b', 0, 12)], ['b']],
    ['then the smaller id', [match('b', 0, 10), match('a', 0, 10)], ['a']],
    ['a generic match inside a specific one goes', [match('generic', 4, 8, -30, 'high'), match('key', 0, 10, 0, 'low')], ['key']],
    ['a generic match around a specific one goes', [match('generic', 0, 20, -30), match('key', 5, 10)], ['key']],
    ['neighbours that only touch stay', [match('a', 0, 10), match('b', 10, 20)], ['a', 'b']],
    ['companions stay beside anything, once', [match('id', 0, 10, 0, 'high', true), match('key', 0, 10), match('id', 0, 10, 0, 'high', true)], ['id', 'key']],
  ])('%s', (_, matches, expected) => {
    expect(ids(matches)).toEqual(expected);
  });

  it('leaves no two findings that share a byte, drops none that shares none, whatever the order', () => {
    const spans = fc.array(
      fc.record({ id: fc.constantFrom('a', 'b', 'c'), start: fc.nat(30), length: fc.integer({ min: 1, max: 10 }), priority: fc.integer({ min: -2, max: 2 }), confidence: fc.constantFrom<Confidence>('high', 'medium', 'low') }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(spans, fc.nat(), (given, rotation) => {
        const matches = given.map(({ id, start, length, priority, confidence }) => match(id, start, start + length, priority, confidence));
        const kept = resolveOverlaps(matches);
        for (const [index, one] of kept.entries()) for (const other of kept.slice(index + 1)) expect(one.end <= other.start || other.end <= one.start).toBe(true);
        for (const one of matches) expect(kept.some((other) => other.start < one.end && one.start < other.end)).toBe(true);
        const turned = [...matches.slice(rotation % (matches.length || 1)), ...matches.slice(0, rotation % (matches.length || 1))];
        expect(resolveOverlaps(turned)).toEqual(kept);
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
