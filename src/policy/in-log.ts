import { isLog } from '../model/index.ts';
import type { Check } from '../model/index.ts';
import { judgeExposure } from './facts/exposure.ts';

/** One place in a log is a violation. */
export const check: Check<Readonly<Record<string, never>>> = {
  id: 'in-log',
  title: 'The token was printed to a log',
  rationale: 'Logs are kept, copied and read by more people and programs than the secret store that the token came from.',
  references: ['https://cwe.mitre.org/data/definitions/532.html', 'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html'],
  schema: { type: 'object', properties: {}, additionalProperties: false },
  defaults: {},
  severity: 'high',
  judge(record) {
    return judgeExposure(record, {
      place: 'in a log',
      isAt: ({ role, origin }) => role === 'log' || isLog(origin),
      remedy: 'Replace it, delete the log where the CI system can, and mask the value or stop the command that prints it.',
    });
  },
};
