import { describe, expect, it } from 'vitest';
import { genuineUse } from '../../../src/lib/own-use.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const ago = (days: number, seconds = 0): Date => new Date(NOW.getTime() - days * 86_400_000 + seconds * 1000);
const day = (days: number): Date => new Date(Math.floor(ago(days).getTime() / 86_400_000) * 86_400_000);

describe('the last use of a token, without our own questions', () => {
  it.each([
    ['a use that is none of ours counts', ago(3), undefined, ago(3)],
    ['"never" counts', 'never' as const, undefined, 'never'],
    ['a use at the moment of our question of now may be it', ago(0, -2), { askedAt: ago(1), genuine: ago(40) }, undefined],
    ['a use at the moment of our earlier question was that, and the one before it counts', ago(1, 3), { askedAt: ago(1), said: ago(40), genuine: ago(40) }, ago(40)],
    ['of two questions in one minute the nearer one was it', ago(0, -20), { askedAt: ago(0, -21), said: ago(40), genuine: ago(40) }, ago(40)],
    ['the same with a token that was never used', ago(1), { askedAt: ago(1), said: 'never' as const, genuine: 'never' as const }, 'never'],
    ['nobody remembers what was before our earlier question', ago(1), { askedAt: ago(1) }, undefined],
    ['an unchanged date that was ours stays ours', ago(2), { askedAt: ago(1), said: ago(2), genuine: ago(40) }, ago(40)],
    ['a use 61 seconds after our question is somebody else\'s', ago(1, 61), { askedAt: ago(1), said: ago(40), genuine: ago(40) }, ago(1, 61)],
    ['issuers that count days do not tell our question from a use of the same day', day(1), { askedAt: ago(1), said: day(40), genuine: day(40) }, undefined],
    ['a day on which we did not ask is somebody else\'s', day(2), { askedAt: ago(1), said: day(40), genuine: day(40) }, day(2)],
  ])('%s', (_, said, earlier, expected) => {
    expect(genuineUse(said, NOW, earlier)).toEqual(expected);
  });
});
