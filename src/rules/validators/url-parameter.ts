import { judgeValue } from '../generic/judge-value.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'url-parameter',
  demands: 'A random value of at least 16 characters (a password: of several classes) in the query: no variable, placeholder, identifier or words.',
  judge: ({ value, before, groups }) => {
    const line = before.slice(before.lastIndexOf('\n') + 1);
    if (!/(?:\/|:\/\/|GET|POST|\?)[^\s"'<>]{0,250}$/.test(line)) return { keep: false, features: { place: 'no URL' } };
    const kept = value.replace(/[.,]+$/, '');
    const isPassword = /^passw/i.test(groups['name'] ?? '');
    const verdict = judgeValue(isPassword ? 'password' : 'token', kept, isPassword ? 'password' : /key|secret/i.test(groups['name'] ?? '') ? 'api_key' : 'token', 'bare');
    return verdict.keep
      ? { keep: true, confidence: verdict.confidence, features: { value: verdict.why }, value: kept, role: 'url' }
      : { keep: false, features: { value: verdict.why } };
  },
};
