import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { obscure, reveal } from '../../../src/rules/encoding/rclone.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import { validator } from '../../../src/rules/validators/rclone-obscured.ts';

const keeps = (value: string): boolean => validator.judge({ value, before: '', after: '', line: value, groups: {} }).keep;
const bytes = (seed: string, count: number): Buffer => seededRandom(`rclone:${seed}`).bytes(count);

describe('rclone', () => {
  it('reveals what it obscured', () => {
    fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 60 }), fc.nat(), (password, seed) => reveal(obscure(password, bytes(String(seed), 16)))?.toString('utf8') === Buffer.from(password, 'utf8').toString('utf8')));
  });

  it('opens the value that rclone’s own source obscures: 24 printable characters', () => {
    const revealed = reveal(['eX8GpZTVx3vxMWVkuuBdDWm', 'AUE6rGhTwVrvG9GhllYccSdj2-mvHVg'].join(''));
    expect([revealed?.length, /^[ -~]+$/.test(revealed?.toString('latin1') ?? '')]).toEqual([24, true]);
  });

  it('keeps obscured passwords, of any language', () => {
    for (const password of ['correct horse', 'Zażółć gęślą', 'a1B2']) expect(keeps(obscure(password, bytes(password, 16)))).toBe(true);
  });

  it('drops random values: none of 300', () => {
    const kept = Array.from({ length: 300 }, (_, seed) => keeps(bytes(`random:${seed}`, 28).toString('base64url'))).filter(Boolean);
    expect(kept).toEqual([]);
  });

  it('drops what is too short to hold a password', () => {
    for (const value of ['', 'abc', bytes('short', 16).toString('base64url'), bytes('short', 18).toString('base64url')]) expect(keeps(value)).toBe(false);
  });
});
