import type { Check } from '../model/index.ts';
import { DURATION_SCHEMA, formatDuration, parseDuration } from '../lib/duration.ts';
import { formatInstant } from '../lib/instant.ts';
import { SKEW_MS, exposedSince } from './facts/exposed-since.ts';
import { whereActive } from './facts/liveness.ts';
import { ground, issuedAtOf, lastUseOf, unsaidUse } from './facts/sourced.ts';

export interface Unused {
  readonly after: string;
}

/** Only of tokens that were never used at all; those that fell silent are the business of `stale`. Exactly `after` since the issue passes. */
export const check: Check<Unused> = {
  id: 'unused',
  title: 'The token was issued and never used',
  rationale: 'A token that was made in advance, for a test or by mistake, opens what it opens without serving anybody.',
  references: ['https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html', 'https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final'],
  schema: { type: 'object', properties: { after: DURATION_SCHEMA }, additionalProperties: false },
  defaults: { after: '7d' },
  tighter: { after: 'lower' },
  severity: 'medium',
  judge(record, params, now) {
    return whereActive(record, (facts) => {
      const limit = parseDuration(params.after);
      const threshold = `used within ${params.after} of its issue`;
      const lastUse = lastUseOf(record, facts);
      if (lastUse === undefined) return { status: 'undetermined', why: `${unsaidUse(facts, 'whether the token was ever used')}; policy wants it ${threshold}`, threshold };
      const grounds = [ground('last used', lastUse)];
      if (lastUse.value !== 'never') return { status: 'pass', evidence: `The token was last used ${formatInstant(lastUse.value)}, ${lastUse.source}.`, grounds, threshold };

      const issued = issuedAtOf(record, facts);
      const known = issued === undefined ? exposedSince(record, now) : { at: issued.value, words: `was issued ${formatInstant(issued.value)}, ${issued.source}`, ground: ground('issued', issued) };
      if (known === undefined) return { status: 'undetermined', why: `the token was never used, ${lastUse.source}, but nobody said when it was issued`, grounds, threshold };
      const age = now.getTime() - known.at.getTime();
      const all = [...grounds, known.ground];
      if (age < -SKEW_MS) return { status: 'undetermined', why: `the token ${known.words}, and that is in the future by ${formatDuration(-age)}: a clock is wrong`, grounds: all, threshold };
      if (age > limit) {
        return { status: 'violation', evidence: `The token ${known.words}, and was never used, ${lastUse.source}: policy wants it ${threshold}.`, remedy: 'Revoke it, and issue one when something needs it.', grounds: all, threshold };
      }
      return issued === undefined
        ? { status: 'undetermined', why: `the token was never used, ${lastUse.source}, and ${known.words}, but nobody said when it was issued`, grounds: all, threshold }
        : { status: 'pass', evidence: `The token ${known.words}, and was not used yet; policy wants it ${threshold}.`, grounds: all, threshold };
    });
  },
};
