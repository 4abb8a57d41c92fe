import { awsAccountOf } from '../../lib/aws-account.ts';
import { entropyOf } from '../entropy.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

const KEY_ID = /(?<![A-Z0-9])A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Z0-9])/;

/** A secret of 40 characters is anybody's; these words make it an AWS one. */
const NAMED = /aws|amazon|access[_.-]?key|accesskey|boto|\bs3|dynamo|cloudfront|lambda/i;

export const validator: Validator = {
  id: 'aws-secret',
  demands: '40 base64 characters of upper case, lower case and digits, random enough, no SHA-1 and no path. High confidence when a key id stands within reach, else medium.',
  judge: ({ value, before, after }) => {
    const reason = placeholderReason(value);
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    const isMixed = /[a-z]/.test(value) && /[A-Z]/.test(value) && /[0-9]/.test(value);
    if (!isMixed || /^[0-9a-f]+$/i.test(value) || entropyOf(value) < 4) return { keep: false, features: { value: 'not random' } };
    // Letters of both cases between two slashes are chance in one secret of twenty-five; a word is not.
    if ((value.match(/\//g) ?? []).length > 6 || /(?:^|\/)(?:[A-Z]?[a-z]{4,}|[A-Z]{5,})\//.test(value)) return { keep: false, features: { value: 'a path' } };
    const keyId = (KEY_ID.exec(before) ?? KEY_ID.exec(after))?.[0];
    if (keyId === undefined && !NAMED.test(before)) return { keep: false, features: { 'key id': 'not beside it, and no word of AWS before it' } };
    const account = keyId === undefined ? undefined : awsAccountOf(keyId);
    return {
      keep: true,
      confidence: keyId === undefined ? 'medium' : 'high',
      features: { 'key id': keyId === undefined ? 'not beside it' : 'beside it' },
      ...(account === undefined ? {} : { facts: { notes: { account } } }),
    };
  },
};
