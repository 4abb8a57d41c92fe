import { judgePlacedPassword } from '../generic/password-strength.ts';
import { hasSealedPrefix } from '../generic/sealed-prefix.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'placed-password',
  demands: 'A password whose place (a netrc line, a command\'s option) says what it is: no stand-in, variable or template. Weak ones are kept with low confidence.',
  judge: ({ value, groups }) => {
    if (hasSealedPrefix(value)) return { keep: false, features: { password: 'the prefix of a kind with a checksum, which was wrong' } };
    const verdict = judgePlacedPassword(value, groups['user'] ?? '');
    const { user, host, database } = groups;
    // A line that names host and user says whose password it is; `*` stands for any database.
    const facts = user === undefined || host === undefined ? {} : { facts: { subject: user, ...(database === undefined || database === '*' ? {} : { notes: { database } }) } };
    return verdict.keep ? { keep: true, confidence: verdict.confidence, features: { password: verdict.why }, ...facts } : { keep: false, features: { password: verdict.why } };
  },
};
