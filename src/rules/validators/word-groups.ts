import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

/** A group that no sentence has: a digit, or a capital inside. */
const UNLIKE_A_WORD = /[0-9]|.[A-Z]/;

export const validator: Validator = {
  id: 'word-groups',
  demands: 'Of the groups between its spaces most hold a digit or a capital inside, and it is no placeholder: a password in groups, not a sentence.',
  judge: ({ value }) => {
    const groups = value.split(' ');
    const reason = placeholderReason(groups.join(''));
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    const odd = groups.filter((group) => UNLIKE_A_WORD.test(group) && /[A-Za-z]/.test(group)).length;
    if (odd * 2 <= groups.length) return { keep: false, features: { value: 'made of words or numbers' } };
    return { keep: true, features: { value: 'random groups' } };
  },
};
