import { printable } from '../../lib/printable.ts';
import { amount } from '../view/amount.ts';
import { answerOf } from '../view/answer.ts';
import { factsOf } from '../view/facts.ts';
import { nextStepOf } from '../view/next-step.ts';
import { contextOf, placeOf, primaryFirst } from '../view/places.ts';
import type { Told } from '../view/told.ts';
import { openVerdictsOf } from '../view/verdicts.ts';
import { idleWaiverLine } from '../view/waiver.ts';
import { isWithheld } from '../view/verification.ts';
import { labelled, pairs } from './layout.ts';
import type { Paint } from './paint.ts';

/** Places that a terminal names; the rest is counted. */
const MAX_PLACES = 3;
/** Digits of a finding id that people copy; `explain` takes any unique beginning. */
export const SHORT_ID = 12;

/** One finding as a block of lines: what and where, what the issuer said, what is violated, what to do. */
export function findingLines(finding: Told, paint: Paint, width: number, { nobodyAsked = false }: { readonly nobodyAsked?: boolean } = {}): readonly string[] {
  const { credential, severity } = finding;
  const title = `${paint.severity[severity]('●')} ${paint.bold(printable(credential.rule.name))}  ${printable(credential.secret.masked)}`;
  return [
    title,
    ...labelled('finding', `${finding.id.slice(0, SHORT_ID)}  ${finding.ruleId}, ${credential.confidence} confidence${finding.failing || isWithheld(finding) ? '' : ', does not fail the run'}`, width, { text: paint.dim, label: paint.dim }),
    ...placeLines(finding, paint, width),
    ...answerLines(finding, paint, width, nobodyAsked),
    ...verdictLines(finding, paint, width, nobodyAsked),
    ...(finding.idleWaiver === undefined ? [] : labelled('waiver', printable(idleWaiverLine(finding.idleWaiver)), width, { label: paint.warn })),
    ...(finding.alert === undefined ? [] : labelled('alert', printable(finding.alert.url), width, { label: paint.dim })),
    ...labelled('do now', printable(nextStepOf(finding, { nobodyAsked })), width, { label: paint.bold }),
  ];
}

function placeLines(finding: Told, paint: Paint, width: number): readonly string[] {
  const places = primaryFirst(finding.credential.occurrences);
  const lines = places.slice(0, MAX_PLACES).flatMap((location, index) => {
    const context = contextOf(location.origin);
    const text = printable(placeOf(location)) + (context === undefined ? '' : `  (${printable(context)})`);
    return labelled(index === 0 ? 'where' : '', text, width, { label: paint.dim, ...(index === 0 ? {} : { text: paint.dim }) });
  });
  const more = places.length - MAX_PLACES;
  return more > 0 ? [...lines, ...labelled('', `+${amount(more, 'more place')}`, width, { text: paint.dim })] : lines;
}

/** The issuer's answer, what was known before it fell silent, and every fact with its source. */
export function answerLines(finding: Told, paint: Paint, width: number, nobodyAsked = false): readonly string[] {
  const answer = answerOf(finding);
  return [
    ...(nobodyAsked ? [] : labelled('issuer', printable(answer.sentence) + (answer.at === undefined ? '' : ` at ${answer.at}`), width, { label: paint.dim, text: paint.tone[answer.tone] })),
    ...(answer.lastKnown === undefined ? [] : labelled(nobodyAsked ? 'issuer' : '', printable(answer.lastKnown), width, { text: paint.warn })),
    ...factLines(finding, paint, width),
  ];
}

function factLines(finding: Told, paint: Paint, width: number): readonly string[] {
  const facts = factsOf(finding).map(({ label, value, source }) => ({ label: printable(label) + (source === 'token' && label !== 'found with' ? '*' : ''), value: printable(value) }));
  return [
    ...pairs(facts, width, paint.dim),
    ...(facts.some(({ label }) => label.endsWith('*')) ? labelled('', '* read from the token itself, not confirmed', width, { text: paint.dim }) : []),
  ];
}

/** Each violation with its remedy; what could not be decided for one and the same reason on one line. */
function verdictLines(finding: Told, paint: Paint, width: number, nobodyAsked: boolean): readonly string[] {
  const open = openVerdictsOf(finding);
  const undecided = Map.groupBy(
    nobodyAsked ? [] : open.filter(({ status }) => status === 'undetermined'),
    ({ text }) => text,
  );
  return [
    ...open
      .filter(({ status }) => status === 'violation')
      .flatMap(({ check, text, remedy }) => [
        ...labelled('violates', `${check}: ${printable(text)}`, width, { label: paint.verdict.violation }),
        ...(remedy === undefined ? [] : labelled('', `→ ${printable(remedy)}`, width, { text: paint.dim })),
      ]),
    ...[...undecided].flatMap(([why, verdicts]) =>
      labelled('undecided', `${verdicts.map(({ check }) => check).join(', ')}: ${printable(why)}`, width, { label: paint.verdict.undetermined }),
    ),
  ];
}
