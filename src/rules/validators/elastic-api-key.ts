import { readBase64 } from '../encoding/base64.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'elastic-api-key',
  demands: 'Base64 of ID:KEY, 20 and 22 characters of base64url, as Elasticsearch encodes its API keys.',
  judge: ({ value }) => {
    const [, id = '', key = ''] = /^([\w-]{20}):([\w-]{22})$/.exec(readBase64(value)?.toString('latin1') ?? '') ?? [];
    if (key === '') return { keep: false, features: { structure: 'is not ID:KEY' } };
    const reason = placeholderReason(key);
    if (reason !== undefined) return { keep: false, features: { structure: reason } };
    return { keep: true, features: { structure: 'ID:KEY' }, facts: { notes: { keyId: id } } };
  },
};
