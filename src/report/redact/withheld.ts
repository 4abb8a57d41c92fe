import type { AuditResult, Finding, Introspection } from '../../model/index.ts';
import { SEVERITIES } from '../../model/index.ts';

/**
 * The same result for readers who may be anybody: where each secret lies, and nothing of whether it works, what it may do, for whom it
 * acts or which issuer was asked. Severity is that of a credential nobody has asked about, and the order follows it, so that neither tells.
 */
export function withheld(result: AuditResult): AuditResult {
  const findings = result.findings.map((finding) => hide(finding, result.run.startedAt));
  findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0) || (a.id < b.id ? -1 : 1));
  return {
    ...result,
    findings,
    coverage: { ...result.coverage, skipped: result.coverage.skipped.filter(({ reason }) => reason !== 'listing-incomplete') },
    verification: { active: 0, inactive: 0, unknown: 0, notAttempted: findings.length, requests: {}, outages: [] },
  };
}

function hide(finding: Finding, at: Date): Finding {
  const { facts: _facts, ...credential } = finding.credential;
  const { lastKnown: _lastKnown, idleWaiver, alert: _alert, ...rest } = finding;
  const introspection: Introspection = { status: 'notAttempted', why: 'withheld', detail: '', at, method: 'none' };
  return {
    ...rest,
    credential: { ...credential, features: {}, hosts: [] },
    introspection,
    verdicts: [],
    severity: credential.confidence,
    ruleId: credential.rule.id,
    ...(idleWaiver === undefined ? {} : { idleWaiver: { ...idleWaiver, why: idleWaiver.state === 'void' ? 'it does not hold' : idleWaiver.why } }),
  };
}
