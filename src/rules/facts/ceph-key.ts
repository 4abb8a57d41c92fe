import { readBase64 } from '../encoding/base64.ts';
import { epochSeconds } from '../encoding/epoch.ts';
import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'ceph-key',
  reads: 'A cephx key is type, seconds and nanoseconds of its making, length and sixteen bytes, little-endian, in base64.',
  read: (token) => {
    const bytes = readBase64(token);
    if (bytes?.length !== 28) return undefined;
    const issuedAt = epochSeconds(bytes.readUInt32LE(2));
    return issuedAt === undefined ? undefined : { issuedAt, expiresAt: 'never' };
  },
};
