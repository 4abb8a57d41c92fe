import { readBase64 } from '../encoding/base64.ts';
import { epochSeconds } from '../encoding/epoch.ts';
import type { FactReader } from '../fact-reader.ts';

const VERSION = 0x80;

export const factReader: FactReader = {
  id: 'fernet',
  reads: 'The instant of issue: eight bytes of big-endian seconds after the version byte 0x80 (github.com/fernet/spec).',
  read: (token) => {
    const bytes = readBase64(token);
    if (bytes === undefined || bytes.length < 73 || bytes[0] !== VERSION) return undefined;
    const issuedAt = epochSeconds(Number(bytes.readBigUInt64BE(1)));
    return issuedAt === undefined ? undefined : { issuedAt };
  },
};
