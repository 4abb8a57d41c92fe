import type { AuditOutcome } from '../audit.ts';
import type { LedgerLine } from '../respond/index.ts';
import type { RespondPolicy, WriteRecord } from '../model/index.ts';
import { circumstancesOf } from './plan-of-run.ts';

/** More lines than these of one run help nobody; how many were left out is on record. */
const MAX_FINDINGS = 500;

/** What an auditor wants to see of a run later: policy versions, coverage, what lives against the policy, and who accepted what. */
export function recordAudit(outcome: AuditOutcome, policy: RespondPolicy, append: (lines: readonly LedgerLine[]) => void): void {
  const lines: LedgerLine[] = [];
  const ledger: WriteRecord = (event, detail, fingerprint) => void lines.push({ event, detail, ...(fingerprint === undefined ? {} : { fingerprint }) });
  const { run, coverage, verification, findings, tool } = outcome.result;
  const around = outcome.surroundings === undefined ? undefined : circumstancesOf(outcome.surroundings);
  const live = findings.filter(({ introspection, verdicts }) => introspection.status === 'active' && verdicts.some(({ verdict }) => verdict.status === 'violation'));
  const waived = findings.filter(({ waiver }) => waiver !== undefined && waiver.kind !== 'baseline');
  for (const finding of live.filter(({ waiver }) => waiver === undefined).slice(0, MAX_FINDINGS)) {
    const known = around?.(finding);
    const broken = finding.verdicts.flatMap(({ check, verdict }) => (verdict.status === 'violation' ? [check] : []));
    ledger('finding.live', { finding: finding.id, rule: finding.credential.rule.id, severity: finding.severity, violates: broken, owners: known?.owners ?? [], ...(known?.exposedSince === undefined ? {} : { exposedSince: known.exposedSince.toISOString() }) }, finding.credential.fingerprint);
  }
  for (const { id, credential, waiver } of waived.slice(0, MAX_FINDINGS)) {
    if (waiver === undefined) continue;
    const { kind = 'waiver', owner, expires, requestedBy, approvedBy } = waiver;
    ledger('finding.waived', { finding: id, rule: credential.rule.id, kind, owner, expires, ...(requestedBy === undefined ? {} : { requestedBy }), ...(approvedBy === undefined ? {} : { approvedBy }) }, credential.fingerprint);
  }
  const { active, inactive, unknown, notAttempted } = verification;
  ledger('audit.finished', {
    policy: run.policyDigest,
    respond: policy.digest,
    catalogue: tool.catalogueDigest,
    version: tool.version,
    targets: run.targets.length,
    coverage: { complete: coverage.complete, planned: coverage.planned, scanned: coverage.scanned, gaps: coverage.skipped.length },
    findings: findings.length,
    failing: findings.filter(({ failing }) => failing).length,
    waived: findings.filter(({ waiver }) => waiver !== undefined).length,
    answers: { active, inactive, unknown, notAttempted },
    ...(live.length > MAX_FINDINGS ? { leftOut: live.length - MAX_FINDINGS } : {}),
  });
  append(lines);
}
