import { SEVERITIES } from '../../model/index.ts';
import type { AuditResult, Finding, Introspection } from '../../model/index.ts';
import { amount, thousands } from '../view/amount.ts';
import { acceptedLine, coverageOf, excludedLine, skipLine } from '../view/coverage.ts';
import { countByAnswer, countBySeverity } from '../view/selection.ts';
import { verificationOf } from '../view/verification.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

interface Bin {
  readonly word: string;
  readonly count: number;
}

const ANSWER_WORDS: readonly (readonly [Introspection['status'], string])[] = [
  ['active', 'active'],
  ['unknown', 'unknown'],
  ['notAttempted', 'not asked'],
  ['inactive', 'inactive'],
];
const MAX_LINES = 500;
/** Up to so many lines of bad news stand open. */
const OPEN_LINES = 3;

/** The cards over the list. Counts are of the findings that are shown at first. */
export function cardsOf(result: AuditResult, shown: readonly Finding[]): Markup {
  const severities = countBySeverity(shown);
  const answers = countByAnswer(shown);
  return html`<section class="cards" aria-label="Summary">
${countCard('Severity', 'severity', SEVERITIES.map((word) => ({ word, count: severities[word] })), brokenChecks(shown))}
${countCard('What issuers said', 'answer', ANSWER_WORDS.map(([status, word]) => ({ word, count: answers[status] })), verificationLines(result))}
${coverageCard(result)}
</section>
`;
}

/** Numbers that filter the list when scripts run, over a bar of their shares. */
function countCard(title: string, filter: string, bins: readonly Bin[], below: readonly Markup[]): Markup {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  let x = 0;
  const bars = bins.map(({ word, count }) => {
    const width = total === 0 ? 0 : (count / total) * 100;
    const bar = html`<rect class="${classOf(word)}" x="${x.toFixed(2)}" width="${width.toFixed(2)}" height="6"/>`;
    x += width;
    return bar;
  });
  const buttons = bins.map(
    ({ word, count }) =>
      html`<button type="button" disabled class="${classOf(word)}${count === 0 ? ' zero' : ''}" data-filter="${filter}" data-value="${word}" aria-pressed="false"><b>${thousands(count)}</b><span>${word}</span></button>`,
  );
  return html`<div class="card"><h2>${title}</h2><div class="counts" role="group" aria-label="Filter by ${filter}">${buttons}</div><svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>${below}</div>`;
}

function coverageCard(result: AuditResult): Markup {
  const coverage = coverageOf(result.coverage);
  const excluded = excludedLine(coverage);
  return html`<div class="card"><h2>Coverage</h2><p class="state ${coverage.complete ? 'good' : 'bad'}">${coverage.complete ? 'Complete' : 'Incomplete'}</p><p>${coverage.scanned}</p>${lines(
    amount(coverage.gaps.length, 'gap'),
    coverage.gaps.map(skipLine),
    true,
  )}${lines(amount(coverage.accepted.length, 'accepted gap'), coverage.accepted.map(acceptedLine), false)}${excluded === '' ? [] : [html`<p>Left out on purpose: ${excluded}</p>`]}</div>`;
}

function verificationLines(result: AuditResult): readonly Markup[] {
  const { asked, outages } = verificationOf(result);
  return [html`<p class="below">${asked}</p>`, ...lines(`${amount(outages.length, 'host')} gave no usable answer`, outages, true)];
}

/** How often each check is violated, most first. */
function brokenChecks(shown: readonly Finding[]): readonly Markup[] {
  const counts = new Map<string, number>();
  for (const { verdicts } of shown) {
    for (const { check, verdict } of verdicts) if (verdict.status === 'violation') counts.set(check, (counts.get(check) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const items = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([check, count]) => html`<li>${check} <b>${thousands(count)}</b></li>`);
  return [html`<p class="below">Policy broken</p><ul class="tags">${items}</ul>`];
}

function lines(title: string, all: readonly string[], bad: boolean): readonly Markup[] {
  if (all.length === 0) return [];
  const rest = all.length - MAX_LINES;
  const items = [...all.slice(0, MAX_LINES), ...(rest > 0 ? [`and ${thousands(rest)} more; the json report has all`] : [])].map((line) => html`<li>${line}</li>`);
  return [html`<details${bad && all.length <= OPEN_LINES ? html` open` : ''}><summary class="${bad ? 'bad' : ''}">${title}</summary><ul>${items}</ul></details>`];
}

function classOf(word: string): string {
  return word.replace(' ', '-');
}
