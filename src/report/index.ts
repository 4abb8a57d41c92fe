import { WardenError } from '../model/index.ts';
import type { Reporter } from '../model/index.ts';
import { listOf, nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { REPORTERS } from './registry.ts';

export { REPORTERS } from './registry.ts';
export { findFinding, readReport } from './json/read.ts';
export type { ReportDocument, ReportedFinding, ReportedRule } from './json/document.ts';
export { explainFinding } from './explain/finding.ts';
export { explainRule } from './explain/rule.ts';
export { isComplete, marksOf, type Mark } from './view/annotation.ts';
export { withheld } from './redact/withheld.ts';
export { redacted } from './redact/result.ts';
export { anchorCandidates } from './sarif/anchor.ts';

/** The reporter of `--report FORMAT=FILE`. Throws `WardenError` `REPORT_FORMAT_UNKNOWN` with the nearest spelling and all formats. */
export function reporterFor(format: string): Reporter {
  const found = REPORTERS.find((reporter) => reporter.format === format);
  if (found !== undefined) return found;
  const formats = REPORTERS.map((reporter) => reporter.format);
  const near = nearest(format, formats);
  throw new WardenError('REPORT_FORMAT_UNKNOWN', `there is no report format ${JSON.stringify(printable(format))}; expected ${listOf(formats)}`, {
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  });
}
