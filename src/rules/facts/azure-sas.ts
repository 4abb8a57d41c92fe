import { readSas } from '../encoding/sas.ts';
import type { FactReader } from '../fact-reader.ts';

export const factReader: FactReader = {
  id: 'azure-sas',
  reads: 'se (end), st (start), sp (permissions), sr/ss/srt (what), sip, spr, and whether a stored policy or a user delegation stands behind it.',
  read: (token) => readSas(token)?.facts,
};
