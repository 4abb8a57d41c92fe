import type { AuditResult, Finding, Reporter } from '../model/index.ts';
import { printableJson } from '../lib/printable.ts';
import { reportedCredential, reportedRule, SCHEMA_ID, SCHEMA_VERSION, sortedKeys, toJson, wasAsked } from './json/document.ts';
import type { ReportDocument, ReportedFinding } from './json/document.ts';
import { layoutOf } from './json/layout.ts';
import { redacted, redactedInPieces } from './redact/result.ts';
import { primaryFirst } from './view/places.ts';

/** For other programs: everything, hidden and waived findings included. Schema in `schema/report.schema.json`. */
export const reporter: Reporter = {
  format: 'json',
  description: 'Everything that is known, for other programs; read back by `tokenwarden explain --from`',
  render: (result) => {
    const { indent, ...layout } = layoutFor(result);
    return `${printableJson(JSON.stringify(documentOf(redacted(result), layout), null, indent))}\n`;
  },
  *pieces(result) {
    const { indent, ...layout } = layoutFor(result);
    yield* piecesOf(result, layout, indent);
  },
};

function layoutFor({ findings }: AuditResult): ReturnType<typeof layoutOf> {
  return layoutOf(findings.map(({ credential }) => credential.occurrences.length));
}

/** In quotes, nothing can read like these: a quote is escaped there. */
const NO_FINDINGS = { 0: ',"findings":[]', 2: ',\n  "findings": []' } as const;

/** One finding after another: the same text as of the whole. */
function* piecesOf(result: AuditResult, layout: Layout, indent: 0 | 2): Generator<string> {
  const { around, finding } = redactedInPieces(result);
  const document = documentOf(around, layout);
  const empty = JSON.stringify({ ...document, run: { ...document.run, introspectedAt: askedTimes(result.findings) } }, null, indent);
  const at = empty.indexOf(NO_FINDINGS[indent]) + NO_FINDINGS[indent].length - 1;
  yield printableJson(empty.slice(0, at));
  const before = indent === 0 ? '' : '\n    ';
  let separator = '';
  for (const one of result.findings) {
    const text = JSON.stringify(findingOf(finding(one), layout), null, indent);
    yield printableJson(separator + before + (indent === 0 ? text : text.replaceAll('\n', before)));
    separator = ',';
  }
  yield `${printableJson((indent === 0 || separator === '' ? '' : '\n  ') + empty.slice(at))}\n`;
}

function documentOf(result: AuditResult, layout: Layout): ReportDocument {
  const { tool, coverage, verification, minConfidence, failOn, waiverProblems } = result;
  return {
    $schema: SCHEMA_ID,
    schemaVersion: SCHEMA_VERSION,
    tool: { name: tool.name, version: tool.version, catalogueDigest: tool.catalogueDigest },
    run: { ...toJson(result.run), introspectedAt: askedTimes(result.findings) },
    coverage: toJson(coverage),
    verification: { ...verification, requests: sortedKeys(verification.requests) },
    minConfidence,
    ...(failOn === undefined ? {} : { failOn }),
    ...(waiverProblems === undefined ? {} : { waiverProblems }),
    findings: result.findings.map((finding) => findingOf(finding, layout)),
    rules: result.rules.map(reportedRule),
  };
}

function askedTimes(findings: readonly Finding[]): Readonly<Record<string, string>> {
  return sortedKeys(Object.fromEntries(findings.filter(wasAsked).map(({ id, introspection }) => [id, introspection.at.toISOString()])));
}

type Layout = Omit<ReturnType<typeof layoutOf>, 'indent'>;

function findingOf(finding: Finding, { maxPlaces, claimsOnly }: Layout): ReportedFinding {
  const { id, ruleId, severity, failing, credential, verdicts, lastKnown, waiver, idleWaiver, removed, alert } = finding;
  const places = primaryFirst(credential.occurrences);
  const leftOut = places.length - maxPlaces;
  const told = claimsOnly ? verdicts.filter(({ verdict }) => verdict.status === 'violation' || verdict.status === 'pass') : verdicts;
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
    verdicts: told,
    ...(told.length === verdicts.length ? {} : { verdictsLeftOut: verdicts.length - told.length }),
    ...(lastKnown === undefined ? {} : { lastKnown: toJson(lastKnown) }),
    ...(waiver === undefined ? {} : { waiver }),
    ...(idleWaiver === undefined ? {} : { idleWaiver }),
    ...(removed === undefined ? {} : { removed }),
    ...(alert === undefined ? {} : { alert }),
  };
}
