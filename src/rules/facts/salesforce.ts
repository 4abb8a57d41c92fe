import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'salesforce',
  reads: 'The id of the org before the exclamation mark: a session id, and the access tokens that are one, begin with it.',
  read: (token) => {
    const [, org] = /^(00D[A-Za-z0-9]{12})!/.exec(token) ?? [];
    return org === undefined ? undefined : { audience: [org], notes: { org } };
  },
};
