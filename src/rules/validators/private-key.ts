import { readArmor } from '../keys/armor.ts';
import { judgeKey } from '../keys/judge-key.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'private-key',
  demands: 'The block decodes and is a whole private key of its label. A key under a passphrase is kept with low confidence, feature `encrypted: yes`.',
  judge: ({ value }) => {
    const armor = readArmor(value);
    if (armor === undefined) return { keep: false, features: { key: 'does not decode' } };
    const verdict = judgeKey(armor);
    if (verdict.is === 'not-a-key') return { keep: false, features: { key: verdict.why } };
    return verdict.is === 'encrypted'
      ? { keep: true, confidence: 'low', features: { key: verdict.kind, encrypted: 'yes' } }
      : { keep: true, confidence: 'high', features: { key: verdict.kind, encrypted: 'no' } };
  },
};
