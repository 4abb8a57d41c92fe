import { readBase64 } from '../encoding/base64.ts';
import { isPrintable } from '../encoding/printable.ts';
import { judgePlacedPassword } from '../generic/password-strength.ts';
import { hasSealedPrefix } from '../generic/sealed-prefix.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'basic-auth',
  demands: 'Base64 of USER:PASSWORD (RFC 7617) in printable text, the password no stand-in or reference.',
  judge: ({ value }) => {
    const bytes = readBase64(value);
    if (bytes === undefined || !isPrintable(bytes)) return { keep: false, features: { credentials: 'no base64 of text' } };
    const [, user, password] = /^([^:]{0,200}):(.{4,})$/s.exec(bytes.toString('utf8')) ?? [];
    if (user === undefined || password === undefined) return { keep: false, features: { credentials: 'no user and password inside' } };
    if (hasSealedPrefix(password)) return { keep: true, features: { credentials: 'a token as password' } };
    const verdict = judgePlacedPassword(password, user);
    return verdict.keep ? { keep: true, confidence: verdict.confidence, features: { credentials: verdict.why } } : { keep: false, features: { credentials: verdict.why } };
  },
};
