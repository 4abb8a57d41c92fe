import type { AuditResult, Finding, LastKnown } from '../model/index.ts';
import type { FindingMemory, RunMemory } from './inventory.ts';
import { unpackText } from './packed-text.ts';
import type { FindingRow, RunRow } from './schema.ts';

export function runRow(result: AuditResult, report: string, number: number): RunRow {
  const { run, tool, findings, coverage } = result;
  return {
    id: run.id,
    command: run.command,
    tool_version: tool.version,
    policy_digest: run.policyDigest,
    started_at: run.startedAt.toISOString(),
    finished_at: run.finishedAt.toISOString(),
    targets: JSON.stringify(run.targets),
    findings: findings.length,
    failing: findings.filter(({ failing }) => failing).length,
    complete: coverage.complete ? 1 : 0,
    report,
    number,
  };
}

/** An introspection that says neither active nor inactive leaves the `known_` columns null; on conflict the older ones stay. */
export function findingRow(finding: Finding, run: AuditResult['run']): FindingRow {
  const { introspection, credential } = finding;
  const known = introspection.status === 'active' || introspection.status === 'inactive';
  const seen = run.finishedAt.toISOString();
  return {
    id: finding.id,
    rule: credential.rule.id,
    fingerprint: credential.fingerprint,
    masked: credential.secret.masked,
    severity: finding.severity,
    first_seen: seen,
    last_seen: seen,
    first_run: run.id,
    last_run: run.id,
    last_status: introspection.status,
    known_status: known ? introspection.status : null,
    known_violating: known ? (finding.verdicts.some(({ verdict }) => verdict.status === 'violation') ? 1 : 0) : null,
    known_at: known ? introspection.at.toISOString() : null,
    known_facts: introspection.status === 'active' ? JSON.stringify(introspection.facts) : null,
    recorded_scopes: null,
    recorded_at: null,
    genuine_use: null,
  };
}

export type KnownRow = Pick<FindingRow, 'known_status' | 'known_violating' | 'known_at'>;

export function lastKnownOf({ known_status: status, known_violating: violating, known_at: at }: KnownRow): LastKnown | undefined {
  return (status === 'active' || status === 'inactive') && at !== null ? { status, violating: violating === 1, at: new Date(at) } : undefined;
}

export function findingMemory(row: FindingRow): FindingMemory {
  const lastKnown = lastKnownOf(row);
  return {
    id: row.id,
    rule: row.rule,
    fingerprint: row.fingerprint,
    masked: row.masked,
    severity: row.severity,
    firstSeen: new Date(row.first_seen),
    lastSeen: new Date(row.last_seen),
    firstRun: row.first_run,
    lastRun: row.last_run,
    lastStatus: row.last_status,
    ...(lastKnown === undefined ? {} : { lastKnown }),
    ...(row.known_facts === null ? {} : { knownFacts: JSON.parse(row.known_facts) as Readonly<Record<string, unknown>> }),
  };
}

export function runMemory(row: RunRow): RunMemory {
  return {
    id: row.id,
    command: row.command,
    startedAt: new Date(row.started_at),
    finishedAt: new Date(row.finished_at),
    targets: JSON.parse(row.targets) as readonly string[],
    policyDigest: row.policy_digest,
    findings: row.findings,
    failing: row.failing,
    complete: row.complete === 1,
    ...(row.report === null ? {} : { report: unpackText(row.report) }),
  };
}
