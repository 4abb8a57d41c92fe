import type { Check } from '../model/index.ts';
import { DURATION_SCHEMA, formatDuration, parseDuration } from '../lib/duration.ts';
import { formatInstant } from '../lib/instant.ts';
import { SKEW_MS } from './facts/exposed-since.ts';
import { whereActive } from './facts/liveness.ts';
import { ground, issuedAtOf, lastUseOf, unsaidUse } from './facts/sourced.ts';

export interface Stale {
  readonly unused: string;
}

/** Exactly `unused` since the last use passes. A token that was never used is counted from its issue. */
export const check: Check<Stale> = {
  id: 'stale',
  title: 'The token is not used any more',
  rationale: 'Nobody misses a token that nobody uses, and nobody notices when somebody else begins to use it.',
  references: ['https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html', 'https://pages.nist.gov/800-63-4/sp800-63b.html'],
  schema: { type: 'object', properties: { unused: DURATION_SCHEMA }, additionalProperties: false },
  defaults: { unused: '30d' },
  tighter: { unused: 'lower' },
  severity: 'medium',
  judge(record, params, now) {
    return whereActive(record, (facts) => {
      const limit = parseDuration(params.unused);
      const threshold = `at most ${params.unused} without use`;
      const lastUse = lastUseOf(record, facts);
      if (lastUse === undefined) return { status: 'undetermined', why: `${unsaidUse(facts, 'when the token was last used')}; policy allows ${params.unused} without use`, threshold };
      const issued = issuedAtOf(record, facts);
      const since = lastUse.value === 'never' ? issued?.value : lastUse.value;
      const grounds = [ground('last used', lastUse), ...(lastUse.value === 'never' && issued !== undefined ? [ground('issued', issued)] : [])];
      if (since === undefined) {
        return { status: 'undetermined', why: `the token was never used, ${lastUse.source}, but nobody said when it was issued; policy allows ${params.unused} without use`, grounds, threshold };
      }
      const use =
        lastUse.value === 'never'
          ? `never used ${lastUse.source}, and issued ${formatInstant(since)} ${issued?.source ?? ''}`
          : `last used ${formatInstant(since)} ${lastUse.source}`;
      const unused = now.getTime() - since.getTime();
      if (unused < -SKEW_MS) return { status: 'undetermined', why: `the token was ${use}, and that is in the future by ${formatDuration(-unused)}: a clock is wrong`, grounds, threshold };
      return unused > limit
        ? { status: 'violation', evidence: `The token was ${use}: more than ${params.unused} without use.`, remedy: 'Ask its owner whether anything still needs it; if nothing does, revoke it.', grounds, threshold }
        : { status: 'pass', evidence: `The token was ${use}; policy allows ${params.unused} without use.`, grounds, threshold };
    });
  },
};
