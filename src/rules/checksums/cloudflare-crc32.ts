import type { Checksum } from '../checksum.ts';
import { crc32 } from '../encoding/crc32.ts';

const DIGITS = 8;

function digits(text: string): string {
  return crc32(text.slice(text.indexOf('_') + 1)).toString(16).padStart(DIGITS, '0');
}

/** `cfut_`, `cfat_`, `cfk_`: 40 base62 characters, 8 of checksum. */
export const checksum: Checksum = {
  id: 'cloudflare-crc32',
  proof: 'Last 8 characters are the CRC-32 in hex of the 40 after the prefix. Recomputed on published samples (facts/issuers.yaml cloudflare).',
  make: digits,
  check: (token) => (token.slice(-DIGITS) === digits(token.slice(0, -DIGITS)) ? 'valid' : 'invalid'),
};
