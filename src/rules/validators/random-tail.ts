import { wordiness } from '../generic/wordiness.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'random-tail',
  demands: 'What stands behind the last separator (: / | .) is no placeholder, has digits and is not made of words.',
  judge: ({ value }) => {
    const tail = /[^:/|.]*$/.exec(value)?.[0] ?? '';
    const reason = placeholderReason(tail);
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    if (!/[0-9]/.test(tail) || wordiness(tail) > 0.4) return { keep: false, features: { value: 'made of words' } };
    return { keep: true, features: { value: 'random' } };
  },
};
