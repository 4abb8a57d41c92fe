import { readBase64 } from '../encoding/base64.ts';
import { epochSeconds } from '../encoding/epoch.ts';
import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'aws-ecr',
  reads: 'The password is base64 of a JSON object; its expiration is seconds since 1970.',
  read: (token) => {
    const text = readBase64(token)?.toString('latin1');
    const expiresAt = epochSeconds(/"expiration"\s*:\s*(\d{1,11})\s*\}?\s*$/.exec(text ?? '')?.[1]);
    return expiresAt === undefined ? undefined : { expiresAt };
  },
};
