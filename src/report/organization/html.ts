import type { ClosedFinding, OrganizationFinding, OrganizationReport, RepositoryLine } from '../../model/index.ts';
import { FILTER, FILTER_HASH, STYLE, STYLE_HASH } from '../html/generated/page.ts';
import { html, raw, type Markup } from '../html/markup.ts';
import { alertLine, issueText, runsLine, uploadText } from './text.ts';
import { amount, thousands } from '../view/amount.ts';

const POLICY = `default-src 'none'; script-src '${FILTER_HASH}'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;
const MOST_PLACES = 5;

/** One page, whose only script hides rows that do not hold what is typed: credentials, what became of those of the last run, and every repository with what was seen of it. */
export function organizationHtml(report: OrganizationReport): string {
  const { target, findings, repositories, difference, coverage, run } = report;
  const failing = findings.filter((finding) => finding.failing).length;
  const headline = !coverage.complete ? 'Not everything was seen' : failing > 0 ? `${amount(failing, 'credential')} to act on` : 'Nothing to act on';
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>tokenwarden: ${target}: ${headline}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header><span class="brand">tokenwarden</span><span class="meta">audit of ${target} · ${run.startedAt} · version ${report.tool.version}</span></header>
<main>
<div class="outcome ${coverage.complete ? (failing > 0 ? 'findings' : 'clean') : 'incomplete'}"><div><h1>${headline}</h1><p>${amount(findings.length, 'credential')}; since the last run ${thousands(difference.new)} new, ${thousands(difference.reopened)} reopened, ${thousands(difference.still)} still there, ${thousands(difference.fixed.length)} fixed, ${thousands(difference.gone.length)} gone, ${thousands(difference.unseen.length)} not seen and still open.</p><p>${amount(coverage.repositories.planned, 'repository', 'repositories')}: ${thousands(coverage.repositories.scanned)} scanned, ${thousands(coverage.repositories.unchanged)} unchanged, ${thousands(coverage.repositories.skipped)} skipped; ${amount(coverage.refs, 'ref')}, ${amount(coverage.scanned.blobs, 'blob')}, ${amount(coverage.texts, 'text')}${coverage.runs === undefined ? '' : `, ${runsLine(coverage.runs)}`}.</p>${(report.alerts ?? []).map((alert) => html`<p>${alertLine(alert)}.</p>`)}${[...issueText(report), ...uploadText(report)].map((line) => html`<p>${line}</p>`)}${difference.otherSettings === true ? html`<p>The last run had other rules, options or policy: what is not found may not have been looked for, and nothing is called gone.</p>` : html``}</div></div>
${findings.length === 0 ? html`` : html`<p class="filter"><label>Show only credentials with <input id="filter" type="search" placeholder="new public @team"></label> <output id="shown"></output></p>`}${tableOf('Credentials', ['Severity', 'What', 'Issuer says', 'Breaks', 'Exposure', 'Since the last run', 'Who answers', 'Where'], findings.map(findingRow), 'filtered')}
${tableOf('Who has what to look at', ['Owner', 'Credentials', 'Failing', 'Active'], (report.owners ?? []).map(({ name, credentials, failing: theirs, active }) => html`<tr><td>${name === '' ? 'nobody is known' : html`<bdi>${name}</bdi>`}</td><td>${thousands(credentials)}</td><td>${thousands(theirs)}</td><td>${thousands(active)}</td></tr>
`))}
${closedOf('Fixed: their issuer calls them dead', difference.fixed)}${closedOf('Gone: nowhere any more, though nobody says that they are dead', difference.gone)}${closedOf('Not seen this time, and still open', difference.unseen)}
${coverage.gaps.length === 0 ? html`` : tableOf('What the list of repositories does not show', ['What', 'Why'], coverage.gaps.map(({ what, reason, detail }) => html`<tr><td>${what}</td><td>${reason}${detail === undefined ? '' : `: ${detail}`}</td></tr>`))}
${tableOf('Earlier runs', ['Began', 'Credentials', 'Failing', 'Active', 'New or reopened', 'Fixed or gone', 'Seen'], (run.earlier ?? []).toReversed().map((point) => html`<tr><td>${point.at}</td><td>${thousands(point.credentials)}</td><td>${thousands(point.failing)}</td><td>${thousands(point.active)}</td><td>${thousands(point.new)}</td><td>${thousands(point.closed)}</td><td>${point.complete ? 'everything' : 'not everything'}</td></tr>
`))}
${tableOf('Repositories', ['Name', 'Visibility', 'State', 'Refs', 'Blobs', 'Texts', 'CI runs', 'Credentials', 'Not seen'], repositories.map(repositoryRow))}
</main>
<script>${raw(FILTER)}</script>
</body>
</html>
`;
  return page.markup;
}

function tableOf(caption: string, heads: readonly string[], rows: readonly Markup[], name = ''): Markup {
  if (rows.length === 0) return html``;
  return html`<table class="${name}"><caption>${caption} (${thousands(rows.length)})</caption><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>
${rows}</tbody></table>
`;
}

function findingRow({ id, severity, ruleName, masked, status, identity, scopes, violations, exposure, change, waived, owners = [], repositories }: OrganizationFinding): Markup {
  const shown = repositories.slice(0, MOST_PLACES).map(({ name, place, places }) => html`<div><bdi>${name}</bdi> <code><bdi>${place}</bdi></code>${places > 1 ? ` and ${`${thousands(places - 1)} more`}` : ''}</div>`);
  const rest = repositories.length > MOST_PLACES ? html`<div>and ${amount(repositories.length - MOST_PLACES, 'more repository', 'more repositories')}</div>` : html``;
  return html`<tr class="${severity}"><td><span class="chip">${severity}</span>${waived ? ' waived' : ''}</td><td>${ruleName}<br><code>${masked}</code><br><small>${id.slice(0, 12)}</small></td><td>${status}${identity === undefined ? '' : ` as ${identity}`}${scopes === undefined ? '' : `: ${scopes.join(', ')}`}</td><td>${violations.join(', ')}</td><td>${exposure}</td><td>${change}</td><td>${owners.map(({ name, from }) => html`<div><bdi>${name}</bdi> (${from})</div>`)}</td><td>${shown}${rest}</td></tr>
`;
}

function closedOf(caption: string, closed: readonly ClosedFinding[]): Markup {
  return tableOf(caption, ['What', 'Where it was'], closed.map(({ id, rule, masked, repositories }) => html`<tr><td>${rule} <code>${masked}</code> <small>${id.slice(0, 12)}</small></td><td>${repositories.join(', ')}</td></tr>
`));
}

function repositoryRow({ name, visibility, isArchived, isFork, state, reason, detail, refs, scanned, texts, findings, failing, gaps, gapsLeftOut, complete, runs }: RepositoryLine): Markup {
  const traits = [visibility, ...(isArchived ? ['archived'] : []), ...(isFork ? ['fork'] : [])].join(', ');
  const missed = complete ? html`` : html`${gaps.map((gap) => html`<div>${gap.what}: ${gap.reason}${gap.detail === undefined ? '' : ` (${gap.detail})`}</div>`)}${gapsLeftOut > 0 ? html`<div>and ${amount(gapsLeftOut, 'more gap')}</div>` : html``}`;
  return html`<tr><td><bdi>${name}</bdi></td><td>${traits}</td><td>${state}${reason === undefined ? '' : `: ${reason}`}${detail === undefined ? '' : ` (${detail})`}</td><td>${thousands(refs)}</td><td>${thousands(scanned.blobs)}</td><td>${thousands(texts)}</td><td>${runs === undefined ? '' : runsLine(runs)}</td><td>${findings === 0 ? '' : `${findings} (${failing} failing)`}</td><td>${missed}</td></tr>
`;
}
