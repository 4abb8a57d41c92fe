import type { Check } from '../model/index.ts';
import { DURATION_SCHEMA, parseDuration } from '../lib/duration.ts';
import { formatInstant } from '../lib/instant.ts';
import { SKEW_MS } from './facts/exposed-since.ts';
import { whereActive } from './facts/liveness.ts';
import { expiryOf, ground, issuedAtOf } from './facts/sourced.ts';

export interface ExpiringSoon {
  readonly within: string;
}

/**
 * Exactly `within` from now is not soon yet. Tokens made to live for hours (a `temporary` kind, or a whole lifetime no longer than
 * `within`) are always about to expire: for them the check applies only once the expiry is past and the issuer still honours them,
 * clocks apart. It does not apply where a token never expires.
 */
export const check: Check<ExpiringSoon> = {
  id: 'expiring-soon',
  title: 'The token expires soon',
  rationale: 'A token that dies unnoticed stops what depends on it, and is then replaced in a hurry, often by one that never expires.',
  references: ['https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html', 'https://datatracker.ietf.org/doc/html/rfc7662#section-2.2'],
  schema: { type: 'object', properties: { within: DURATION_SCHEMA }, additionalProperties: false },
  defaults: { within: '3d' },
  severity: 'low',
  judge(record, params, now) {
    return whereActive(record, (facts) => {
      const within = parseDuration(params.within);
      const expiry = expiryOf(record, facts);
      const isPast = expiry !== undefined && expiry.value !== 'never' && now.getTime() - expiry.value.getTime() > SKEW_MS;
      if (record.credential.rule.lifetime === 'temporary' && !isPast) return { status: 'notApplicable', why: 'tokens of this kind are made to live for hours' };
      if (expiry === undefined) return { status: 'undetermined', why: 'nobody said when the token expires' };
      if (expiry.value === 'never') return { status: 'notApplicable', why: `the token never expires, ${expiry.source}` };
      const issued = issuedAtOf(record, facts);
      const lifetime = issued === undefined ? Infinity : expiry.value.getTime() - issued.value.getTime();
      if (lifetime >= 0 && lifetime <= within && !isPast) return { status: 'notApplicable', why: `the token was made to live no longer than ${params.within}` };

      const threshold = `notice from ${params.within} before`;
      const grounds = [ground('expires', expiry), ...(issued === undefined ? [] : [ground('issued', issued)])];
      const left = expiry.value.getTime() - now.getTime();
      const expires = `expires ${formatInstant(expiry.value)}, ${expiry.source}`;
      if (left >= within) return { status: 'pass', evidence: `The token ${expires}; policy wants notice from ${params.within} before.`, grounds, threshold };
      const evidence = left < 0 ? `The token ${expires}: that is past, and yet the issuer still calls it active.` : `The token ${expires}; that is less than ${params.within} from now.`;
      return { status: 'violation', evidence, remedy: 'Issue its successor now, hand it to what uses the token, then revoke this one.', grounds, threshold };
    });
  },
};
