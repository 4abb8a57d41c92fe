import type { Checksum } from '../checksum.ts';
import { crc32 } from '../encoding/crc32.ts';

const DIGITS = 8;

function digits(head: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc32(head));
  return bytes.toString('hex');
}

/** `glsa_RANDOM_CHECKSUM`: the checksum covers the prefix too. */
export const checksum: Checksum = {
  id: 'grafana-crc32',
  proof:
    'Last 8 characters are the CRC-32 of all before the last underscore, its four bytes in hex, lowest first. From the server’s own source, grafana/grafana pkg/components/satokengen; recomputed on published tokens (facts/issuers.yaml grafana-sa).',
  make: (head) => digits(head.replace(/_$/, '')),
  check: (token) => (token.slice(-DIGITS - 1) === `_${digits(token.slice(0, -DIGITS - 1))}` ? 'valid' : 'invalid'),
};
