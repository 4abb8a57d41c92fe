import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'twitter-bearer',
  demands: 'The secret half behind the escaped = is no placeholder and mixes letters and digits; the runs of A before it belong to the form.',
  judge: ({ value }) => {
    const secret = value.slice(value.lastIndexOf('%3D') + '%3D'.length);
    const reason = placeholderReason(secret);
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    if (!/[0-9]/.test(secret) || !/[a-z]/.test(secret) || !/[A-Z]/.test(secret)) return { keep: false, features: { value: 'not random' } };
    return { keep: true, features: { value: 'random' } };
  },
};
