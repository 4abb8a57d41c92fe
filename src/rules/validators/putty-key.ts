import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'putty-key',
  demands: 'A PuTTY key file (version 2 or 3) with as many base64 lines as `Private-Lines` says. Encrypted ones are kept with low confidence.',
  judge: ({ value }) => {
    const encryption = /\nEncryption: ([a-z0-9-]{3,20})\r?\n/.exec(value)?.[1];
    const [, count, lines] = /\nPrivate-Lines: (\d{1,3})\r?\n([\s\S]*?)\r?\nPrivate-(?:MAC|Hash):/.exec(value) ?? [];
    const isWhole = encryption !== undefined && lines !== undefined && lines.split('\n').length === Number(count) && /^[A-Za-z0-9+/=\s]+$/.test(lines);
    if (!isWhole) return { keep: false, features: { key: 'not a whole PuTTY key' } };
    const isPlain = encryption === 'none';
    return { keep: true, confidence: isPlain ? 'high' : 'low', features: { key: 'PuTTY', encrypted: isPlain ? 'no' : 'yes' } };
  },
};
