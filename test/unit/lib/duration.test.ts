import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/lib/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['90m', 5_400_000],
    ['48h', 172_800_000],
    ['14d', 1_209_600_000],
    ['2w', 1_209_600_000],
    ['0s', 0],
    ['0048h', 172_800_000],
  ])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '48', 'h', '4.5h', '-1h', '1 h', '1H', '1h30m', '48h ', '48h\n', '١h', '99999999d', '1e3s', 'Infinityd', '1y'])('refuses %j and says what it wants', (text) => {
    expect(() => parseDuration(text)).toThrow(/is not a duration: write a whole number and a unit, such as/);
  });

  it('does not repeat a long text', () => {
    expect(() => parseDuration('x'.repeat(10_000))).toThrow(/^"x{40}" is not/);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [1, '1ms'],
    [1500, '1s 500ms'],
    [60_000, '1m'],
    [5_400_000, '1h 30m'],
    [1_209_600_000, '14d'],
    [1_209_600_001, '14d 1ms'],
    [1_209_601_000, '14d 1s'],
    [-172_800_000, '-2d'],
  ])('writes %d as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('never says more than there is, and no different units for a whole one', () => {
    fc.assert(
      fc.property(fc.nat(9_999_999), fc.constantFrom('s', 'm', 'h', 'd'), (count, unit) => {
        const ms = parseDuration(`${count}${unit}`);
        const shown = formatDuration(ms).split(' ').reduce((sum, part) => sum + parseDuration(part), 0);
        expect(shown).toBeLessThanOrEqual(ms);
        if (unit === 'd') expect(shown).toBe(ms);
      }),
      { seed: 3 },
    );
  });
});
