import { soundsEnglish } from '../generic/wordiness.ts';
import type { Validator } from '../validator.ts';

/** What manuals print in the place of such a password. */
const SAMPLE = /^(?:(.)\1{3}-){3}|^abcd-efgh|^xxxx|^aaaa|^your-|^pass-|^test-|-word$/;

export const validator: Validator = {
  id: 'four-by-four',
  demands: 'Four groups of four characters of which at most two could be words, and not the sample of a manual.',
  judge: ({ value }) => {
    if (SAMPLE.test(value)) return { keep: false, features: { value: 'a sample' } };
    const words = value.split('-').filter((group) => /^[a-z]+$/.test(group) && /[aeiouy]/.test(group) && soundsEnglish(group)).length;
    return words > 2 ? { keep: false, features: { value: 'made of words' } } : { keep: true, features: { value: 'random' } };
  },
};
