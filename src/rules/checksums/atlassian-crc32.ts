import type { Checksum } from '../checksum.ts';
import { crc32 } from '../encoding/crc32.ts';

const DIGITS = 8;

function digits(text: string): string {
  return crc32(text).toString(16).toUpperCase().padStart(DIGITS, '0');
}

/** `ATATT3…`, `ATCTT3…`, `ATSTT3…`: the body, `=`, 8 characters of checksum. */
export const checksum: Checksum = {
  id: 'atlassian-crc32',
  proof: 'Last 8 characters are the CRC-32 in upper-case hex of all before them, the `=` included. Recomputed on a published sample (facts/issuers.yaml atlassian-api-token); Atlassian does not document it.',
  make: (head) => (head.endsWith('=') ? digits(head) : `=${digits(`${head}=`)}`),
  check: (token) => (token.slice(-DIGITS) === digits(token.slice(0, -DIGITS)) ? 'valid' : 'invalid'),
};
