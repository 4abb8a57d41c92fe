import { wordiness } from '../generic/wordiness.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'random-camel',
  demands: 'The value is no placeholder, has a digit, small and capital letters, and is not made of words: for kinds with a short prefix before mixed-case text.',
  judge: ({ value }) => {
    const reason = placeholderReason(value);
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    if (!/[0-9]/.test(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value) || wordiness(value) > 0.6) return { keep: false, features: { value: 'not random' } };
    return { keep: true, features: { value: 'random' } };
  },
};
