import type { Validator } from '../validator.ts';

/** MessagePack fixarray of 2–4 members: a macaroon is [nonce, location, caveats, tail]; a discharge may hold fewer. */
const ARRAYS = new Set([0x92, 0x93, 0x94]);

export const validator: Validator = {
  id: 'fly-macaroon',
  demands: 'Every comma-separated part decodes to a MessagePack array, as Fly\'s macaroons do.',
  judge: ({ value }) => {
    const parts = value.replace(/^FlyV1 /, '').split(',');
    const isMacaroon = parts.every((part) => {
      const bytes = Buffer.from(part.slice(part.indexOf('_') + 1), 'base64');
      return bytes.length >= 60 && ARRAYS.has(bytes[0] ?? 0);
    });
    return isMacaroon ? { keep: true, features: { macaroon: 'decodes' } } : { keep: false, features: { macaroon: 'does not decode' } };
  },
};
