import type { Check, NotAttemptedWhy } from '../model/index.ts';
import { DURATION_SCHEMA, parseDuration } from '../lib/duration.ts';
import { formatInstant, isInstant } from '../lib/instant.ts';
import { SKEW_MS } from './facts/exposed-since.ts';
import { livenessOf } from './facts/liveness.ts';

export interface UnverifiedTooLong {
  readonly after: string;
}

/** A run that did not try says nothing of how long nobody could. */
const NOT_TRIED: readonly NotAttemptedWhy[] = ['no-verify', 'egress-only', 'interrupted'];

/**
 * Counted from the issuer's last answer that was active or inactive, else from the run that first saw the token; exactly `after`
 * passes. Of tokens that live or died, and of decoys, nothing is to be verified.
 */
export const check: Check<UnverifiedTooLong> = {
  id: 'unverified-too-long',
  title: 'Nobody has said for long whether the token lives',
  rationale: 'What stays unknown is taken for harmless after a while, and a living token hides among what nobody could verify.',
  references: ['https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html', 'https://csrc.nist.gov/pubs/sp/800/61/r3/final'],
  schema: { type: 'object', properties: { after: DURATION_SCHEMA }, additionalProperties: false },
  defaults: { after: '30d' },
  tighter: { after: 'lower' },
  severity: 'medium',
  judge({ introspection, surroundings }, params, now) {
    const threshold = `an answer of its issuer within ${params.after}`;
    switch (livenessOf(introspection)) {
      case 'dead':
        return { status: 'notApplicable', why: 'the token is not active any more' };
      case 'active':
        return { status: 'pass', evidence: 'Its issuer has answered in this run.', threshold };
      case 'unconfirmed':
    }
    if (introspection.status === 'notAttempted' && (introspection.why === 'canary' || introspection.why === 'test-mode')) return { status: 'notApplicable', why: 'such a token is not to be verified' };
    if (introspection.status === 'notAttempted' && NOT_TRIED.includes(introspection.why)) return { status: 'undetermined', why: `this run did not ask its issuer (${introspection.why})`, threshold };
    const { firstSeenAt, lastAnswerAt } = surroundings ?? {};
    if (lastAnswerAt === undefined || firstSeenAt === undefined) return { status: 'undetermined', why: 'no inventory remembers since when the token is unverified', threshold };
    if (firstSeenAt === 'this-run') return { status: 'pass', evidence: `The token was first seen in this run; policy wants ${threshold}.`, threshold };
    const since = isInstant(lastAnswerAt) ? lastAnswerAt : firstSeenAt;
    const words = isInstant(lastAnswerAt) ? `last answered ${formatInstant(since)}` : `has never answered since the token was first seen ${formatInstant(since)}`;
    const grounds = [{ fact: isInstant(lastAnswerAt) ? 'last answer' : 'first seen', value: formatInstant(since), by: 'inventory' as const, source: 'the inventory' }];
    const open = now.getTime() - since.getTime();
    if (open < -SKEW_MS) return { status: 'undetermined', why: `its issuer ${words}, and that is in the future: a clock is wrong`, grounds, threshold };
    const evidence = `Its issuer ${words}; policy wants ${threshold}.`;
    return open > parseDuration(params.after)
      ? { status: 'violation', evidence, remedy: 'Configure its store so that it can be asked; where nobody can be, revoke it by hand, or let somebody who looked waive it.', grounds, threshold }
      : { status: 'pass', evidence, grounds, threshold };
  },
};
