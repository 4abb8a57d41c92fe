import { checksum } from '../checksums/atlassian-crc32.ts';
import { placeholderReason } from '../placeholder.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'atlassian-crc32',
  demands: 'No placeholder. High confidence when the CRC-32 at the end holds; medium when it does not, for Atlassian has not promised it for every kind.',
  judge: ({ value }) => {
    const reason = placeholderReason(value.slice(12, -9));
    if (reason !== undefined) return { keep: false, features: { value: reason } };
    const isValid = checksum.check(value) === 'valid';
    return { keep: true, confidence: isValid ? 'high' : 'medium', features: { checksum: isValid ? 'valid' : 'not confirmed' } };
  },
};
