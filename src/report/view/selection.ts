import { SEVERITIES } from '../../model/index.ts';
import type { AuditResult, Confidence, Finding, Introspection, Severity } from '../../model/index.ts';
import { thousands } from './amount.ts';

const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low'];

/** Findings as a person is shown them: to act on, waived, and too unsure to cry wolf about. Order is kept. */
export interface Selection {
  readonly shown: readonly Finding[];
  readonly waived: readonly Finding[];
  /** Below the confidence of the run and nothing speaks for them; only their number is shown. */
  readonly hidden: readonly Finding[];
}

export function select({ findings, minConfidence }: Pick<AuditResult, 'findings' | 'minConfidence'>): Selection {
  const shown: Finding[] = [];
  const waived: Finding[] = [];
  const hidden: Finding[] = [];
  for (const finding of findings) {
    const list = finding.waiver !== undefined ? waived : isShown(finding, minConfidence) ? shown : hidden;
    list.push(finding);
  }
  return { shown, waived, hidden };
}

/** Sure enough, or an issuer has spoken for it, or it fails the run or ranks above low: then it is never hidden. */
export function isShown(finding: Finding, minConfidence: Confidence): boolean {
  return (
    CONFIDENCES.indexOf(finding.credential.confidence) <= CONFIDENCES.indexOf(minConfidence) ||
    finding.introspection.status === 'active' ||
    finding.lastKnown?.status === 'active' ||
    finding.failing ||
    finding.severity !== 'low'
  );
}

export type SeverityCounts = Readonly<Record<Severity, number>>;

export function countBySeverity(findings: readonly Finding[]): SeverityCounts {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

export function countByAnswer(findings: readonly Finding[]): Readonly<Record<Introspection['status'], number>> {
  const counts: Record<Introspection['status'], number> = { active: 0, inactive: 0, unknown: 0, notAttempted: 0 };
  for (const { introspection } of findings) counts[introspection.status] += 1;
  return counts;
}

/** `2 critical, 1 low`; empty text for none. */
export function severityList(findings: readonly Finding[]): string {
  const counts = countBySeverity(findings);
  return SEVERITIES.filter((severity) => counts[severity] > 0)
    .map((severity) => `${thousands(counts[severity])} ${severity}`)
    .join(', ');
}
