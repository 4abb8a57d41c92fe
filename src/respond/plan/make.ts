import { createHash } from 'node:crypto';
import { Secret, pathOf } from '../../model/index.ts';
import type { Action, CheckedVerdict, Decision, Finding, ManualStep, Occurrence, Origin, Plan } from '../../model/index.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { formatInstant, isInstant } from '../../lib/instant.ts';
import { PROOF_DELAYS_MS } from '../apply/prove.ts';
import { breakageOf } from './breakage.ts';
import { digestOf } from './digest.ts';
import { identityOf } from './identity.ts';
import { mapStrings } from './map-strings.ts';
import { PLAN_TTL_MS } from './read.ts';
import { readableOnes } from './read-again.ts';

/** How a store can be told to revoke the token of a finding. */
export interface Revocable {
  readonly store: string;
  readonly host: string;
  /** For people: `POST revocation_endpoint (RFC 7009)`. */
  readonly method: string;
  readonly reversible: boolean;
  readonly sideEffects: string;
  /** Default: `revoke`. */
  readonly kind?: 'revoke' | 'deactivate';
  /** Default: `secret`. */
  readonly through?: 'secret' | 'id';
  /** How the store could be told without the secret. */
  readonly byId?: NonNullable<Action['byId']>;
  /** What the store allows. */
  readonly perSecond?: number;
}

/** What is known of a finding's token beside its issuer's answer. */
export interface Circumstances {
  readonly environments: readonly string[];
  readonly owners: readonly string[];
  readonly exposedSince?: Date;
}

export interface PlanInput {
  readonly findings: readonly Finding[];
  /** How, or why no machine may. */
  readonly revocable: (finding: Finding) => Revocable | { readonly manual: string };
  /** Where the bytes of an origin can be read again; undefined where they cannot. */
  readonly readAgain: (origin: Origin) => Occurrence | undefined;
  readonly now: Date;
  /** How long the plan may be applied. Default and most: 24 hours. */
  readonly ttlMs?: number;
  /** `tokenwarden 0.1.0`. */
  readonly tool: string;
  /** Violations of these checks by an active token lead to an action; all others to a step for a person. Default: `leaked`. */
  readonly revokeFor?: readonly string[];
  /** Absent: nobody looked. */
  readonly circumstances?: (finding: Finding) => Circumstances;
  /** What the rules of `respond:` make of an action; absent: nobody asked them. */
  readonly decide?: (action: Action, finding: Finding) => Decision;
  /** Who has the plan made. */
  readonly requestedBy?: string;
  readonly respondDigest?: string;
}

/**
 * Plans the response to findings, in their order. An active token that violates a check of `revokeFor` is to be revoked at
 * its store, or by hand where no machine may. Other violations of active tokens, and findings that fail the run though nobody
 * said whether the token lives, become steps for a person. Dead and waived ones need nothing. Holds no secret, not even
 * in a path or an identity that repeats it.
 */
export function makePlan(input: PlanInput): Plan {
  const revokeFor = new Set(input.revokeFor ?? ['leaked']);
  const actions: Action[] = [];
  const manual: ManualStep[] = [];
  for (const finding of input.findings.filter(({ waiver }) => waiver === undefined)) {
    const hidden = Secret.redactor([finding.credential.secret, ...finding.credential.companions.map(({ secret }) => secret)]);
    const broken = violations(finding);
    const how = broken.some(({ check }) => revokeFor.has(check)) && finding.introspection.status === 'active' ? input.revocable(finding) : undefined;
    if (how !== undefined && !('manual' in how)) actions.push(mapStrings(actionFor(finding, how, input), hidden));
    else manual.push(...stepsFor(finding, broken, how?.manual, input).map((step) => mapStrings(step, hidden)));
  }
  const plan: Omit<Plan, 'digest'> = {
    schemaVersion: 1,
    createdAt: input.now.toISOString(),
    expiresAt: new Date(input.now.getTime() + Math.min(input.ttlMs ?? PLAN_TTL_MS, PLAN_TTL_MS)).toISOString(),
    tool: input.tool,
    ...(input.requestedBy === undefined ? {} : { requestedBy: input.requestedBy }),
    ...(input.respondDigest === undefined ? {} : { respondDigest: input.respondDigest }),
    actions,
    manual,
  };
  return { ...plan, digest: digestOf(plan) };
}

interface Violation {
  readonly check: string;
  readonly evidence: string;
  readonly remedy: string;
}

function violations({ verdicts }: Finding): readonly Violation[] {
  return verdicts.flatMap(({ check, verdict }: CheckedVerdict) => (verdict.status === 'violation' ? [{ check, evidence: verdict.evidence, remedy: verdict.remedy }] : []));
}

/** One question, the mutation, and the questions of the proof. */
const REQUESTS = 2 + PROOF_DELAYS_MS.length;

function actionFor(finding: Finding, how: Revocable, input: PlanInput): Action {
  const { credential, introspection } = finding;
  const facts = introspection.status === 'active' ? introspection.facts : {};
  const kind = how.kind ?? 'revoke';
  const around = input.circumstances?.(finding);
  const action: Action = {
    id: createHash('sha256').update(canonicalJson([kind, how.store, how.host, credential.rule.id, credential.fingerprint])).digest('hex').slice(0, 12),
    kind,
    findingId: finding.id,
    fingerprint: credential.fingerprint,
    rule: credential.rule.id,
    store: how.store,
    host: how.host,
    method: how.method,
    why: violations(finding).map(({ check, evidence }) => `${check}: ${evidence}`),
    reversible: how.reversible,
    sideEffects: how.sideEffects,
    ...identityOf(facts),
    ...instant('expiresAt', facts.exp),
    ...instant('lastUsedAt', facts.lastUsedAt),
    readAgain: readableOnes(credential.occurrences, input.readAgain),
    ...(how.through === undefined ? {} : { through: how.through }),
    ...(how.byId === undefined || facts.tokenId === undefined ? {} : { byId: how.byId }),
    ...placesOf(finding),
    ...(around === undefined ? {} : aroundIt(around)),
    breakage: breakageOf(facts, around, how, input.now),
    ...(how.perSecond === undefined ? {} : { cost: { requests: REQUESTS, perSecond: how.perSecond } }),
  };
  const decision = input.decide?.(action, finding);
  return decision === undefined ? action : { ...action, decision };
}

function aroundIt({ environments, owners, exposedSince }: Circumstances): Pick<Action, 'environments' | 'owners' | 'exposedSince'> {
  return { environments, owners, ...(exposedSince === undefined ? {} : { exposedSince: exposedSince.toISOString() }) };
}

const MAX_PLACES = 20;

function placesOf({ credential }: Finding): Pick<Action, 'places'> {
  const places = credential.occurrences.slice(0, MAX_PLACES).map(({ origin, region }) => (origin.kind === 'issuer' ? pathOf(origin) : `${pathOf(origin)}:${region.startLine}`));
  return { places };
}

function instant<Name extends 'expiresAt' | 'lastUsedAt'>(name: Name, value: Date | 'never' | undefined): { readonly [key in Name]?: string } {
  if (value === 'never') return { [name]: 'never' } as { [key in Name]: string };
  return isInstant(value) ? ({ [name]: formatInstant(value) } as { [key in Name]: string }) : {};
}

/** What no issuer is told, said outright. */
function cannotChange(broken: readonly Violation[]): readonly string[] {
  const checks = new Set(broken.map(({ check }) => check));
  const wanted = [...(checks.has('max-lifetime') || checks.has('no-expiry') ? ['shorten the life'] : []), ...(checks.has('over-scoped') ? ['narrow the scopes'] : [])];
  return wanted.length === 0 ? [] : [`tokenwarden cannot ${wanted.join(' or ')} of a token that is in use, at any issuer: "tokenwarden rotate" replaces it by one that has what policy allows, where the issuer can.`];
}

function stepsFor(finding: Finding, broken: readonly Violation[], noMachine: string | undefined, input: PlanInput): readonly ManualStep[] {
  const { id: findingId, introspection, credential } = finding;
  const rule = credential.rule.id;
  const evidence = broken.map(({ check, evidence }) => `${check}: ${evidence}`).join(' ');
  const owners = input.circumstances?.(finding).owners ?? [];
  const { store, host } = introspection;
  const tokenId = introspection.status === 'active' ? introspection.facts.tokenId : undefined;
  const about = {
    references: credential.rule.references,
    ...(owners.length === 0 ? {} : { owners }),
    ...placesOf(finding),
    ...(store === undefined || host === undefined ? {} : { recheck: { fingerprint: credential.fingerprint, store, host, ...(tokenId === undefined ? {} : { tokenId }), readAgain: readableOnes(credential.occurrences, input.readAgain) } }),
  };
  if (noMachine !== undefined) return [{ findingId, rule, why: `${evidence} No machine may revoke it: ${noMachine}.`, steps: credential.rule.revokeByHand, ...about }];
  if (credential.reference !== undefined) return [{ findingId, rule, why: evidence, steps: broken.map(({ remedy }) => remedy).join(' '), ...about }];
  if (introspection.status === 'active' && broken.length > 0) return [{ findingId, rule, why: evidence, steps: [...new Set([...broken.map(({ remedy }) => remedy), ...cannotChange(broken)])].join(' '), ...about }];
  if ((introspection.status === 'unknown' || introspection.status === 'notAttempted') && finding.failing) {
    const said = `Nobody has said whether the token is active (${introspection.status}: ${introspection.why}): treat it as live.`;
    return [{ findingId, rule, why: evidence === '' ? said : `${said} ${evidence}`, steps: credential.rule.revokeByHand, ...about }];
  }
  return [];
}
