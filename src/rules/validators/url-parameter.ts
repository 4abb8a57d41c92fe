import { judgeValue } from '../generic/judge-value.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'url-parameter',
  demands: 'A random value of at least 16 characters in the query: no variable, placeholder, identifier or words.',
  judge: ({ value, before }) => {
    const line = before.slice(before.lastIndexOf('\n') + 1);
    if (!/(?:\/|:\/\/|GET|POST|\?)[^\s"'<>]{0,250}$/.test(line)) return { keep: false, features: { place: 'no URL' } };
    const verdict = judgeValue('token', value.replace(/[.,]+$/, ''), 'token', true);
    return verdict.keep
      ? { keep: true, confidence: verdict.confidence, features: { value: verdict.why }, value: value.replace(/[.,]+$/, ''), role: 'url' }
      : { keep: false, features: { value: verdict.why } };
  },
};
