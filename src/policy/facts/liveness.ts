import type { ActiveFacts, Introspection, PolicyRecord, Verdict } from '../../model/index.ts';

/** `dead`: the issuer said inactive, or the token's own bytes say it expired. `unconfirmed`: nobody said either. */
export type Liveness = 'active' | 'dead' | 'unconfirmed';

export function livenessOf(introspection: Introspection): Liveness {
  switch (introspection.status) {
    case 'active':
      return 'active';
    case 'inactive':
      return 'dead';
    case 'unknown':
      return 'unconfirmed';
    case 'notAttempted':
      return introspection.why === 'expired-offline' ? 'dead' : 'unconfirmed';
  }
}

/**
 * The guard of every check that speaks of living tokens: a dead one has nothing left to judge, and of an unconfirmed
 * one nothing is claimed. Only an active one is judged.
 */
export function whereActive(record: PolicyRecord, judge: (facts: ActiveFacts) => Verdict): Verdict {
  const { introspection } = record;
  if (introspection.status === 'active') return judge(introspection.facts);
  return livenessOf(introspection) === 'dead'
    ? { status: 'notApplicable', why: 'the token is not active any more' }
    : { status: 'undetermined', why: `nobody has said whether the token is active (${unconfirmed(introspection)})` };
}

function unconfirmed(introspection: Introspection): string {
  return introspection.status === 'unknown' || introspection.status === 'notAttempted' ? `${introspection.status}: ${introspection.why}` : introspection.status;
}
