import { NO_COUNTS } from '../../../src/model/index.ts';
import type { AuditResult, Finding, RunInfo } from '../../../src/model/index.ts';
import { NOW } from '../policy/record.ts';

export function resultOf(findings: readonly Finding[], run: Partial<RunInfo> = {}): AuditResult {
  return {
    tool: { name: 'tokenwarden', version: '0.0.0-test', catalogueDigest: 'c' },
    run: { id: 'run-1', startedAt: NOW, finishedAt: NOW, command: 'audit', targets: ['.'], policyDigest: 'p', ...run },
    coverage: { planned: NO_COUNTS, scanned: NO_COUNTS, skipped: [], complete: true },
    verification: { active: 0, inactive: 0, unknown: 0, notAttempted: 0, requests: {}, outages: [] },
    findings,
    rules: [],
    minConfidence: 'medium',
  };
}
