import { SEVERITIES } from '../model/index.ts';
import type { AuditResult, Finding, RenderOptions, Reporter } from '../model/index.ts';
import { printable } from '../lib/printable.ts';
import { redactedInPieces } from './redact/result.ts';
import { findingLines, SHORT_ID } from './text/finding-lines.ts';
import { labelled, ruled } from './text/layout.ts';
import { paintOf } from './text/paint.ts';
import type { Paint } from './text/paint.ts';
import { amount } from './view/amount.ts';
import { acceptedLine, coverageOf, excludedLine, skipLine } from './view/coverage.ts';
import { outcomeOf } from './view/outcome.ts';
import { select } from './view/selection.ts';
import { waiverLine } from './view/waiver.ts';
import { nobodyAsked, verificationOf } from './view/verification.ts';

/** For the terminal: findings worst first; the lines that sum up stand last, where a terminal ends. */
export const reporter: Reporter = {
  format: 'text',
  description: 'For the terminal: findings by severity, coverage, what issuers said, why it exits as it does',
  render: (result, options) => [...pieces(result, options)].join(''),
  pieces,
};

/** Gaps that a terminal names; the rest is counted. */
const MAX_GAPS = 10;

function* pieces(result: AuditResult, { color, width }: RenderOptions): Generator<string> {
  const paint = paintOf(color);
  const { around, finding: safe } = redactedInPieces(result);
  const { shown, waived, hidden } = select(result);
  const asked = { nobodyAsked: nobodyAsked(result) };
  for (const severity of SEVERITIES) {
    const group = shown.filter((finding) => finding.severity === severity);
    if (group.length === 0) continue;
    yield text([ruled(`${severity.toUpperCase()} (${group.length})`, width, paint.severity[severity], paint.dim), '']);
    for (const finding of group) yield text([...findingLines(safe(finding), paint, width, asked), '']);
  }
  if (waived.length > 0) yield text([ruled(`WAIVED (${waived.length})`, width, paint.bold, paint.dim), '', ...waived.flatMap((finding) => waivedLines(safe(finding), paint, width)), '']);
  // What stands there counts the findings, and shows nothing of them.
  yield text(closing({ ...around, findings: result.findings }, paint, width, hidden.length));
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function waivedLines(finding: Finding, paint: Paint, width: number): readonly string[] {
  const { waiver, credential } = finding;
  const until = waiver === undefined ? '' : waiverLine(waiver);
  return [
    `${paint.dim(finding.id.slice(0, SHORT_ID))}  ${printable(credential.rule.name)}  ${printable(credential.secret.masked)}`,
    ...labelled('waived by', printable(until), width, { label: paint.dim }),
  ];
}

/** Headline, coverage, issuers, exit. */
function closing(result: AuditResult, paint: Paint, width: number, hidden: number): readonly string[] {
  const outcome = outcomeOf(result);
  const coverage = coverageOf(result.coverage);
  const verification = verificationOf(result);
  const ink = { clear: paint.good, findings: paint.bad, incomplete: paint.bad, 'nothing-scanned': paint.warn }[outcome.kind];
  const dim = { label: paint.dim };
  const excluded = excludedLine(coverage);
  return [
    ...labelled('result', outcome.headline, width, { label: paint.dim, text: (text) => paint.bold(ink(text)) }),
    ...(hidden > 0 && outcome.kind !== 'clear' ? labelled('', `${amount(hidden, 'finding')} of low confidence not shown; the json report has them`, width, { text: paint.dim }) : []),
    ...labelled('coverage', `${coverage.complete ? 'complete' : 'INCOMPLETE'}: ${coverage.scanned}`, width, { ...dim, text: coverage.complete ? paint.good : paint.bad }),
    ...coverage.gaps.slice(0, MAX_GAPS).flatMap((gap) => labelled('', `not scanned: ${printable(skipLine(gap))}`, width, { text: paint.bad })),
    ...(coverage.gaps.length > MAX_GAPS ? labelled('', `and ${amount(coverage.gaps.length - MAX_GAPS, 'more gap')}; the json report names them`, width, { text: paint.bad }) : []),
    ...coverage.accepted.flatMap((skip) => labelled('', `accepted gap: ${printable(acceptedLine(skip))}`, width, { text: paint.warn })),
    ...(excluded === '' ? [] : labelled('', `left out on purpose: ${excluded}`, width, { text: paint.dim })),
    ...labelled('issuers', verification.line, width, dim),
    ...verification.outages.flatMap((outage) => labelled('', printable(outage), width, { text: paint.warn })),
    ...(result.waiverProblems ?? []).slice(0, MAX_GAPS).flatMap((problem) => labelled('', printable(problem), width, { text: paint.bad })),
    ...labelled('exit', `${outcome.exitCode}: ${outcome.exitReason}`, width, dim),
  ];
}
