import type { Check } from '../model/index.ts';
import { DURATION_SCHEMA, formatDuration, parseDuration } from '../lib/duration.ts';
import { formatInstant } from '../lib/instant.ts';
import { SKEW_MS, exposedSince } from './facts/exposed-since.ts';
import { whereActive } from './facts/liveness.ts';
import { ground, issuedAtOf } from './facts/sourced.ts';

export interface MaxAge {
  readonly temporary: string;
  readonly persistent: string;
}

/**
 * Age is now minus issue; exactly the limit passes. Where nobody said when the token was issued, the first commit or run that
 * saw it is a lower bound: over the limit it is a violation, under it nothing is known. An issue in the future, clocks apart, is no age.
 */
export const check: Check<MaxAge> = {
  id: 'max-age',
  title: 'The token was not rotated in time',
  rationale: 'Every copy that was ever made of a token works until it is replaced; rotation ends the copies that nobody knows of.',
  references: ['https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html', 'https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x22-V13-Configuration.md'],
  schema: { type: 'object', properties: { temporary: DURATION_SCHEMA, persistent: DURATION_SCHEMA }, additionalProperties: false },
  defaults: { temporary: '48h', persistent: '90d' },
  tighter: { temporary: 'lower', persistent: 'lower' },
  severity: 'medium',
  judge(record, params, now) {
    return whereActive(record, (facts) => {
      const kind = record.credential.rule.lifetime === 'temporary' ? 'temporary' : 'persistent';
      const limit = parseDuration(params[kind]);
      const threshold = `replaced within ${params[kind]}`;
      const wants = `policy wants ${kind} tokens ${threshold}`;
      const remedy = 'Rotate it: issue its successor, hand it to what uses the token, then revoke this one.';
      const issued = issuedAtOf(record, facts);
      if (issued === undefined) {
        const since = exposedSince(record, now);
        if (since === undefined) return { status: 'undetermined', why: `nobody said when the token was issued; ${wants}`, threshold };
        return now.getTime() - since.at.getTime() > limit
          ? { status: 'violation', evidence: `Nobody said when the token was issued, but it ${since.words}, and ${wants}.`, remedy, grounds: [since.ground], threshold }
          : { status: 'undetermined', why: `the token ${since.words}, but nobody said when it was issued; ${wants}`, grounds: [since.ground], threshold };
      }
      const grounds = [ground('issued', issued)];
      const when = `issued ${formatInstant(issued.value)}, ${issued.source}`;
      const age = now.getTime() - issued.value.getTime();
      if (age < -SKEW_MS) return { status: 'undetermined', why: `the token was ${when}, and that is in the future by ${formatDuration(-age)}: a clock is wrong`, grounds, threshold };
      return age > limit
        ? { status: 'violation', evidence: `The token was ${when}; ${wants}.`, remedy, grounds, threshold }
        : { status: 'pass', evidence: `The token was ${when}; ${wants}.`, grounds, threshold };
    });
  },
};
