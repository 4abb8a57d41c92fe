import { awsAccountOf } from '../../lib/aws-account.ts';
import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'aws-key-id',
  reads: 'The account number: base32 of the 16 characters after the prefix, first six bytes, masked and shifted. Equal to what a server reported for a key of its own (facts/issuers.yaml aws-access-key).',
  read: (token) => {
    const account = awsAccountOf(token);
    return account === undefined ? undefined : { notes: { account } };
  },
};
