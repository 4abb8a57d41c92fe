import type { Check } from '../model/index.ts';
import { DURATION_SCHEMA, parseDuration } from '../lib/duration.ts';
import { formatInstant, isInstant } from '../lib/instant.ts';
import { SKEW_MS } from './facts/exposed-since.ts';
import { whereActive } from './facts/liveness.ts';

export interface RecertifyEvery {
  readonly every: string;
  readonly grace: string;
}

/**
 * Its owner confirms what it is for and what it may do (`tokenwarden attest`); `every` after that the word is old, and `grace` later
 * silence is a violation, which a plan answers by revoking. Exactly the end of the grace passes. A token that nobody ever
 * confirmed has the grace from when it was first seen. Scopes that were added since are the business of `scope-creep`.
 */
export const check: Check<RecertifyEvery> = {
  id: 'recertify-every',
  title: 'Nobody has confirmed that the token is needed',
  rationale: 'Access that nobody has to justify is never given back; asking again is how what is not needed comes to an end.',
  references: ['https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final', 'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'],
  schema: { type: 'object', properties: { every: DURATION_SCHEMA, grace: DURATION_SCHEMA }, additionalProperties: false },
  defaults: { every: '90d', grace: '14d' },
  tighter: { every: 'lower', grace: 'lower' },
  severity: 'medium',
  judge(record, params, now) {
    return whereActive(record, () => {
      const { attestation, firstSeenAt } = record.surroundings ?? {};
      const grace = parseDuration(params.grace);
      const threshold = `confirmed every ${params.every}, with ${params.grace} of grace`;
      const remedy = 'Ask its owner. If it is needed, record that with "tokenwarden attest"; if nobody answers, apply the plan that revokes it.';
      if (attestation === undefined) return { status: 'undetermined', why: 'no inventory remembers whether its owner confirmed it', threshold };
      if (attestation === 'none') {
        if (firstSeenAt === undefined) return { status: 'undetermined', why: 'nobody ever confirmed it, and no inventory remembers since when it is known', threshold };
        if (firstSeenAt === 'this-run') return { status: 'pass', evidence: `The token was first seen in this run, and its owner has ${params.grace} to confirm it.`, threshold };
        if (firstSeenAt.getTime() - now.getTime() > SKEW_MS) return { status: 'undetermined', why: `the inventory first saw it ${formatInstant(firstSeenAt)}, which is in the future: a clock is wrong`, threshold };
        const grounds = [{ fact: 'first seen', value: formatInstant(firstSeenAt), by: 'inventory' as const, source: 'the inventory' }];
        const evidence = `Nobody ever confirmed the token, which was first seen ${formatInstant(firstSeenAt)}; policy wants it confirmed within ${params.grace}.`;
        return now.getTime() - firstSeenAt.getTime() > grace ? { status: 'violation', evidence, remedy, grounds, threshold } : { status: 'pass', evidence, grounds, threshold };
      }
      const { owner, purpose, at, by } = attestation;
      if (!isInstant(at) || at.getTime() - now.getTime() > SKEW_MS) return { status: 'undetermined', why: 'the confirmation of its owner is dated in the future: a clock is wrong', threshold };
      const grounds = [
        { fact: 'confirmed', value: formatInstant(at), by: 'owner' as const, source: `${owner}, written down by ${by}` },
        { fact: 'purpose', value: purpose, by: 'owner' as const, source: owner },
      ];
      const said = `${owner} confirmed it ${formatInstant(at)} (${purpose})`;
      const age = now.getTime() - at.getTime();
      const every = parseDuration(params.every);
      if (age > every + grace) return { status: 'violation', evidence: `${said}, and nobody since; policy wants it ${threshold}.`, remedy, grounds, threshold };
      return { status: 'pass', evidence: age > every ? `${said}; that is due again, and the grace of ${params.grace} runs.` : `${said}; policy wants it ${threshold}.`, grounds, threshold };
    });
  },
};
