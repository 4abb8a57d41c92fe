import { printable } from '../lib/printable.ts';
import type { OrganizationFinding, OrganizationReport } from '../model/index.ts';

/** What a channel is told; no secret, no mask of one, and of what the world can read not whether it lives. */
export interface Alert {
  readonly subject: string;
  readonly lines: readonly string[];
  /** For programs: the body of a webhook. */
  readonly data: Readonly<Record<string, unknown>>;
}

export const MOST_LISTED = 20;
const MOST_PLACES = 3;
const MOST_CHARACTERS = 200;

/** Of a run, what people must learn today: new and reopened credentials that are to be acted on. Undefined: nothing. */
export function alertFor({ target, run, findings, coverage, difference }: OrganizationReport): Alert | undefined {
  const told = findings.filter(({ change, failing, waived }) => change !== 'still' && failing && !waived);
  if (told.length === 0) return undefined;
  const counts = { new: told.filter(({ change }) => change === 'new').length, reopened: told.filter(({ change }) => change === 'reopened').length };
  const listed = told.slice(0, MOST_LISTED).map(lineOf);
  return {
    subject: `${short(target)}: ${counts.new} new and ${counts.reopened} reopened ${told.length === 1 ? 'credential' : 'credentials'} to act on`,
    lines: [...listed.map(({ text }) => text), ...(told.length > MOST_LISTED ? [`and ${told.length - MOST_LISTED} more, in the report`] : []), ...(coverage.complete ? [] : ['Not everything was seen in this run; the report says what.'])],
    data: { schemaVersion: 1, event: 'organization.findings', target, run: run.id, counts: { ...counts, still: difference.still, listed: listed.length }, complete: coverage.complete, findings: listed.map(({ data }) => data) },
  };
}

function lineOf({ id, rule, ruleName, issuer, severity, change, exposure, status, violations, owners, repositories }: OrganizationFinding): { readonly text: string; readonly data: Readonly<Record<string, unknown>> } {
  const isPublic = exposure === 'public';
  // What a check says can tell that a token lives, as only living ones break most of them; so can a severity.
  const judged = isPublic ? {} : { status, severity, breaks: violations };
  const places = repositories.slice(0, MOST_PLACES).map(({ name, place }) => ({ repository: short(name), place: short(place) }));
  const more = repositories.length - places.length;
  // Who wrote a line need not answer for it.
  const names = (owners ?? []).filter(({ from }) => from !== 'author').map(({ name }) => short(name));
  const text = `${change}: ${short(ruleName)} (${short(issuer)})${isPublic ? ' in a public repository' : `, ${severity}, ${status}`}, at ${places.map(({ repository, place }) => `${repository} ${place}`).join('; ')}${more > 0 ? ` and in ${more} more` : ''}${names.length === 0 ? '' : `; ${names.join(', ')}`} [${id.slice(0, 12)}]`;
  return { text, data: { id, rule, issuer, change, exposure, ...judged, owners: names, places, repositories: repositories.length } };
}

/** Names come from strangers. */
function short(text: string): string {
  const shown = printable(text);
  return shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}…` : shown;
}
