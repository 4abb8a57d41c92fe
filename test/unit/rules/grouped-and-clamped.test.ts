import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import type { Judgement } from '../../../src/rules/validator.ts';
import { VALIDATORS } from '../../../src/rules/validators/registry.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function judge(id: string, value: string, groups: Readonly<Record<string, string>> = {}): Judgement | undefined {
  return VALIDATORS.get(id)?.judge({ value, before: '', after: '', line: value, groups });
}

/** A scalar as `wg genkey` writes it: 32 random bytes, clamped. */
function clampedKey(seed: string): Buffer {
  const key = seededRandom(seed).bytes(32);
  key[0] = (key[0] ?? 0) & 0xf8;
  key[31] = ((key[31] ?? 0) & 0x7f) | 0x40;
  return key;
}

describe('wireguard-key', () => {
  it('is sure of a clamped scalar and less sure of 32 other bytes', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const key = clampedKey(`clamped ${seed}`);
      expect(judge('wireguard-key', key.toString('base64'))).toMatchObject({ keep: true, confidence: 'high' });
      key[31] = (key[31] ?? 0) | 0x80;
      expect(judge('wireguard-key', key.toString('base64'))).toMatchObject({ keep: true, confidence: 'medium' });
    }
  });

  it('leaves a preshared key, which is never clamped, with the confidence of its rule', () => {
    const value = seededRandom('shared').bytes(32).toString('base64');
    const judgement = judge('wireguard-key', value, { shared: value });
    expect(judgement?.keep).toBe(true);
    expect(judgement?.confidence).toBeUndefined();
  });

  it('drops what is not 32 bytes, and 32 bytes that repeat', () => {
    expect(judge('wireguard-key', seededRandom('short').bytes(31).toString('base64'))?.keep).toBe(false);
    expect(judge('wireguard-key', Buffer.alloc(32).toString('base64'))?.keep).toBe(false);
    expect(judge('wireguard-key', Buffer.from('0123'.repeat(8)).toString('base64'))?.keep).toBe(false);
  });
});

describe('twitter-bearer', () => {
  const head = `${'A'.repeat(21)}MLhe${'A'.repeat(7)}0${'kR3'.repeat(8)}%3D`;

  it('keeps a random secret behind the runs of A that every such token has', () => {
    expect(judge('twitter-bearer', head + seededRandom('bearer').text(BASE62, 50))?.keep).toBe(true);
  });

  it('drops a placeholder and a secret of one kind of character', () => {
    expect(judge('twitter-bearer', head + 'x'.repeat(50))?.keep).toBe(false);
    expect(judge('twitter-bearer', head + seededRandom('digits').text('0123456789', 50))?.keep).toBe(false);
  });
});

describe('word-groups', () => {
  const random = seededRandom('groups');
  const password = (): string => Array.from({ length: 6 }, () => random.text(BASE62, 4)).join(' ');

  it('keeps nearly all random passwords in groups of four', () => {
    const kept = Array.from({ length: 400 }, password).filter((value) => judge('word-groups', value)?.keep === true).length;
    expect(kept).toBeGreaterThanOrEqual(396);
  });

  it('drops sentences, numbers and stand-ins', () => {
    for (const value of ['that this they will have been', 'That This They Will Have Been', '1234 5678 9012 3456 7890 1234', 'xxxx xxxx xxxx xxxx xxxx xxxx']) {
      expect([value, judge('word-groups', value)?.keep]).toEqual([value, false]);
    }
  });
});
