import { createHash } from 'node:crypto';
import { Secret } from '../../model/index.ts';
import type { Action, CheckedVerdict, Finding, ManualStep, Occurrence, Origin, Plan } from '../../model/index.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { formatInstant, isInstant } from '../../lib/instant.ts';
import { digestOf } from './digest.ts';
import { identityOf } from './identity.ts';
import { mapStrings } from './map-strings.ts';
import { readableOnes } from './read-again.ts';

/** How a store can be told to revoke the token of a finding. */
export interface Revocable {
  readonly store: string;
  readonly host: string;
  /** For people: `POST revocation_endpoint (RFC 7009)`. */
  readonly method: string;
  readonly reversible: boolean;
  readonly sideEffects: string;
}

export interface PlanInput {
  readonly findings: readonly Finding[];
  /** How, or why no machine may. */
  readonly revocable: (finding: Finding) => Revocable | { readonly manual: string };
  /** Where the bytes of an origin can be read again; undefined where they cannot. */
  readonly readAgain: (origin: Origin) => Occurrence | undefined;
  readonly now: Date;
  /** How long the plan may be applied. Default 24 hours. */
  readonly ttlMs?: number;
  /** `tokenwarden 0.1.0`. */
  readonly tool: string;
  /** Violations of these checks by an active token lead to an action; all others to a step for a person. Default: `leaked`. */
  readonly revokeFor?: readonly string[];
}

const DAY_MS = 86_400_000;

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
    else manual.push(...stepsFor(finding, broken, how?.manual).map((step) => mapStrings(step, hidden)));
  }
  const plan: Omit<Plan, 'digest'> = {
    schemaVersion: 1,
    createdAt: input.now.toISOString(),
    expiresAt: new Date(input.now.getTime() + (input.ttlMs ?? DAY_MS)).toISOString(),
    tool: input.tool,
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

function actionFor(finding: Finding, how: Revocable, input: PlanInput): Action {
  const { credential, introspection } = finding;
  const facts = introspection.status === 'active' ? introspection.facts : {};
  return {
    id: createHash('sha256').update(canonicalJson(['revoke', how.store, how.host, credential.rule.id, credential.fingerprint])).digest('hex').slice(0, 12),
    kind: 'revoke',
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
  };
}

function instant<Name extends 'expiresAt' | 'lastUsedAt'>(name: Name, value: Date | 'never' | undefined): { readonly [key in Name]?: string } {
  if (value === 'never') return { [name]: 'never' } as { [key in Name]: string };
  return isInstant(value) ? ({ [name]: formatInstant(value) } as { [key in Name]: string }) : {};
}

function stepsFor(finding: Finding, broken: readonly Violation[], noMachine: string | undefined): readonly ManualStep[] {
  const { id: findingId, introspection, credential } = finding;
  const rule = credential.rule.id;
  const evidence = broken.map(({ check, evidence }) => `${check}: ${evidence}`).join(' ');
  if (noMachine !== undefined) return [{ findingId, rule, why: `${evidence} No machine may revoke it: ${noMachine}.`, steps: credential.rule.revokeByHand }];
  if (introspection.status === 'active' && broken.length > 0) return [{ findingId, rule, why: evidence, steps: [...new Set(broken.map(({ remedy }) => remedy))].join(' ') }];
  if ((introspection.status === 'unknown' || introspection.status === 'notAttempted') && finding.failing) {
    const said = `Nobody has said whether the token is active (${introspection.status}: ${introspection.why}): treat it as live.`;
    return [{ findingId, rule, why: evidence === '' ? said : `${said} ${evidence}`, steps: credential.rule.revokeByHand }];
  }
  return [];
}
