import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

const ESCAPED_EQUALS = '%3D';

/** Behind the escaped = where there is one, else behind the A's at the head, which belong to the form. */
function secretHalf(value: string): string {
  const at = value.lastIndexOf(ESCAPED_EQUALS);
  return at === -1 ? value.replace(/^A+/, '') : value.slice(at + ESCAPED_EQUALS.length);
}

export const validator: Validator = {
  id: 'twitter-bearer',
  demands: 'The secret half (behind the escaped =, else behind the A\'s at the head) is no placeholder and mixes letters of both cases and digits.',
  judge: ({ value }) => {
    const secret = secretHalf(value);
    const reason = placeholderReason(secret);
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    if (!/[0-9]/.test(secret) || !/[a-z]/.test(secret) || !/[A-Z]/.test(secret)) return { keep: false, features: { value: 'not random' } };
    return { keep: true, features: { value: 'random' } };
  },
};
