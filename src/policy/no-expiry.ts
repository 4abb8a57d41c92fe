import type { Check } from '../model/index.ts';
import { formatInstant } from '../lib/instant.ts';
import { SKEW_MS } from './facts/exposed-since.ts';
import { whereActive } from './facts/liveness.ts';
import { expiryOf, ground } from './facts/sourced.ts';

/**
 * Only `never` is a violation; a silent issuer is not the same as `never`. An expiry of any date passes: how far is the business of
 * max-lifetime. One that is past while the issuer still honours the token leaves open whether it ends at all.
 */
export const check: Check<Readonly<Record<string, never>>> = {
  id: 'no-expiry',
  title: 'The token never expires',
  rationale: 'A token without an end stays valid in every copy that was ever made of it, until somebody remembers to revoke it.',
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
    'https://datatracker.ietf.org/doc/html/rfc7662#section-2.2',
  ],
  schema: { type: 'object', properties: {}, additionalProperties: false },
  defaults: {},
  severity: 'high',
  judge(record, _, now) {
    return whereActive(record, (facts) => {
      const expiry = expiryOf(record, facts);
      const threshold = 'an expiry date';
      if (expiry === undefined) return { status: 'undetermined', why: 'nobody said whether the token expires', threshold };
      const grounds = [ground('expires', expiry)];
      if (expiry.value === 'never') {
        return {
          status: 'violation',
          evidence: `The token never expires, ${expiry.source}; policy wants every token to expire.`,
          remedy: 'Replace it by a token with an expiry date, and revoke this one.',
          grounds,
          threshold,
        };
      }
      if (now.getTime() - expiry.value.getTime() > SKEW_MS) {
        return { status: 'undetermined', why: `the token should have expired ${formatInstant(expiry.value)}, ${expiry.source}, and yet the issuer still calls it active: nobody knows whether it ends`, grounds, threshold };
      }
      return { status: 'pass', evidence: `The token expires ${formatInstant(expiry.value)}, ${expiry.source}.`, grounds, threshold };
    });
  },
};
