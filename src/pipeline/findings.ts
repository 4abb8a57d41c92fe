import { keyedHash, type FingerprintKey } from '../lib/fingerprint.ts';
import { isAtLeast, type Confidence, type Credential, type Finding, type Introspection, type LastKnown, type Severity } from '../model/index.ts';
import { isViolating, judgeAll, severityOf, type Policy } from '../policy/judge/index.ts';

export interface JudgeOptions {
  readonly policy: Policy;
  readonly answers: ReadonlyMap<string, Introspection>;
  readonly now: Date;
  readonly fingerprintKey: FingerprintKey;
  readonly failOn: Severity;
  readonly minConfidence: Confidence;
  readonly onIssuerOutage: 'block' | 'warn';
  readonly lastKnown: (ids: readonly string[]) => ReadonlyMap<string, LastKnown>;
}

const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low'];
const SEVERITY_RANK: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 };

/** Judges every credential. Those below `minConfidence` stay out unless their issuer says that they live. Sorted: severity, rule, id. */
export function toFindings(credentials: readonly Credential[], options: JudgeOptions): readonly Finding[] {
  const shown = credentials
    .map((credential) => ({ credential, introspection: options.answers.get(answerKey(credential)) ?? notAsked(options.now) }))
    .filter(({ credential, introspection }) => introspection.status === 'active' || isAtLeastConfidence(credential.confidence, options.minConfidence));
  const ids = shown.map(({ credential }) => findingId(credential, options.fingerprintKey));
  const remembered = options.lastKnown(ids);
  const findings = shown.map(({ credential, introspection }, index) => toFinding(ids[index] as string, credential, introspection, remembered.get(ids[index] as string), options));
  return findings.sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0) || (a.id < b.id ? -1 : 1));
}

/** How `Asker.verify` keys its answers. */
export function answerKey(credential: Credential): string {
  return `${credential.fingerprint}|${credential.rule.id}`;
}

function toFinding(id: string, credential: Credential, introspection: Introspection, remembered: LastKnown | undefined, options: JudgeOptions): Finding {
  const record = { credential, introspection };
  const verdicts = judgeAll(record, options.policy, options.now);
  const severity = severityOf(record, verdicts);
  const lastKnown = introspection.status === 'active' || introspection.status === 'inactive' ? undefined : remembered;
  const live = introspection.status === 'active' ? isViolating(verdicts) : lastKnown?.status === 'active' && lastKnown.violating;
  const forgiven = introspection.status === 'inactive' || (introspection.status === 'unknown' && options.onIssuerOutage === 'warn');
  const permitted = introspection.status === 'active' && !isViolating(verdicts);
  return {
    id,
    credential,
    introspection,
    verdicts,
    severity,
    ruleId: live ? `${credential.rule.id}/live` : credential.rule.id,
    ...(lastKnown === undefined ? {} : { lastKnown }),
    failing: !forgiven && !permitted && isAtLeast(severity, options.failOn),
  };
}

function findingId(credential: Credential, key: FingerprintKey): string {
  return keyedHash(key, 'finding', [credential.rule.id, credential.fingerprint]).slice(0, 20);
}

function isAtLeastConfidence(confidence: Confidence, floor: Confidence): boolean {
  return CONFIDENCES.indexOf(confidence) <= CONFIDENCES.indexOf(floor);
}

function notAsked(at: Date): Introspection {
  return { status: 'notAttempted', why: 'no-verify', detail: 'no issuer was asked in this run', at, method: 'none' };
}
