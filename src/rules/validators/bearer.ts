import { entropyOf } from '../entropy.ts';
import { judgeValue } from '../generic/judge-value.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

/** Random as RFC 9562 section 5.4 makes them: after `Authorization: Bearer` it is nobody's mere identifier. */
const RANDOM_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export const validator: Validator = {
  id: 'bearer',
  demands: 'A random value of at least 16 token characters: no variable, placeholder, identifier or words. A random UUID counts after `Authorization: Bearer`.',
  judge: ({ value, before }) => {
    const trimmed = value.replace(/[.,;:]+$/, '');
    if (RANDOM_UUID.test(trimmed) && /authorization["']?\s{0,4}[:=,]\s{0,4}["']?bearer\s{1,4}$/i.test(before) && entropyOf(trimmed) >= 3.2 && placeholderReason(trimmed.replace(/-/g, '')) === undefined) {
      return { keep: true, confidence: 'medium', features: { value: 'a random UUID' }, value: trimmed };
    }
    const verdict = judgeValue('token', trimmed, 'bearer', 'bare');
    return verdict.keep ? { keep: true, confidence: verdict.confidence, features: { value: verdict.why }, value: trimmed } : { keep: false, features: { value: verdict.why } };
  },
};
