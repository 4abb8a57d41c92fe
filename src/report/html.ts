import type { AuditResult, Reporter } from '../model/index.ts';
import { pageDataOf, scriptSafeJson } from './html/data.ts';
import { SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH } from './html/generated/page.ts';
import { html, raw } from './html/markup.ts';
import type { Markup } from './html/markup.ts';
import { stillOf } from './html/still.ts';
import { cardsOf } from './html/summary.ts';
import { redacted } from './redact/result.ts';
import { thousands } from './view/amount.ts';
import { outcomeOf } from './view/outcome.ts';
import { select } from './view/selection.ts';
import { instant } from './view/time.ts';

/** For reading and handing on: one file, no network, nothing runs in it but its own hashed script. */
export const reporter: Reporter = {
  format: 'html',
  description: 'One self-contained page to read, search and filter; works offline and, in part, without JavaScript',
  render: (result) => render(redacted(result)),
};

const POLICY = `default-src 'none'; script-src '${SCRIPT_HASH}'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

function render(result: AuditResult): string {
  const { shown, waived, hidden } = select(result);
  const outcome = outcomeOf(result);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>tokenwarden: ${outcome.headline}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<a class="skip" href="#list">Skip to the findings</a>
<header><span class="brand">tokenwarden</span><span class="meta">${metaOf(result)}</span></header>
<main>
<div class="outcome ${outcome.kind}"><div><h1>${outcome.headline}</h1><p>Exit ${outcome.exitCode}: ${outcome.exitReason}</p></div></div>
${cardsOf(result, shown)}${result.findings.length === 0 ? '' : browser(waived.length, hidden.length)}${stillOf([...shown, ...waived])}</main>
${result.findings.length === 0 ? '' : html`<script type="application/json" id="data">${raw(scriptSafeJson(pageDataOf(result)))}</script>
<script>${raw(SCRIPT)}</script>
`}</body>
</html>
`;
  return page.markup;
}

function metaOf({ run, tool }: AuditResult): string {
  const { repository } = run;
  const revision = repository?.revision === undefined ? undefined : repository.revision.slice(0, 12);
  const where = [repository?.branch, revision].filter((part) => part !== undefined).join(' @ ');
  return [`${run.command} of ${run.targets.join(', ')}`, where, instant(run.startedAt), `version ${tool.version}`].filter((part) => part !== '').join(' · ');
}

/** Search, filters, list and detail pane; shown only when the script runs. */
function browser(waived: number, hidden: number): Markup {
  return html`<div class="tools" role="search">
<input type="search" id="search" placeholder="Search kind, path, identity, check…  ( / )" aria-label="Search findings" autocomplete="off" spellcheck="false">
<label>Sort <select id="sort"><option value="severity">severity</option><option value="answer">issuer’s answer</option><option value="kind">kind</option><option value="place">path</option><option value="places">most places</option></select></label>
<label${waived === 0 ? raw(' hidden') : ''}><input type="checkbox" id="show-waived"> waived (${thousands(waived)})</label>
<label${hidden === 0 ? raw(' hidden') : ''}><input type="checkbox" id="show-unsure"> low confidence (${thousands(hidden)})</label>
<button type="button" id="clear" hidden>Clear</button>
<span id="count" role="status"></span>
</div>
<div class="split">
<div class="list-frame"><div id="list" role="listbox" tabindex="0" aria-label="Findings"></div><p id="none" hidden>Nothing matches. Clear the search or a filter.</p></div>
<aside id="detail" aria-labelledby="detail-title" hidden><button type="button" id="close">Close</button><div id="detail-body" tabindex="-1"></div></aside>
</div>
`;
}
