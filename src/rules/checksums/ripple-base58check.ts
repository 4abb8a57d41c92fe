import { createHash } from 'node:crypto';
import type { Checksum } from '../checksum.ts';

const ALPHABET = 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz';
/** What makes a seed begin with `sEd`. */
const VERSION = 0x01e14bn;
const ENTROPY_BITS = 128n;
const CHECK_BYTES = 4;
const CHECK_BITS = 32n;
/** So many characters hold more than the four bytes of the check, so that they can complete any head. */
const TAIL = 6;

function numberOf(text: string): bigint | undefined {
  let number = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit === -1) return undefined;
    number = number * 58n + BigInt(digit);
  }
  return number;
}

function textOf(number: bigint): string {
  let text = '';
  for (let rest = number; rest > 0n; rest /= 58n) text = ALPHABET.charAt(Number(rest % 58n)) + text;
  return text;
}

/** First four bytes of the double SHA-256 of version and entropy. */
function checkOf(payload: bigint): bigint {
  const bytes = Buffer.from(payload.toString(16).padStart(Number(ENTROPY_BITS) / 4 + 6, '0'), 'hex');
  const once = createHash('sha256').update(bytes).digest();
  return BigInt(createHash('sha256').update(once).digest().readUIntBE(0, CHECK_BYTES));
}

/** An Ed25519 family seed: `sEd` and 28 more of Ripple’s base58, the last four bytes a check. */
export const checksum: Checksum = {
  id: 'ripple-base58check',
  proof: 'Version 01E14B, 16 bytes, and the first four bytes of the double SHA-256 of both, in base58 with Ripple’s alphabet. XRP Ledger documentation, base58 encodings; recomputed on its published sample seed.',
  make: (head) => {
    const least = (numberOf(head) ?? 0n) * 58n ** BigInt(TAIL);
    const payload = (least >> CHECK_BITS) + 1n;
    return textOf((payload << CHECK_BITS) | checkOf(payload)).slice(head.length);
  },
  check: (token) => {
    const number = numberOf(token);
    if (number === undefined) return 'invalid';
    const payload = number >> CHECK_BITS;
    if (payload >> ENTROPY_BITS !== VERSION) return 'invalid';
    return (number & ((1n << CHECK_BITS) - 1n)) === checkOf(payload) ? 'valid' : 'invalid';
  },
};
