import { readSas } from '../encoding/sas.ts';
import type { Validator } from '../validator.ts';

export const validator: Validator = {
  id: 'azure-sas',
  demands: 'A query with a version, an end or stored policy, and a signature that decodes to 32 bytes.',
  judge: ({ value }) => {
    const sas = readSas(value);
    if (sas === undefined) return { keep: false, features: { sas: 'incomplete' } };
    return { keep: true, features: { sas: 'complete' }, facts: sas.facts, role: 'url' };
  },
};
