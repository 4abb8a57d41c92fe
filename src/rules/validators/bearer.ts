import { judgeValue } from '../generic/judge-value.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'bearer',
  demands: 'A random value of at least 16 token characters: no variable, placeholder, identifier or words.',
  judge: ({ value }) => {
    const trimmed = value.replace(/[.,;:]+$/, '');
    const verdict = judgeValue('token', trimmed, 'bearer', true);
    return verdict.keep ? { keep: true, confidence: verdict.confidence, features: { value: verdict.why }, value: trimmed } : { keep: false, features: { value: verdict.why } };
  },
};
