import { wordiness } from '../generic/wordiness.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

/** More than this of the letters in words, and it is a name in code. */
const WORDY = 0.6;
/** One digit in so many characters, and no words are looked for. */
const MANY = 5;

export const validator: Validator = {
  id: 'mixed-body',
  demands: 'The value is no placeholder, and its longest unbroken run of letters and digits (the prefix is never that) has digits or both cases and is not made of words: for prefixes that names in code could begin with.',
  judge: ({ value }) => {
    const reason = placeholderReason(value);
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    const run = longestRun(value);
    const digits = run.replace(/[^0-9]/g, '').length;
    const mixed = digits > 0 || (/[a-z]/.test(run) && /[A-Z]/.test(run));
    if (!mixed || (digits * MANY < run.length && wordiness(run) > WORDY)) return { keep: false, features: { value: 'made of words' } };
    return { keep: true, features: { value: 'random' } };
  },
};

function longestRun(value: string): string {
  let longest = '';
  for (const run of value.match(/[A-Za-z0-9]+/g) ?? []) if (run.length > longest.length) longest = run;
  return longest;
}
