import type { Checksum } from '../checksum.ts';
import { bech32Checksum } from '../encoding/bech32.ts';

const DIGITS = 6;

/** Upper-case bech32 as age writes its identities: the last `1` parts the name from the data. */
function digits(text: string): string | undefined {
  const lower = text.toLowerCase();
  const separator = lower.lastIndexOf('1');
  return separator === -1 ? undefined : bech32Checksum(lower.slice(0, separator), lower.slice(separator + 1))?.toUpperCase();
}

export const checksum: Checksum = {
  id: 'bech32-bch',
  proof: 'Last 6 characters are the BCH code of BIP-173 over the name and the data. Equal on a key that age-keygen made (facts/issuers.yaml age-private-key).',
  make: (head) => digits(head) ?? '',
  check: (token) => (digits(token.slice(0, -DIGITS)) === token.slice(-DIGITS) ? 'valid' : 'invalid'),
};
