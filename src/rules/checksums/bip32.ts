import type { Checksum } from '../checksum.ts';
import { isBase58Check, toBase58Check } from '../encoding/base58-check.ts';

const LENGTH = 111;
const BYTES = 78;

export const checksum: Checksum = {
  id: 'bip32',
  proof: 'An extended key is 78 bytes and the first four of their SHA-256 taken twice, in base58 (BIP-32, serialization format). Equal on the test vectors of BIP-32.',
  make: (head) => {
    // The middle of the alphabet as filler: the checksum then never carries into the characters that stand already.
    const completed = toBase58Check(head.padEnd(LENGTH, 'V'), BYTES);
    return completed.startsWith(head) ? completed.slice(head.length) : '';
  },
  check: (token) => (token.length === LENGTH && isBase58Check(token, BYTES) ? 'valid' : 'invalid'),
};
