import type { FactReader } from '../fact-reader.ts';

/** Parts before the word: short, between the separators that issuers use. */
const BEFORE = '^(?:[a-z0-9]{0,12}[-_.:$]){0,4}';
const TEST = new RegExp(`${BEFORE}(?:test|testsk|tst|sandbox|sbox|sand|sbx|sdbx|staging|hmlg|dev|development|preview|testnet|preprod)[-_.:$]`, 'i');
const LIVE = new RegExp(`${BEFORE}(?:live|prod|prd|production|mainnet)[-_.:$]`, 'i');
/** The longest head that the words stand in. */
const HEAD = 48;
/** Heads of issuers that no separator ends: EasyPost, and Midtrans, whose live keys say nothing. */
const OWN: readonly (readonly [string, boolean])[] = [
  ['EZTK', true],
  ['EZAK', false],
  ['SB-Mid-', true],
  ['Mid-', false],
];

export const factReader: FactReader = {
  id: 'test-mode',
  reads: 'Whether the head of the token says test (test, sandbox, staging, dev …) or live (live, prod …), as payment and identity issuers write it; EZTK/EZAK of EasyPost and SB-Mid-/Mid- of Midtrans.',
  read: (token) => {
    const own = OWN.find(([text]) => token.startsWith(text));
    if (own !== undefined) return { testMode: own[1] };
    const head = token.slice(0, HEAD);
    if (TEST.test(head)) return { testMode: true };
    return LIVE.test(head) ? { testMode: false } : undefined;
  },
};
