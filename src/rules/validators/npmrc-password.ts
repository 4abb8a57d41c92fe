import { readBase64 } from '../encoding/base64.ts';
import { isPrintable } from '../encoding/printable.ts';
import { judgePlacedPassword } from '../generic/password-strength.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'npmrc-password',
  demands: 'Base64 of printable text that is no stand-in.',
  judge: ({ value }) => {
    const bytes = readBase64(value);
    if (bytes === undefined || !isPrintable(bytes)) return { keep: false, features: { password: 'no base64 of text' } };
    const verdict = judgePlacedPassword(bytes.toString('utf8'), '');
    return verdict.keep
      ? { keep: true, confidence: verdict.confidence === 'medium' ? 'high' : verdict.confidence, features: { password: verdict.why } }
      : { keep: false, features: { password: verdict.why } };
  },
};
