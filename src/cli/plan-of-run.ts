import type { AuditOutcome } from '../audit.ts';
import type { Issuers } from '../assemble/index.ts';
import { isInstant } from '../lib/instant.ts';
import { reporterOf, type Action, type Decision, type Finding, type Plan, type RespondPolicy } from '../model/index.ts';
import { makePlan, type Circumstances, type PlanInput, type Revocable } from '../respond/plan/index.ts';
import { VERSION } from './version.ts';

export interface PlanSetup {
  readonly issuers: Issuers | undefined;
  readonly policy: RespondPolicy;
  readonly now: Date;
  readonly requestedBy: string;
  /** Tools whose word is enough. */
  readonly trusted: readonly string[];
  readonly decide?: (action: Action, finding: Finding) => Decision;
}

/** The response plan of a run. Holds no secret. */
export function planOf(outcome: AuditOutcome, { issuers, policy, now, requestedBy, trusted, decide }: PlanSetup): Plan {
  return makePlan({
    findings: outcome.result.findings,
    revocable: (finding) => onlyReported(finding, trusted) ?? (issuers === undefined ? { manual: 'no issuer was asked in this run' } : howTo(finding, issuers, policy.prefer)),
    readAgain: (origin) => outcome.readAgain.get(origin),
    revokeFor: ['leaked', 'recertify-every'],
    ...(outcome.surroundings === undefined ? {} : { circumstances: circumstancesOf(outcome.surroundings) }),
    ...(decide === undefined ? {} : { decide }),
    now,
    tool: `tokenwarden ${VERSION}`,
    requestedBy,
    respondDigest: policy.digest,
  });
}

/** What another tool alone tells of is answered by people: its report may be wrong, old, or made up. */
function onlyReported({ credential }: Finding, trusted: readonly string[]): { readonly manual: string } | undefined {
  const reporters = credential.occurrences.map(({ origin }) => reporterOf(origin));
  if (reporters.length === 0 || reporters.some((tool) => tool === undefined || trusted.includes(tool))) return undefined;
  return { manual: `only ${[...new Set(reporters)].sort().join(' and ')} tells of it, and no scan of ours has seen it (scan the place in the same run, or name the tool under ingest.trust)` };
}

/** What can be undone first, if policy does not want otherwise; for what was merely listed, the issuer's id. */
function howTo({ credential, introspection }: Finding, issuers: Issuers, prefer: RespondPolicy['prefer']): Revocable | { readonly manual: string } {
  const store = introspection.store ?? '';
  const tokenId = introspection.status === 'active' ? introspection.facts.tokenId : undefined;
  const perSecond = issuers.requestsPerSecond(store);
  const more = perSecond === undefined ? {} : { perSecond };
  const way = tokenId === undefined ? undefined : issuers.revocationById(store);
  if (credential.occurrences.length > 0 && credential.occurrences.every(({ origin }) => origin.kind === 'issuer')) {
    return way === undefined ? { manual: 'its issuer lists it, but offers no revocation by its id' } : { ...way, store, through: 'id', ...more };
  }
  const byId = way === undefined ? {} : { byId: { method: way.method, reversible: way.reversible, sideEffects: way.sideEffects } };
  const switching = prefer === 'reversible' ? issuers.deactivation(credential) : undefined;
  if (switching?.possible === true) return { ...asRevocable(switching), kind: 'deactivate', ...byId, ...more };
  const revocation = issuers.revocation(credential);
  return revocation.possible ? { ...asRevocable(revocation), ...byId, ...more } : { manual: revocation.why };
}

function asRevocable({ store, host, method, reversible, sideEffects }: Revocable): Revocable {
  return { store, host, method, reversible, sideEffects };
}

/** The earliest of what commits and earlier runs know; a run that sees a token for the first time knows no better. */
export function circumstancesOf(surroundings: NonNullable<AuditOutcome['surroundings']>): NonNullable<PlanInput['circumstances']> {
  return ({ id, credential, introspection }): Circumstances => {
    const { places = [], firstSeenAt } = surroundings({ id, credential, introspection });
    const committed = credential.occurrences.flatMap(({ origin }) => (origin.kind === 'commit' && origin.committedAt !== undefined ? [new Date(origin.committedAt)] : []));
    const exposed = [...committed, ...(firstSeenAt instanceof Date ? [firstSeenAt] : [])].filter(isInstant).sort((a, b) => a.getTime() - b.getTime())[0];
    const told = introspection.status === 'active' ? introspection.facts.owner : undefined;
    return {
      environments: [...new Set(places.flatMap(({ environment }) => (environment === undefined || environment === 'none' ? [] : [environment])))].sort(),
      owners: [...new Set([...places.flatMap(({ owners }) => owners?.names ?? []), ...(told === undefined ? [] : [told])])],
      ...(exposed === undefined ? {} : { exposedSince: exposed }),
    };
  };
}
