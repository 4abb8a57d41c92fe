import type { Finding } from '../../model/index.ts';
import { amount } from '../view/amount.ts';
import { answerOf } from '../view/answer.ts';
import { factsOf } from '../view/facts.ts';
import { nextStepOf } from '../view/next-step.ts';
import { contextOf, placeOf, primaryFirst } from '../view/places.ts';
import { idleWaiverLine } from '../view/waiver.ts';
import { openVerdictsOf } from '../view/verdicts.ts';
import { code, html, link, prose } from './escape.ts';

const MAX_PLACES = 10;

export const TABLE_HEAD = '| Severity | Finding | Where | Issuer | Breaks |\n| --- | --- | --- | --- | --- |\n';

/** One line of the overview. */
export function rowOf(finding: Finding): string {
  const { credential } = finding;
  const places = primaryFirst(credential.occurrences);
  const [primary] = places;
  const where = primary === undefined ? '' : code(placeOf(primary)) + (places.length > 1 ? ` +${places.length - 1}` : '');
  const broken = finding.verdicts.filter(({ verdict }) => verdict.status === 'violation').map(({ check }) => code(check));
  const cells = [rankOf(finding), `${prose(credential.rule.name)} ${code(credential.secret.masked)}`, where, answerOf(finding).word, broken.length === 0 ? '–' : broken.join(', ')];
  return `| ${cells.join(' | ')} |\n`;
}

/** Everything about one finding, folded. */
export function detailsOf(finding: Finding, nobodyAsked = false): string {
  const { credential } = finding;
  const answer = answerOf(finding);
  const places = primaryFirst(credential.occurrences);
  const lines = [
    `<details><summary>${rankOf(finding)}: ${html(credential.rule.name)} <code>${finding.id.slice(0, 12)}</code></summary>`,
    '',
    ...places.slice(0, MAX_PLACES).map((place) => {
      const context = contextOf(place.origin);
      return `- ${code(placeOf(place))}${context === undefined ? '' : ` ${prose(context)}`}`;
    }),
    ...(places.length > MAX_PLACES ? [`- and ${amount(places.length - MAX_PLACES, 'more place')}`] : []),
    '',
    ...(nobodyAsked ? (answer.lastKnown === undefined ? [] : [`**Issuer** ${prose(answer.lastKnown)}`]) : [`**Issuer** ${prose(answer.sentence)}${answer.at === undefined ? '' : `, ${answer.at}`}${answer.lastKnown === undefined ? '' : `; ${prose(answer.lastKnown)}`}`]),
    '',
    ...factsOf(finding).map(({ label, value, source }) => `- ${prose(label)}: ${code(value)}${source === 'token' && label !== 'found with' ? ' (says the token itself)' : ''}`),
    '',
    ...openVerdictsOf(finding).filter(({ status }) => !nobodyAsked || status !== 'undetermined').map(({ check, word, text, remedy }) => `- **${word}** ${code(check)}: ${prose(text)}${remedy === undefined ? '' : ` → ${prose(remedy)}`}`),
    '',
    `**Do now** ${prose(nextStepOf(finding, { nobodyAsked }))}`,
    ...(finding.alert === undefined ? [] : ['', `**Alert** ${link(finding.alert.url)}`]),
    ...(finding.waiver === undefined ? [] : ['', `**Waived** by ${code(finding.waiver.owner)} until ${code(finding.waiver.expires)}: ${prose(finding.waiver.reason)}`]),
    ...(finding.idleWaiver === undefined ? [] : ['', `**Waiver** ${prose(idleWaiverLine(finding.idleWaiver))}`]),
    '',
    '</details>',
    '',
  ];
  return `${lines.filter((line, index) => line !== '' || lines[index - 1] !== '').join('\n')}\n`;
}

function rankOf({ severity, waiver }: Finding): string {
  return waiver === undefined ? severity : `${severity}, waived`;
}
