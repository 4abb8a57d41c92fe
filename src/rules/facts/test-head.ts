import type { FactReader } from '../fact-reader.ts';

/** Heads that no separator ends, with what they say. */
const HEADS: readonly (readonly [string, boolean])[] = [
  ['EZTK', true],
  ['EZAK', false],
  ['SB-Mid-', true],
  ['Mid-', false],
];

export const factReader: FactReader = {
  id: 'test-head',
  reads: 'Test or live where the issuer has a word of its own for it: EZTK/EZAK (EasyPost), SB-Mid-/Mid- (Midtrans).',
  read: (token) => {
    const head = HEADS.find(([text]) => token.startsWith(text));
    return head === undefined ? undefined : { testMode: head[1] };
  },
};
