import type { Checksum } from '../checksum.ts';
import { BASE62, toBase } from '../encoding/base-n.ts';
import { crc32 } from '../encoding/crc32.ts';

const RANDOM = 37;
const DIGITS = 6;

function digits(random: string): string {
  return toBase(crc32(random), BASE62, DIGITS);
}

/** `polar_oat_` and its sisters: 37 random base62 characters, 6 of checksum, whatever the prefix. */
export const checksum: Checksum = {
  id: 'polar-crc32',
  proof: 'Last 6 characters are the CRC-32 of the 37 before them in base62 (0-9A-Za-z), the prefix left out. From the server’s own source, polarsource/polar server/polar/kit/crypto.py.',
  make: (head) => digits(head.slice(-RANDOM)),
  check: (token) => (token.slice(-DIGITS) === digits(token.slice(-RANDOM - DIGITS, -DIGITS)) ? 'valid' : 'invalid'),
};
