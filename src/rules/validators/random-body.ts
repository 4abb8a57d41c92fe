import { wordiness } from '../generic/wordiness.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'random-body',
  demands: 'The value is no placeholder, has digits and is not made of words: for kinds that only a name beside them tells.',
  judge: ({ value }) => {
    const reason = placeholderReason(value);
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    if (!/[0-9]/.test(value) || wordiness(value) > 0.4) return { keep: false, features: { value: 'made of words' } };
    return { keep: true, features: { value: 'random' } };
  },
};
