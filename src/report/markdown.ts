import type { AuditResult, Finding, Reporter } from '../model/index.ts';
import { code, prose } from './markdown/escape.ts';
import { detailsOf, rowOf, TABLE_HEAD } from './markdown/parts.ts';
import { redacted } from './redact/result.ts';
import { amount } from './view/amount.ts';
import { acceptedLine, coverageOf, excludedLine, skipLine } from './view/coverage.ts';
import { outcomeOf } from './view/outcome.ts';
import { select } from './view/selection.ts';
import { nobodyAsked, verificationOf } from './view/verification.ts';

/** For job summaries and pull request comments: a table, folded details, and how much was seen. */
export const reporter: Reporter = {
  format: 'markdown',
  description: 'For job summaries and pull requests, at most 1 MiB',
  render: (result, { maxBytes }) => render(redacted(result), maxBytes),
};

/** GitHub takes 1 MiB a step. */
export const MAX_BYTES = 1_048_576;
/** Kept free for the lines that say what was cut. */
const RESERVE = 2_048;
const MAX_GAPS = 20;

function render(result: AuditResult, maxBytes = MAX_BYTES): string {
  const { shown, waived, hidden } = select(result);
  const head = `## tokenwarden: ${prose(outcomeOf(result).headline)}\n\n`;
  const foot = footOf(result, hidden.length);
  let left = maxBytes - RESERVE - bytes(head) - bytes(foot);
  const take = (pieces: Iterable<string>): { readonly text: string; readonly count: number } => {
    let text = '';
    let count = 0;
    for (const piece of pieces) {
      const size = bytes(piece);
      if (size > left) break;
      text += piece;
      count += 1;
      left -= size;
    }
    return { text, count };
  };
  const all = [...shown, ...waived];
  if (all.length === 0) return head + foot;
  const rows = take(map(all, rowOf));
  const details = take(map(all, (finding) => detailsOf(finding, nobodyAsked(result))));
  return [
    head,
    rows.count === 0 ? '' : `${TABLE_HEAD}${rows.text}\n`,
    cut(all.length - rows.count, 'not in this table', maxBytes),
    details.text,
    cut(all.length - details.count, 'without details here', maxBytes),
    foot,
  ].join('');
}

function cut(count: number, where: string, maxBytes: number): string {
  return count === 0 ? '' : `**${amount(count, 'finding')} ${where}: the page would be over ${maxBytes >= MAX_BYTES ? '1 MiB' : `${Math.floor(maxBytes / 1024)} KiB`}.** The json and html reports have all of them.\n\n`;
}

function footOf(result: AuditResult, hidden: number): string {
  const coverage = coverageOf(result.coverage);
  const verification = verificationOf(result);
  const outcome = outcomeOf(result);
  const excluded = excludedLine(coverage);
  const lines = [
    `- **Coverage** ${coverage.complete ? 'complete' : 'INCOMPLETE'}: ${coverage.scanned}`,
    ...coverage.gaps.slice(0, MAX_GAPS).map((gap) => `  - not scanned: ${code(gap.what)} ${prose(skipLine({ ...gap, what: '' }).slice(2))}`),
    ...(coverage.gaps.length > MAX_GAPS ? [`  - and ${amount(coverage.gaps.length - MAX_GAPS, 'more gap')}; the json report names them`] : []),
    ...coverage.accepted.slice(0, MAX_GAPS).map((skip) => `  - accepted gap: ${code(skip.what)} ${prose(acceptedLine({ ...skip, what: '' }).slice(2))}`),
    ...(coverage.accepted.length > MAX_GAPS ? [`  - and ${amount(coverage.accepted.length - MAX_GAPS, 'more accepted gap')}`] : []),
    ...(excluded === '' ? [] : [`  - left out on purpose: ${excluded}`]),
    `- **Issuers** ${prose(verification.line)}`,
    ...verification.outages.slice(0, MAX_GAPS).map((line) => `  - ${prose(line)}`),
    ...(hidden === 0 ? [] : [`- ${amount(hidden, 'finding')} of low confidence not shown; the json report has them`]),
    `- **Exit** ${outcome.exitCode}: ${prose(outcome.exitReason)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function* map(findings: Iterable<Finding>, render: (finding: Finding) => string): Iterable<string> {
  for (const finding of findings) yield render(finding);
}
