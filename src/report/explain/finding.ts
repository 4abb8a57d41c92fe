import { printable } from '../../lib/printable.ts';
import type { RenderOptions } from '../../model/index.ts';
import { toldOf } from '../json/read.ts';
import type { ReportDocument, ReportedFinding } from '../json/document.ts';
import { answerLines } from '../text/finding-lines.ts';
import { labelled } from '../text/layout.ts';
import { paintOf } from '../text/paint.ts';
import { nextStepOf } from '../view/next-step.ts';
import { contextOf, placeOf, primaryFirst } from '../view/places.ts';
import { idleWaiverLine, waiverLine } from '../view/waiver.ts';
import { verdictLines } from './verdict-lines.ts';

/** Everything that is known of one finding and why it ranks as it does: facts with source and time, every verdict, every place, the nearest fix. */
export function explainFinding(report: ReportDocument, reported: ReportedFinding, { color, width }: RenderOptions): string {
  const paint = paintOf(color);
  const finding = toldOf(report, reported);
  const { credential } = finding;
  const label = { label: paint.dim };
  const lines = [
    `${paint.severity[finding.severity](finding.severity.toUpperCase())}  ${paint.bold(printable(credential.rule.name))}  ${printable(credential.secret.masked)}`,
    ...labelled('finding', finding.id, width, label),
    ...labelled('rule', `${finding.ruleId} of ${credential.rule.issuerName}, ${credential.rule.tokenType}, meant to be ${credential.rule.lifetime}`, width, label),
    ...labelled('opens', printable(credential.rule.opens), width, label),
    '',
    ...section('Where', paint.bold),
    ...primaryFirst(credential.occurrences).flatMap((location) => {
      const context = contextOf(location.origin);
      return labelled(location.role, printable(placeOf(location)) + (context === undefined ? '' : `  (${printable(context)})`), width, label);
    }),
    ...(reported.locationsLeftOut === undefined ? [] : labelled('', `and ${reported.locationsLeftOut} more that the report does not name`, width, label)),
    '',
    ...section('Why it is reported', paint.bold),
    ...labelled('confidence', `${credential.confidence}${confidenceReasons(credential.features)}`, width, label),
    ...labelled('entropy', `at most ${reported.credential.entropyBits} bits`, width, label),
    ...(credential.hosts.length === 0 ? [] : labelled('hosts', `${credential.hosts.map(printable).join(', ')} (beside it; never contacted unless configured)`, width, label)),
    ...labelled('severity', severityReason(finding.severity, reported), width, label),
    '',
    ...section('What its issuer says', paint.bold),
    ...answerLines(finding, paint, width),
    '',
    ...section('What the policy says', paint.bold),
    ...verdictLines(finding, paint, width),
    ...(reported.verdictsLeftOut === undefined ? [] : labelled('', `and ${reported.verdictsLeftOut} verdicts that are open or do not apply, which a report of so many findings does not name`, width, label)),
    '',
    ...section('What to do', paint.bold),
    ...(finding.waiver === undefined ? [] : labelled('waived', printable(`by ${waiverLine(finding.waiver)}`), width, { label: paint.warn })),
    ...(finding.idleWaiver === undefined ? [] : labelled('waiver', printable(idleWaiverLine(finding.idleWaiver)), width, { label: paint.warn })),
    ...labelled('do now', printable(nextStepOf(finding)), width, { label: paint.bold }),
    ...credential.rule.references.flatMap((reference, index) => labelled(index === 0 ? 'read' : '', printable(reference), width, label)),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, ink: (text: string) => string): readonly string[] {
  return [ink(title)];
}

function confidenceReasons(features: Readonly<Record<string, string>>): string {
  const reasons = Object.entries(features).map(([name, value]) => (value === '' ? name : `${name} ${value}`));
  return reasons.length === 0 ? '' : `: ${reasons.map(printable).join(', ')}`;
}

/** The contract's ladder, for this finding. */
function severityReason(severity: string, { introspection, confidence, lastKnown, failing }: ReportedFinding): string {
  const fails = failing ? 'fails the run' : 'does not fail the run';
  switch (introspection.status) {
    case 'active':
      return `${severity}: the issuer accepts it and policy decides; ${fails}`;
    case 'inactive':
      return `${severity}: the issuer says it is dead; ${fails}`;
    case 'unknown':
    case 'notAttempted':
      return lastKnown === undefined
        ? `${severity}: not verified, found with ${confidence} confidence; ${fails}`
        : `${severity}: not verified now, last known ${lastKnown.status} on ${lastKnown.at}; ${fails}`;
  }
}
