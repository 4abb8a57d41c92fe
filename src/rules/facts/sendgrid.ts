import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'sendgrid',
  reads: 'The middle part: the id of the key in the list and in DELETE /v3/api_keys/ID, no secret of its own. A key has no end.',
  read: (token) => {
    const [, id] = /^SG\.([A-Za-z0-9_-]{22})\./.exec(token) ?? [];
    return id === undefined ? undefined : { expiresAt: 'never', notes: { keyId: id } };
  },
};
