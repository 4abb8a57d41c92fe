import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'account-hash',
  demands: 'A hash of crypt(5) that is no placeholder, in a line of an account file.',
  judge: ({ value }) => {
    const reason = placeholderReason(value.slice(value.lastIndexOf('$') + 1));
    return reason === undefined ? { keep: true, features: { value: 'a hash that guessing can undo' } } : { keep: false, features: { value: reason } };
  },
};
