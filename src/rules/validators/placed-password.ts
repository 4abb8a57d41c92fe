import { judgePlacedPassword } from '../generic/password-strength.ts';
import { hasSealedPrefix } from '../generic/sealed-prefix.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'placed-password',
  demands: 'A password whose place (a netrc line, a command\'s option) says what it is: no stand-in, variable or template. Weak ones are kept with low confidence.',
  judge: ({ value, groups }) => {
    if (hasSealedPrefix(value)) return { keep: false, features: { password: 'the prefix of a kind with a checksum, which was wrong' } };
    const verdict = judgePlacedPassword(value, groups['user'] ?? '');
    return verdict.keep ? { keep: true, confidence: verdict.confidence, features: { password: verdict.why } } : { keep: false, features: { password: verdict.why } };
  },
};
