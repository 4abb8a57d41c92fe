import type { Check } from '../model/index.ts';
import { whereActive } from './facts/liveness.ts';

/** Only where the configuration declares tokens at all; an empty list permits none. A token is matched before its issuer answers by fingerprint, else by what the issuer says of it. */
export const check: Check<Readonly<Record<string, never>>> = {
  id: 'undeclared',
  title: 'The token is not among those that are permitted',
  rationale: 'A list of all tokens that may exist makes every other one stand out, without anybody having to judge it.',
  references: ['https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x22-V13-Configuration.md', 'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'],
  schema: { type: 'object', properties: {}, additionalProperties: false },
  defaults: {},
  severity: 'high',
  judge(record) {
    const declaration = record.surroundings?.declaration;
    if (declaration === undefined) return { status: 'notApplicable', why: 'the configuration declares no tokens' };
    const threshold = 'an entry under tokens:';
    return whereActive(record, () => {
      if (declaration === 'undeclared') return { status: 'violation', evidence: 'The token is active, and no entry under tokens: permits it.', remedy: 'Revoke it, or declare it under tokens: with its purpose, owner, scopes and environments.', threshold };
      return { status: 'pass', evidence: `${declaration.place} permits the token (${declaration.purpose}, ${declaration.owner}).`, grounds: [{ fact: 'purpose', value: declaration.purpose, by: 'configuration', source: declaration.place }], threshold };
    });
  },
};
