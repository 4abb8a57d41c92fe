import { isPrintable } from '../encoding/printable.ts';
import { reveal } from '../encoding/rclone.ts';
import type { Validator } from '../validator.ts';

/** Fewer bytes than this are printable by chance too often. */
const SHORTEST = 4;

export const validator: Validator = {
  id: 'rclone-obscured',
  demands: 'The value opens with the key in rclone’s own source and is printable text of at least 4 bytes.',
  judge: ({ value }) => {
    const bytes = reveal(value);
    if (bytes === undefined || bytes.length < SHORTEST) return { keep: false, features: { rclone: 'too short' } };
    if (!isPrintable(bytes)) return { keep: false, features: { rclone: 'does not open' } };
    return { keep: true, features: { rclone: 'opens' } };
  },
};
