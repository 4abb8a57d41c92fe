import type { AuditOutcome } from '../audit.ts';
import type { Issuers } from '../assemble/index.ts';
import { isInstant } from '../lib/instant.ts';
import { reporterOf, type Action, type Decision, type Finding, type Plan, type RespondPolicy } from '../model/index.ts';
import { makePlan, type Circumstances, type PlanInput, type Revocable, type WantedLimit } from '../respond/plan/index.ts';
import type { Settings } from '../settings/index.ts';
import { VERSION } from './version.ts';

export interface PlanSetup {
  readonly issuers: Issuers | undefined;
  readonly policy: RespondPolicy;
  readonly now: Date;
  readonly requestedBy: string;
  /** Tools whose word is enough. */
  readonly trusted: readonly string[];
  readonly decide?: (action: Action, finding: Finding) => Decision;
  /** `rotations:` of the configuration. */
  readonly rotations?: Settings['rotations'];
  /** What a person chose. */
  readonly choose?: NonNullable<PlanInput['choose']>;
}

/** The response plan of a run. Holds no secret. */
export function planOf(outcome: AuditOutcome, { issuers, policy, now, requestedBy, trusted, decide, choose, rotations = [] }: PlanSetup): Plan {
  return makePlan({
    findings: outcome.result.findings,
    revocable: (finding, kind) => onlyReported(finding, trusted) ?? (issuers === undefined ? { manual: 'no issuer was asked in this run' } : kind === 'rotate' ? howToRotate(finding, issuers, rotations) : howTo(finding, issuers, policy.prefer, kind)),
    limitable: (finding, limit) => onlyReported(finding, trusted) ?? (issuers === undefined ? { manual: 'no issuer was asked in this run' } : howToLimit(finding, limit, issuers)),
    ...(choose === undefined ? {} : { choose }),
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
function howTo({ credential, introspection }: Finding, issuers: Issuers, prefer: RespondPolicy['prefer'], kind?: 'revoke' | 'deactivate'): Revocable | { readonly manual: string } {
  const store = introspection.store ?? '';
  const tokenId = introspection.status === 'active' ? introspection.facts.tokenId : undefined;
  const perSecond = issuers.requestsPerSecond(store);
  const more = perSecond === undefined ? {} : { perSecond };
  const way = tokenId === undefined ? undefined : issuers.revocationById(store);
  if (isOnlyListed(credential)) {
    if (kind === 'deactivate') return { manual: 'its issuer lists it, and it can only be revoked by its id' };
    return way === undefined ? { manual: 'its issuer lists it, but offers no revocation by its id' } : { ...way, store, through: 'id', ...more };
  }
  const byId = way === undefined ? {} : { byId: { method: way.method, reversible: way.reversible, sideEffects: way.sideEffects } };
  const switching = kind === 'deactivate' || (kind === undefined && prefer === 'reversible') ? issuers.deactivation(credential) : undefined;
  if (switching?.possible === true) return { ...asRevocable(switching), kind: 'deactivate', ...byId, ...more };
  if (kind === 'deactivate') return { manual: switching?.possible === false ? switching.why : 'its issuer cannot switch it off' };
  const revocation = issuers.revocation(credential);
  return revocation.possible ? { ...asRevocable(revocation), ...byId, ...more } : { manual: revocation.why };
}

/** By the one entry of `rotations:` for such tokens of this store. */
function howToRotate({ credential, introspection }: Finding, issuers: Issuers, rotations: Settings['rotations']): Revocable | { readonly manual: string } {
  const { store = '', host = '' } = introspection;
  const fitting = rotations.filter((one) => one.store === store && one.rule === credential.rule.id);
  const [entry] = fitting;
  if (entry === undefined || fitting.length > 1) return { manual: entry === undefined ? `no entry of rotations: says where the replacement goes (store ${store}, rule ${credential.rule.id})` : `several entries of rotations: are about it: ${fitting.map(({ name }) => name).join(', ')}` };
  if (isOnlyListed(credential)) return { manual: 'nobody has its secret, and a rotation needs it' };
  const perSecond = issuers.requestsPerSecond(store);
  const sideEffects = `The replacement is stored at ${entry.consumers.length} ${entry.consumers.length === 1 ? 'place' : 'places'} before the old one ends; that waits until the old one is quiet.`;
  return { store, host, method: `tokenwarden rotate ${entry.name}`, reversible: false, sideEffects, kind: 'rotate', rotation: entry.name, requests: 4 + 3 * entry.consumers.length, ...(perSecond === undefined ? {} : { perSecond }) };
}

function isOnlyListed({ occurrences }: Finding['credential']): boolean {
  return occurrences.length > 0 && occurrences.every(({ origin }) => origin.kind === 'issuer');
}

/** With the issuer's id of it, and the secret where that was found: what was merely listed needs our own credentials. */
function howToLimit({ credential, introspection }: Finding, limit: WantedLimit, issuers: Issuers): Revocable | { readonly manual: string } {
  const { store = '' } = introspection;
  const tokenId = introspection.status === 'active' ? introspection.facts.tokenId : undefined;
  if (tokenId === undefined) return { manual: 'its issuer does not say by which id it knows the token' };
  const isListed = isOnlyListed(credential);
  const way = issuers.limitation({ tokenId, ...(isListed ? { store, rule: credential.rule.id } : { credential }) }, limit);
  if (!way.possible) return { manual: way.why };
  const perSecond = issuers.requestsPerSecond(way.store);
  return { ...asRevocable(way), kind: limit.kind, ...(isListed ? { through: 'id' } : {}), ...(perSecond === undefined ? {} : { perSecond }) };
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
