import { wordiness } from '../generic/wordiness.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'random-symbols',
  demands: 'The value is no placeholder, has letters, at least three digits and three symbols, and is not made of words.',
  judge: ({ value }) => {
    const reason = placeholderReason(value);
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    const digits = value.replace(/[^0-9]/g, '').length;
    const symbols = value.replace(/[A-Za-z0-9]/g, '').length;
    if (digits < 3 || symbols < 3 || wordiness(value) > 0.5) return { keep: false, features: { value: 'not random' } };
    return { keep: true, features: { value: 'random' } };
  },
};
