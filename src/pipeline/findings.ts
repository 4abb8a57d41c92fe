import { keyedHash, type FingerprintKey } from '../lib/fingerprint.ts';
import { isAtLeast } from '../model/index.ts';
import type { Confidence, Credential, Finding, Introspection, LastKnown, PolicyRecord, Severity, Surroundings } from '../model/index.ts';
import { isFailing, isViolating, judgeAll, ruleIdOf, severityOf, type Policy } from '../policy/judge/index.ts';

/** What is known of a credential beside its issuer's answer; `id` is that of its finding. */
export type SurroundingsOf = (asked: { readonly id: string; readonly credential: Credential; readonly introspection: Introspection }) => Surroundings;

export interface Judged {
  /** What is reported. */
  readonly findings: readonly Finding[];
  /** What an issuer merely listed and no policy minds: not reported, but remembered, so that later runs know since when and with which scopes it is there. */
  readonly quiet: readonly Finding[];
}

export interface JudgeOptions {
  readonly policy: Policy;
  readonly answers: ReadonlyMap<string, Introspection>;
  readonly now: Date;
  readonly fingerprintKey: FingerprintKey;
  readonly failOn: Severity;
  readonly minConfidence: Confidence;
  readonly onIssuerOutage: 'block' | 'warn';
  readonly lastKnown: (ids: readonly string[]) => ReadonlyMap<string, LastKnown>;
  /** Of the findings of all credentials, in their order, where they are known. */
  readonly ids?: readonly string[];
  /** Absent: nobody looked. */
  readonly surroundings?: SurroundingsOf;
}

const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low'];
const SEVERITY_RANK: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3 };

/**
 * Judges every credential. Those below `minConfidence` stay out unless their issuer says that they live; those that their
 * issuer merely listed are quiet, unless they live and break a policy. Sorted: severity, rule, id.
 */
export function toFindings(credentials: readonly Credential[], options: JudgeOptions): Judged {
  const { ids: known, now } = options;
  // Of nearly all findings of a scan the same is said.
  const silent = notAsked(now);
  const shown = credentials
    .map((credential, index) => ({ credential, index, introspection: options.answers.get(answerKey(credential)) ?? expired(credential, now) ?? silent }))
    .filter(({ credential, introspection }) => introspection.status === 'active' || isAtLeastConfidence(credential.confidence, options.minConfidence));
  const ids = shown.map(({ credential, index }) => known?.[index] ?? findingId(credential, options.fingerprintKey));
  const remembered = options.lastKnown(ids);
  const { policy } = options;
  const aboutNames: Policy = { ...policy, entries: policy.entries.filter(({ check }) => check.id === REFERENCE_CHECK) };
  const judged = shown.map(({ credential, introspection }, index) => toFinding(ids[index] as string, credential, introspection, remembered.get(ids[index] as string), credential.reference === undefined ? options : { ...options, policy: aboutNames }));
  const all = withoutBlamed(judged);
  const quiet = all.filter(({ credential, verdicts }) => isListed(credential) && !isViolating(verdicts));
  const unsaid = new Set(quiet);
  const findings = all.filter((finding) => !unsaid.has(finding));
  findings.sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0) || (a.id < b.id ? -1 : 1));
  return { findings, quiet };
}

/** The one check that judges what is known by name only: all others want the credential itself. */
export const REFERENCE_CHECK = 'static-where-short-lived-exists';

/** Without names for which a credential that was found is blamed already, and names that break nothing. */
function withoutBlamed(findings: readonly Finding[]): readonly Finding[] {
  const blamed = new Set(findings.filter(({ credential }) => credential.reference === undefined).flatMap(({ verdicts }) => verdicts.flatMap(({ check, verdict }) => (check === REFERENCE_CHECK && verdict.status === 'violation' ? (verdict.grounds ?? []).map(({ value }) => value) : []))));
  return findings.filter(({ credential: { reference }, verdicts }) => reference === undefined || (isViolating(verdicts) && !reference.names.some((name) => blamed.has(name))));
}

/** How `Asker.verify` keys its answers. */
export function answerKey(credential: Credential): string {
  return `${credential.fingerprint}|${credential.rule.id}`;
}

function toFinding(id: string, credential: Credential, introspection: Introspection, remembered: LastKnown | undefined, options: JudgeOptions): Finding {
  const record: PolicyRecord = { credential, introspection, ...(options.surroundings === undefined ? {} : { surroundings: options.surroundings({ id, credential, introspection }) }) };
  const verdicts = judgeAll(record, options.policy, options.now);
  const lastKnown = introspection.status === 'active' || introspection.status === 'inactive' ? undefined : remembered;
  const forgiven = introspection.status === 'unknown' && options.onIssuerOutage === 'warn';
  const isNamed = credential.reference !== undefined;
  const severity = isNamed ? (verdicts[0]?.severity ?? 'medium') : severityOf(record, verdicts);
  return {
    id,
    credential,
    introspection,
    verdicts,
    severity,
    ruleId: ruleIdOf(credential.rule.id, introspection, verdicts, lastKnown),
    ...(lastKnown === undefined ? {} : { lastKnown }),
    failing: !forgiven && !isBeside(record) && (isNamed ? isAtLeast(severity, options.failOn) : isFailing(record, verdicts, options)),
  };
}

/** While something is promoted, what does not travel with it is reported, and no reason to stop it. */
function isBeside({ surroundings }: PolicyRecord): boolean {
  return surroundings?.promotion !== undefined && surroundings.places?.every(({ side }) => side !== 'from') === true;
}

function isListed({ occurrences }: Credential): boolean {
  return occurrences.every(({ origin }) => origin.kind === 'issuer');
}

/** The published id of a finding. */
export function findingId(credential: Credential, key: FingerprintKey): string {
  return keyedHash(key, 'finding', [credential.rule.id, credential.fingerprint], 10);
}

function isAtLeastConfidence(confidence: Confidence, floor: Confidence): boolean {
  return CONFIDENCES.indexOf(confidence) <= CONFIDENCES.indexOf(floor);
}

/** Clocks may differ by this much. */
const SKEW_MS = 5 * 60_000;

/** What is known of a credential whose issuer nobody asked, where its own bytes say that it has expired. */
function expired({ facts }: Credential, at: Date): Introspection | undefined {
  const expiresAt = facts?.expiresAt;
  if (!(expiresAt instanceof Date) || expiresAt.getTime() + SKEW_MS >= at.getTime()) return undefined;
  return { status: 'notAttempted', why: 'expired-offline', detail: `the token itself says that it expired at ${expiresAt.toISOString()}`, at, method: 'none' };
}

function notAsked(at: Date): Introspection {
  return { status: 'notAttempted', why: 'no-verify', detail: 'no issuer was asked in this run', at, method: 'none' };
}
