import type { Checksum } from '../checksum.ts';
import { BASE62, toBase } from '../encoding/base-n.ts';
import { crc32 } from '../encoding/crc32.ts';

const DIGITS = 6;

function digits(head: string): string {
  return toBase(crc32(head), BASE62, DIGITS);
}

/** `syt_LOCALPART_RANDOM_CHECKSUM`: the checksum covers everything before its underscore. */
export const checksum: Checksum = {
  id: 'synapse-crc32',
  proof: 'Last 6 characters are the CRC-32 of all before the last underscore in base62 (0-9A-Za-z). From the server’s own source, element-hq/synapse synapse/handlers/auth.py and synapse/util/stringutils.py.',
  make: (head) => digits(head.replace(/_$/, '')),
  check: (token) => (token.slice(-DIGITS) === digits(token.slice(0, -DIGITS - 1)) ? 'valid' : 'invalid'),
};
