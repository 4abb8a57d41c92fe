import type { AuditResult, Finding, Reporter } from '../model/index.ts';
import { reportedCredential, reportedRule, SCHEMA_ID, SCHEMA_VERSION, sortedKeys, toJson, wasAsked } from './json/document.ts';
import type { ReportDocument, ReportedFinding } from './json/document.ts';
import { redacted } from './redact/result.ts';
import { primaryFirst } from './view/places.ts';

/** For other programs: everything, hidden and waived findings included. Schema in `schema/report.schema.json`. */
export const reporter: Reporter = {
  format: 'json',
  description: 'Everything that is known, for other programs; read back by `tokenwarden explain --from`',
  render: (result) => {
    const places = result.findings.reduce((sum, { credential }) => sum + credential.occurrences.length, 0);
    const document = documentOf(redacted(result), places > MAX_PLACES ? Math.max(100, Math.floor(MAX_PLACES / result.findings.length)) : Infinity);
    return `${JSON.stringify(document, null, places > INDENTED_PLACES ? 0 : 2)}\n`;
  },
};

/** A string holds 512 MiB, and a place takes about 350 bytes, half of it without indentation. */
const INDENTED_PLACES = 250_000;
/** Over it each finding keeps its first places and says in `locationsLeftOut` how many are missing. */
const MAX_PLACES = 1_500_000;

function documentOf(result: AuditResult, maxPlaces: number): ReportDocument {
  const { tool, coverage, verification, minConfidence, failOn } = result;
  return {
    $schema: SCHEMA_ID,
    schemaVersion: SCHEMA_VERSION,
    tool: { name: tool.name, version: tool.version, catalogueDigest: tool.catalogueDigest },
    run: { ...toJson(result.run), introspectedAt: askedTimes(result.findings) },
    coverage: toJson(coverage),
    verification: { ...verification, requests: sortedKeys(verification.requests) },
    minConfidence,
    ...(failOn === undefined ? {} : { failOn }),
    findings: result.findings.map((finding) => findingOf(finding, maxPlaces)),
    rules: result.rules.map(reportedRule),
  };
}

function askedTimes(findings: readonly Finding[]): Readonly<Record<string, string>> {
  return sortedKeys(Object.fromEntries(findings.filter(wasAsked).map(({ id, introspection }) => [id, introspection.at.toISOString()])));
}

function findingOf(finding: Finding, maxPlaces: number): ReportedFinding {
  const { id, ruleId, severity, failing, credential, verdicts, lastKnown, waiver } = finding;
  const places = primaryFirst(credential.occurrences);
  const leftOut = places.length - maxPlaces;
  const { at: _clock, ...introspection } = finding.introspection;
  return {
    id,
    ruleId,
    severity,
    confidence: credential.confidence,
    masked: credential.secret.masked,
    failing,
    credential: reportedCredential(credential),
    locations: leftOut > 0 ? places.slice(0, maxPlaces) : places,
    ...(leftOut > 0 ? { locationsLeftOut: leftOut } : {}),
    introspection: toJson(introspection),
    verdicts,
    ...(lastKnown === undefined ? {} : { lastKnown: toJson(lastKnown) }),
    ...(waiver === undefined ? {} : { waiver }),
  };
}
