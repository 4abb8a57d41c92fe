import type { Validator } from '../validator.ts';

/** Eleven characters of random text, ten `A`, forty-three more: the run is of the form, so the usual test of runs would drop them all. */
const RUN_AT = 11;
const RUN = 'AAAAAAAAAA';

export const validator: Validator = {
  id: 'dropbox-long-lived',
  demands: 'Mixed case and digits before and after the ten A, and no other long run: binary data in base64 has more zeros than that.',
  judge: ({ value }) => {
    const parts = [value.slice(0, RUN_AT), value.slice(RUN_AT + RUN.length)];
    const isRandom = parts.every((part) => /[a-z]/.test(part) && /[A-Z]/.test(part) && !/(.)\1{3}/s.test(part)) && /[0-9]/.test(parts.join(''));
    return isRandom ? { keep: true, features: { value: 'random' } } : { keep: false, features: { value: 'not random' } };
  },
};
