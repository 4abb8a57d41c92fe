import type { Checksum } from '../checksum.ts';
import { BASE62, toBase } from '../encoding/base-n.ts';
import { crc32 } from '../encoding/crc32.ts';

const HEAD = 4;
const DIGITS = 6;

function digits(body: string): string {
  return toBase(crc32(body), BASE62, DIGITS);
}

/** `vcp_` and its sisters: 50 random base62 characters, 6 of checksum. */
export const checksum: Checksum = {
  id: 'vercel-crc32',
  proof: 'Last 6 characters are the CRC-32 of the 50 before them in base62 (0-9A-Za-z). Recomputed on eight published samples (facts/issuers.yaml vercel).',
  make: (head) => digits(head.slice(HEAD)),
  check: (token) => (token.slice(-DIGITS) === digits(token.slice(HEAD, -DIGITS)) ? 'valid' : 'invalid'),
};
