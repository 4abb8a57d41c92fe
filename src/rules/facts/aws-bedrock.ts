import { readBase64 } from '../encoding/base64.ts';
import type { FactReader } from '../fact-reader.ts';

const PREFIX = 'bedrock-api-key-';
const MAX_SECONDS = 7 * 24 * 3600;

export const factReader: FactReader = {
  id: 'aws-bedrock',
  reads: 'Short-lived keys wrap a presigned request: X-Amz-Date and X-Amz-Expires give start and end, X-Amz-Credential the key id.',
  read: (token) => {
    const text = token.startsWith(PREFIX) ? readBase64(token.slice(PREFIX.length))?.toString('latin1') : undefined;
    const query = text === undefined ? undefined : new URLSearchParams(text.slice(text.indexOf('?') + 1));
    const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query?.get('X-Amz-Date') ?? '') ?? [];
    const seconds = Number(query?.get('X-Amz-Expires') ?? Number.NaN);
    if (year === undefined) return undefined;
    const issuedAt = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    if (Number.isNaN(issuedAt.getTime())) return undefined;
    const bounded = Number.isInteger(seconds) && seconds > 0 && seconds <= MAX_SECONDS;
    return { issuedAt, ...(bounded ? { expiresAt: new Date(issuedAt.getTime() + seconds * 1000) } : {}) };
  },
};
