import type { Checksum } from '../checksum.ts';
import { BASE62, toBase } from '../encoding/base-n.ts';
import { crc32 } from '../encoding/crc32.ts';

const HEAD = 4;
const DIGITS = 6;

function digits(body: string): string {
  return toBase(crc32(body), BASE62, DIGITS);
}

/** `ghp_` and its sisters: 4 characters of kind, 30 random base62 characters, 6 of checksum. */
export const checksum: Checksum = {
  id: 'github-crc32',
  proof:
    'Last 6 characters are the CRC-32 of the 30 before them in base62 (0-9A-Za-z). Announced by GitHub for its prefixed tokens; recomputed on published ghp_ samples (facts/issuers.yaml github-pat-classic).',
  make: (head) => digits(head.slice(HEAD)),
  check: (token) => (token.slice(-DIGITS) === digits(token.slice(HEAD, -DIGITS)) ? 'valid' : 'invalid'),
};
