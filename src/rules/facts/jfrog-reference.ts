import { readBase64 } from '../encoding/base64.ts';
import { epochSeconds } from '../encoding/epoch.ts';
import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'jfrog-reference',
  reads: 'The token decodes to reftkn:VERSION:EXPIRY:RANDOM; an expiry of zeros means never (facts/issuers.yaml artifactory).',
  read: (token) => {
    const [name, , expiry] = (readBase64(token)?.toString('latin1') ?? '').split(':');
    if (name !== 'reftkn' || expiry === undefined || !/^\d{10,11}$/.test(expiry)) return undefined;
    if (/^0+$/.test(expiry)) return { expiresAt: 'never' };
    const expiresAt = epochSeconds(expiry);
    return expiresAt === undefined ? undefined : { expiresAt };
  },
};
