import type { Basis, Check, Lifetime, Verdict } from '../model/index.ts';
import { DURATION_SCHEMA, formatDuration, parseDuration } from '../lib/duration.ts';
import { formatInstant } from '../lib/instant.ts';
import { SKEW_MS, exposedSince } from './facts/exposed-since.ts';
import { whereActive } from './facts/liveness.ts';
import { expiryOf, ground, issuedAtOf } from './facts/sourced.ts';

export interface MaxLifetime {
  readonly temporary: string;
  readonly persistent: string;
}

/**
 * Lifetime is expiry minus issue. A lifetime of exactly the limit passes. Where the issue date is not known, or lies in the future,
 * what is left of it, or what passed since it was first seen, is a lower bound: over the limit it is a violation, under it nothing
 * is known. An expiry that is past while the issuer still honours the token ends nothing: it lived until now at least. Kinds that
 * live for ever by design (`static`) are held to the limit of persistent ones.
 */
export const check: Check<MaxLifetime> = {
  id: 'max-lifetime',
  title: 'The token lives longer than policy allows',
  rationale: 'A stolen token is worth what is left of its life: hours for a temporary one, years for one that nobody limits.',
  references: [
    'https://pages.nist.gov/800-63-4/sp800-63b.html',
    'https://datatracker.ietf.org/doc/html/rfc9700#section-4.10',
    'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html',
  ],
  schema: {
    type: 'object',
    properties: { temporary: DURATION_SCHEMA, persistent: DURATION_SCHEMA },
    additionalProperties: false,
  },
  defaults: { temporary: '48h', persistent: '14d' },
  tighter: { temporary: 'lower', persistent: 'lower' },
  severity: 'high',
  judge(record, params, now) {
    return whereActive(record, (facts) => {
      const { lifetime } = record.credential.rule;
      const kind = lifetime === 'temporary' ? 'temporary' : 'persistent';
      const limit = parseDuration(params[kind]);
      const allowed = `policy allows ${params[kind]} for ${describe(lifetime)}`;
      const threshold = `at most ${params[kind]}`;
      const expiry = expiryOf(record, facts);
      if (expiry === undefined) return { status: 'undetermined', why: `nobody said when the token expires; ${allowed}`, threshold };
      const issued = issuedAtOf(record, facts);
      const basis = { grounds: [ground('expires', expiry), ...(issued === undefined ? [] : [ground('issued', issued)])], threshold, allows: { lifetimeMs: limit } };
      if (expiry.value === 'never') return violation(`The token never expires, ${expiry.source}; ${allowed}.`, params[kind], basis);

      const expires = `expires ${formatInstant(expiry.value)} ${expiry.source}`;
      if (issued === undefined) {
        const since = exposedSince(record, now);
        if (expiry.value.getTime() - now.getTime() > limit) return violation(`The token ${expires}, which is more than ${params[kind]} from now; nobody said when it was issued, but ${allowed}.`, params[kind], basis);
        if (since !== undefined && expiry.value.getTime() - since.at.getTime() > limit) {
          return violation(`Nobody said when the token was issued, but it ${since.words} and ${expires}, which is more than ${params[kind]} later; ${allowed}.`, params[kind], { ...basis, grounds: [...basis.grounds, since.ground] });
        }
        return { status: 'undetermined', why: `the token ${expires}, but nobody said when it was issued; ${allowed}`, ...basis };
      }
      const when = `issued ${formatInstant(issued.value)} ${issued.source}`;
      const lived = expiry.value.getTime() - issued.value.getTime();
      if (lived < 0) {
        return { status: 'undetermined', why: `the token ${expires}, before it was issued (${formatInstant(issued.value)} ${issued.source}): the dates contradict each other`, ...basis };
      }
      if (now.getTime() - expiry.value.getTime() > SKEW_MS) {
        const sofar = now.getTime() - issued.value.getTime();
        const past = `${expires}: that is past, and yet the issuer still calls it active`;
        return Math.max(lived, sofar) > limit
          ? violation(`The token was ${when} and ${past}, so that it lives ${formatDuration(sofar)} at least; ${allowed}.`, params[kind], basis)
          : { status: 'undetermined', why: `the token ${past}, so that nobody knows when it ends; ${allowed}`, ...basis };
      }
      const left = expiry.value.getTime() - now.getTime();
      if (lived <= limit && left - SKEW_MS > limit) {
        return { status: 'undetermined', why: `the token ${expires}, which is more than ${params[kind]} from now, but it was ${when}, and that is in the future: a clock is wrong; ${allowed}`, ...basis };
      }
      const evidence = `The token lives ${formatDuration(lived)}: ${when}, ${expires}; ${allowed}.`;
      return lived > limit ? violation(evidence, params[kind], basis) : { status: 'pass', evidence, ...basis };
    });
  },
};

function describe(lifetime: Lifetime): string {
  return lifetime === 'static' ? 'persistent tokens, and for kinds that live for ever by design' : `${lifetime} tokens`;
}

function violation(evidence: string, limit: string, basis: Basis): Verdict {
  return { status: 'violation', evidence, remedy: `Replace it by a token that lives at most ${limit}, and revoke this one.`, ...basis };
}
