import { printable } from '../../lib/printable.ts';
import type { AlertOutcome, ClosedFinding, OrganizationFinding, OrganizationReport, OwnerLine, RepositoryLine, RunCounts } from '../../model/index.ts';
import { amount } from '../view/amount.ts';

const MOST_FINDINGS = 200;
const MOST_GAPS = 50;
const MOST_PLACES = 3;
const MOST_RUNS = 7;
const MOST_OWNERS = 20;
const MOST_FAILED = 5;

/** For a terminal: what to look at first, what became of the last run's, and what was not seen. */
export function organizationText(report: OrganizationReport, _color: boolean): string {
  const { findings, coverage, difference, target } = report;
  const lines = [
    ...findings.slice(0, MOST_FINDINGS).flatMap(findingLines),
    ...(findings.length > MOST_FINDINGS ? [`… and ${amount(findings.length - MOST_FINDINGS, 'more finding')}; the json and html reports have all`, ''] : []),
    `${target}: ${amount(findings.length, 'credential')} in ${amount(report.repositories.filter((line) => line.findings > 0).length, 'repository', 'repositories')}, ${findings.filter(({ failing }) => failing).length} failing`,
    ...ownerText(report.owners ?? []),
    `since the last run: ${difference.new} new, ${difference.reopened} reopened, ${difference.still} still there, ${difference.fixed.length} fixed, ${difference.gone.length} gone, ${difference.unseen.length} not seen this time and still open`,
    ...(difference.otherSettings === true ? ['  The last run had other rules, options or policy: what is not found may not have been looked for, and nothing is called gone.'] : []),
    ...closedLines('fixed', difference.fixed),
    ...closedLines('gone (nobody says that it is dead)', difference.gone),
    ...trendText(report),
    ...(report.alerts ?? []).map(alertLine),
    ...issueText(report),
    ...uploadText(report),
    coverageLine(report),
    ...(coverage.complete ? ['Everything that was planned was seen.'] : gapLines(report)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Credentials alone, all of them. */
export function organizationFindings(findings: readonly OrganizationFinding[]): string {
  return findings.flatMap(findingLines).map((line) => `${line}\n`).join('');
}

function findingLines({ id, severity, ruleName, masked, status, identity, violations, exposure, change, waived, owners = [], repositories }: OrganizationFinding): readonly string[] {
  const shown = repositories.slice(0, MOST_PLACES).map(({ name, place, places }) => `    ${printable(name)}  ${printable(place)}${places > 1 ? ` and ${amount(places - 1, 'more place')}` : ''}`);
  const rest = repositories.length - MOST_PLACES;
  return [
    `${severity.toUpperCase()}  ${printable(ruleName)}  ${printable(masked)}  ${status}${identity === undefined ? '' : ` as ${printable(identity)}`}${waived ? ', waived' : ''}  [${id.slice(0, 12)}, ${change}, ${exposure}]`,
    ...(violations.length === 0 ? [] : [`    breaks ${violations.join(', ')}`]),
    ...(owners.length === 0 ? [] : [`    for ${owners.slice(0, MOST_PLACES).map(({ name, from }) => `${printable(name)} (${from})`).join(', ')}${owners.length > MOST_PLACES ? ` and ${owners.length - MOST_PLACES} more` : ''}`]),
    ...shown,
    ...(rest > 0 ? [`    and in ${amount(rest, 'more repository', 'more repositories')}`] : []),
    '',
  ];
}

function ownerText(owners: readonly OwnerLine[]): readonly string[] {
  const rest = owners.length - MOST_OWNERS;
  return [...owners.slice(0, MOST_OWNERS).map(ownerLine), ...(rest > 0 ? [`  and ${amount(rest, 'more owner')}`] : [])];
}

/** Also the heading of their group in `triage`. */
export function ownerLine({ name, credentials, failing, active }: OwnerLine): string {
  return `  ${name === '' ? 'nobody is known to answer' : printable(name)}: ${amount(credentials, 'credential')}, ${failing} failing, ${active} active`;
}

/** The last runs, the oldest first, and this one. */
function trendText({ run: { earlier = [] } }: OrganizationReport): readonly string[] {
  if (earlier.length === 0) return [];
  const shown = earlier.slice(-MOST_RUNS).map(({ at, credentials, failing, active, complete }) => `${at.slice(0, 10)} ${credentials}/${failing}/${active}${complete ? '' : '*'}`);
  return [`earlier runs (credentials/failing/active${earlier.slice(-MOST_RUNS).every(({ complete }) => complete) ? '' : '; * saw less'}): ${shown.join(', ')}`];
}

function closedLines(word: string, closed: readonly ClosedFinding[]): readonly string[] {
  return closed.slice(0, MOST_GAPS).map(({ id, rule, masked, repositories }) => `  ${word}: ${rule} ${printable(masked)} [${id.slice(0, 12)}] of ${repositories.slice(0, MOST_PLACES).map(printable).join(', ')}`);
}

/** Also in the HTML report: what became of the message to one destination. */
export function alertLine({ destination, state, why }: AlertOutcome): string {
  const what = { sent: 'an alert was sent to', failed: 'AN ALERT DID NOT REACH', 'dry-run': 'an alert was shown and not sent to' }[state];
  return `${what} the address of ${destination}${why === undefined ? '' : ` (${printable(why)})`}`;
}

/** Issues for owners by what became of them; whether they were asked for, only those that were not left as they are tell. */
export function issueText({ issues = [] }: Pick<OrganizationReport, 'issues'>): readonly string[] {
  const counts = (['opened', 'updated', 'unchanged', 'closed', 'dry-run', 'failed'] as const).map((state) => [state, issues.filter((issue) => issue.state === state).length] as const).filter(([, count]) => count > 0);
  if (counts.length === 0) return [];
  return [`issues for owners: ${counts.map(([state, count]) => `${count} ${{ 'dry-run': 'shown and not written', failed: 'NOT WRITTEN' }[state as string] ?? state}`).join(', ')}`];
}

/** Uploads to code scanning by what became of them, and the first that failed. */
export function uploadText({ repositories }: Pick<OrganizationReport, 'repositories'>): readonly string[] {
  const asked = repositories.flatMap(({ name, upload }) => (upload === undefined ? [] : [{ name, ...upload }]));
  if (asked.length === 0) return [];
  const count = (state: (typeof asked)[number]['state']): number => asked.filter((one) => one.state === state).length;
  const failed = asked.filter(({ state }) => state === 'failed');
  return [
    `code scanning: ${amount(count('uploaded'), 'repository', 'repositories')} uploaded, ${count('nothing')} with nothing to upload, ${count('off')} without code scanning, ${failed.length} not uploaded`,
    ...failed.slice(0, MOST_FAILED).map(({ name, why }) => `  ${printable(name)}: ${printable(why ?? '')}`),
    ...(failed.length > MOST_FAILED ? [`  and ${failed.length - MOST_FAILED} more`] : []),
  ];
}

function coverageLine({ coverage }: OrganizationReport): string {
  const { repositories, refs, texts, runs, scanned } = coverage;
  const listed = (some: Readonly<Record<string, number>>): string => Object.entries(some).map(([reason, count]) => `${count} ${reason}`).join(', ');
  const [reasons, skips] = [listed(coverage.reasons), listed(coverage.skips)];
  return `${amount(repositories.planned, 'repository', 'repositories')}: ${repositories.scanned} scanned, ${repositories.unchanged} unchanged, ${repositories.skipped} skipped${reasons === '' ? '' : ` (${reasons})`}; ${amount(refs, 'ref')}, ${amount(scanned.blobs, 'blob')}, ${amount(scanned.commits, 'commit')}, ${amount(texts, 'text')}${runs === undefined ? '' : `, ${runsLine(runs)}`}${skips === '' ? '' : `; left out or not seen: ${skips}`}`;
}

/** Also in the HTML report. */
export function runsLine({ planned, scanned, unchanged, skipped, older }: RunCounts): string {
  const told = [`${scanned} read`, `${unchanged} as before`, ...Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`), ...(older === 0 ? [] : [`${older} older ones not looked at`])];
  return `${amount(planned, 'CI run')} (${told.join(', ')})`;
}

function gapLines({ coverage, repositories }: OrganizationReport): readonly string[] {
  const missed = repositories.filter((line) => !line.complete);
  return [
    'NOT EVERYTHING WAS SEEN:',
    ...coverage.gaps.map(({ what, reason, detail }) => `  ${printable(what)}: ${reason}${detail === undefined ? '' : ` (${printable(detail)})`}`),
    ...missed.slice(0, MOST_GAPS).map(missedLine),
    ...(missed.length > MOST_GAPS ? [`  and ${amount(missed.length - MOST_GAPS, 'more repository', 'more repositories')}`] : []),
  ];
}

function missedLine({ name, reason, detail, gaps, gapsLeftOut }: RepositoryLine): string {
  const [first] = gaps;
  const why = reason ?? (first === undefined ? 'interrupted' : `${first.what}: ${first.reason}${first.detail === undefined ? '' : ` (${first.detail})`}`);
  const more = gaps.length - 1 + gapsLeftOut;
  return `  ${printable(name)}: ${printable(why)}${reason !== undefined && detail !== undefined ? ` (${printable(detail)})` : ''}${reason === undefined && more > 0 ? ` and ${amount(more, 'more gap')}` : ''}`;
}
