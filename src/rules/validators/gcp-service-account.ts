import type { OfflineFacts } from '../../model/index.ts';
import { readArmor } from '../keys/armor.ts';
import { judgeKey } from '../keys/judge-key.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'gcp-service-account',
  demands: 'The private_key is a whole plain key and a service account\'s members (private_key_id, client_email) stand beside it.',
  judge: ({ value, before, after }) => {
    const around = before + after;
    const email = /"?client_email\\?"?\s{0,4}:\s{0,4}\\?"([^"\\\s]{3,200})\\?"/.exec(around)?.[1];
    const keyId = /"?private_key_id\\?"?\s{0,4}:\s{0,4}\\?"([0-9a-f]{20,64})\\?"/.exec(around)?.[1];
    if (email === undefined && keyId === undefined) return { keep: false, features: { account: 'no member of a service account beside it' } };
    const armor = readArmor(value.replace(/(?:\\n|\s)+$/, ''));
    const verdict = armor === undefined ? undefined : judgeKey(armor);
    if (verdict?.is !== 'plain') return { keep: false, features: { key: 'not a whole plain key' } };
    const facts: OfflineFacts = {
      expiresAt: 'never',
      ...(email === undefined ? {} : { subject: email }),
      ...(keyId === undefined ? {} : { notes: { private_key_id: keyId } }),
    };
    return { keep: true, confidence: 'high', features: { key: verdict.kind, account: 'members beside it' }, facts };
  },
};
