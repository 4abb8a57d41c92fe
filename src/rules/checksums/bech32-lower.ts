import type { Checksum } from '../checksum.ts';
import { bech32Checksum } from '../encoding/bech32.ts';

const DIGITS = 6;

/** Lower-case bech32, as Nostr writes its keys: the last `1` parts the name from the data. */
function digits(text: string): string | undefined {
  const separator = text.lastIndexOf('1');
  return separator === -1 ? undefined : bech32Checksum(text.slice(0, separator), text.slice(separator + 1));
}

export const checksum: Checksum = {
  id: 'bech32-lower',
  proof: 'Last 6 characters are the BCH code of BIP-173 over the name and the data, which NIP-19 takes over as it is; the constant is the one verified for age identities.',
  make: (head) => digits(head) ?? '',
  check: (token) => (digits(token.slice(0, -DIGITS)) === token.slice(-DIGITS) ? 'valid' : 'invalid'),
};
