import type { Finding } from '../../model/index.ts';
import { amount } from '../view/amount.ts';
import { answerOf } from '../view/answer.ts';
import { nextStepOf } from '../view/next-step.ts';
import { placeOf, primaryFirst } from '../view/places.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

/** Rows of the table that needs no script. */
export const STILL_ROWS = 200;
const MAX_PLACES = 5;

/** What a reader without scripts, a printer or a text browser gets. */
export function stillOf(findings: readonly Finding[]): Markup {
  if (findings.length === 0) return html``;
  const rest = findings.length - STILL_ROWS;
  const caption = rest > 0 ? `The first ${STILL_ROWS} of ${amount(findings.length, 'finding')}; the rest needs JavaScript, or the json report.` : amount(findings.length, 'finding');
  return html`<div class="still"><table><caption>${caption}</caption><thead><tr><th scope="col">Severity</th><th scope="col">What</th><th scope="col">Where</th><th scope="col">Issuer</th><th scope="col">Breaks</th><th scope="col">Do now</th></tr></thead><tbody>
${findings.slice(0, STILL_ROWS).map(rowOf)}</tbody></table></div>
`;
}

function rowOf(finding: Finding): Markup {
  const { credential, waiver } = finding;
  const places = primaryFirst(credential.occurrences);
  const named = places.slice(0, MAX_PLACES).map((place) => html`<div><code><bdi>${placeOf(place)}</bdi></code></div>`);
  const more = places.length > MAX_PLACES ? [html`<div>and ${amount(places.length - MAX_PLACES, 'more place')}</div>`] : [];
  const broken = finding.verdicts.filter(({ verdict }) => verdict.status === 'violation').map(({ check }) => check);
  return html`<tr class="${finding.severity}"><td><span class="chip">${finding.severity}</span>${waiver === undefined ? '' : ' waived'}</td><td>${credential.rule.name}<br><code class="once">${credential.secret.masked}</code><br><small class="once">${finding.id.slice(0, 12)}</small></td><td>${[...named, ...more]}</td><td>${answerOf(finding).sentence}</td><td>${broken.join(', ')}</td><td>${nextStepOf(finding)}</td></tr>
`;
}
