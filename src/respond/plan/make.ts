import { createHash } from 'node:crypto';
import { Secret, pathOf } from '../../model/index.ts';
import type { Action, ActionKind, ActiveFacts, CheckedVerdict, Decision, Finding, ManualStep, Occurrence, Origin, Plan } from '../../model/index.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { formatInstant, isInstant } from '../../lib/instant.ts';
import { PROOF_DELAYS_MS } from '../apply/prove.ts';
import { breakageOf } from './breakage.ts';
import { digestOf } from './digest.ts';
import { byHand } from './by-hand.ts';
import { identityOf } from './identity.ts';
import type { WantedLimit } from './limits.ts';
import { mapStrings } from './map-strings.ts';
import { PLAN_TTL_MS } from './read.ts';
import { readableOnes } from './read-again.ts';
import { waysFor } from './ways.ts';
import type { Choice, Refusal, Violation, Way } from './ways.ts';

/** How a store can be told to revoke the token of a finding. */
export interface Revocable {
  readonly store: string;
  readonly host: string;
  /** For people: `POST revocation_endpoint (RFC 7009)`. */
  readonly method: string;
  readonly reversible: boolean;
  readonly sideEffects: string;
  /** Default: `revoke`. */
  readonly kind?: Exclude<ActionKind, 'issue'>;
  /** Of a rotation: its name in the configuration. */
  readonly rotation?: string;
  /** Default: `secret`. */
  readonly through?: 'secret' | 'id';
  /** How the store could be told without the secret. */
  readonly byId?: NonNullable<Action['byId']>;
  /** Beyond question, mutation and proof. */
  readonly requests?: number;
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
  /** How, or why no machine may. With `kind` that and nothing else; without, what policy prefers. */
  readonly revocable: (finding: Finding, kind?: 'revoke' | 'deactivate' | 'rotate') => Revocable | { readonly manual: string };
  /** How a living token can be limited. Absent: nobody looked, and no plan does it. */
  readonly limitable?: (finding: Finding, limit: WantedLimit) => Revocable | { readonly manual: string };
  /** What a person wants done about an active token instead of what its violations ask for. */
  readonly choose?: (finding: Finding) => Choice | undefined;
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
 * its store; one that may only do too much, or live too long, is limited to what policy allows and goes on living; and what a person
 * chose is done instead. By hand where no machine may. Other violations of active tokens, and findings that fail the run though
 * nobody said whether the token lives, become steps for a person. Dead and waived ones need nothing. Holds no secret, not even
 * in a path or an identity that repeats it.
 */
export function makePlan(input: PlanInput): Plan {
  const actions: Action[] = [];
  const manual: ManualStep[] = [];
  for (const finding of input.findings.filter(({ waiver }) => waiver === undefined)) {
    const hidden = Secret.redactor([finding.credential.secret, ...finding.credential.companions.map(({ secret }) => secret)]);
    const broken = violations(finding);
    const ways = waysFor(finding, broken, input);
    for (const way of ways) if ('how' in way) actions.push(mapStrings(actionFor(finding, way, input), hidden));
    const isAnswered = ({ check }: Violation): boolean => ways.some((way) => 'how' in way && (way.answers === 'all' || way.answers.includes(check)));
    const left = broken.filter((one) => !isAnswered(one));
    const refusals = ways.flatMap((way) => ('how' in way ? [] : [way]));
    if (ways.some((way) => 'how' in way) && left.length === 0) continue;
    manual.push(...stepsFor(finding, ways.length === 0 ? broken : left, refusals, input).map((step) => mapStrings(step, hidden)));
  }
  const plan: Omit<Plan, 'digest'> = {
    schemaVersion: 1,
    createdAt: input.now.toISOString(),
    expiresAt: new Date(endOfPlan(input)).toISOString(),
    tool: input.tool,
    ...(input.requestedBy === undefined ? {} : { requestedBy: input.requestedBy }),
    ...(input.respondDigest === undefined ? {} : { respondDigest: input.respondDigest }),
    actions,
    manual,
  };
  return { ...plan, digest: digestOf(plan) };
}

function violations({ verdicts }: Finding): readonly Violation[] {
  return verdicts.flatMap(({ check, verdict }: CheckedVerdict) => (verdict.status === 'violation' ? [{ check, evidence: verdict.evidence, remedy: verdict.remedy }] : []));
}

/** One question, the mutation, and the questions of the proof. */
const REQUESTS = 2 + PROOF_DELAYS_MS.length;

function actionFor(finding: Finding, { how, limit, notes = [] }: Way, input: PlanInput): Action {
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
    why: [...violations(finding).map(({ check, evidence }) => `${check}: ${evidence}`), ...notes],
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
    breakage: breakageOf(facts, around, how, input.now, limit),
    ...(limit?.kind === 'shorten' ? { until: formatInstant(limit.until) } : {}),
    ...(limit?.kind === 'narrow' ? { keep: limit.keep } : {}),
    ...(how.rotation === undefined ? {} : { rotation: how.rotation }),
    ...(how.perSecond === undefined ? {} : { cost: { requests: REQUESTS + (how.requests ?? 0), perSecond: how.perSecond } }),
  };
  const told: Action = { ...action, usable: { with: usableWith(action), until: new Date(Math.min(endOfPlan(input), endOfToken(facts.exp, input.now))).toISOString() } };
  const decision = input.decide?.(told, finding);
  return decision === undefined ? told : { ...told, decision };
}

function usableWith({ through, byId, readAgain }: Action): NonNullable<Action['usable']>['with'] {
  if (through === 'id') return ['id'];
  return [...(readAgain.length === 0 ? [] : (['occurrence'] as const)), 'given', ...(byId === undefined ? [] : (['id'] as const))];
}

function endOfPlan({ now, ttlMs = PLAN_TTL_MS }: PlanInput): number {
  return now.getTime() + Math.min(ttlMs, PLAN_TTL_MS);
}

/** One whose end is past and that lives all the same ends when somebody ends it. */
function endOfToken(exp: ActiveFacts['exp'], now: Date): number {
  return isInstant(exp) && exp > now ? exp.getTime() : Infinity;
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

function stepsFor(finding: Finding, broken: readonly Violation[], refusals: readonly Refusal[], input: PlanInput): readonly ManualStep[] {
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
  const cannot = refusals.map(({ verb, why }) => `No machine may ${verb} it: ${why}.`);
  if (refusals.some(({ verb }) => verb !== 'shorten' && verb !== 'narrow')) return [{ findingId, rule, why: [evidence, ...cannot].filter((text) => text !== '').join(' '), steps: byHand(credential.rule), ...about }];
  if (credential.reference !== undefined) return [{ findingId, rule, why: evidence, steps: broken.map(({ remedy }) => remedy).join(' '), ...about }];
  if (introspection.status === 'active' && (broken.length > 0 || cannot.length > 0)) {
    return [{ findingId, rule, why: [evidence, ...cannot].filter((text) => text !== '').join(' '), steps: [...new Set(broken.map(({ remedy }) => remedy)), byHand(credential.rule)].join(' '), ...about }];
  }
  if ((introspection.status === 'unknown' || introspection.status === 'notAttempted') && finding.failing) {
    const said = `Nobody has said whether the token is active (${introspection.status}: ${introspection.why}): treat it as live.`;
    return [{ findingId, rule, why: evidence === '' ? said : `${said} ${evidence}`, steps: byHand(credential.rule), ...about }];
  }
  return [];
}
