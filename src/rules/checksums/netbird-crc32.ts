import type { Checksum } from '../checksum.ts';
import { BASE62, toBase } from '../encoding/base-n.ts';
import { crc32 } from '../encoding/crc32.ts';

const HEAD = 4;
const DIGITS = 6;

function digits(body: string): string {
  return toBase(crc32(body), BASE62, DIGITS);
}

/** `nbp_`, 30 random base62 characters, 6 of checksum. */
export const checksum: Checksum = {
  id: 'netbird-crc32',
  proof: 'Last 6 characters are the CRC-32 of the 30 before them in base62 (0-9A-Za-z), padded with 0: the server\'s own source, management/server/types/personal_access_token.go and base62/base62.go.',
  make: (head) => digits(head.slice(HEAD)),
  check: (token) => (token.slice(-DIGITS) === digits(token.slice(HEAD, -DIGITS)) ? 'valid' : 'invalid'),
};
