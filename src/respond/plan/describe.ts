import picocolors from 'picocolors';
import { pathOf } from '../../model/index.ts';
import type { Action, ManualStep, Plan } from '../../model/index.ts';
import { printable } from '../../lib/printable.ts';

export interface DescribeOptions {
  readonly color: boolean;
  /** With it the text says whether the plan is out of date. */
  readonly now?: Date;
}

/** A plan for people, as `plan show` prints it: what would be done, where, why, to whom, and whether it can be undone. */
export function describePlan(plan: Plan, options: DescribeOptions): string {
  const paint = picocolors.createColors(options.color);
  const stale = options.now !== undefined && options.now.getTime() >= Date.parse(plan.expiresAt);
  const lines = [
    `${paint.bold('Plan')} ${plan.digest.slice(0, 16)}, made ${plan.createdAt} by ${printable(plan.tool)}${plan.requestedBy === undefined ? '' : ` for ${printable(plan.requestedBy)}`}, ${stale ? paint.red(`out of date since ${plan.expiresAt}`) : `good until ${plan.expiresAt}`}`,
    `${count(plan.actions.length, 'action')}, ${count(plan.manual.length, 'step')} for a person`,
    ...plan.actions.flatMap((action, index) => ['', `${paint.bold(`${index + 1}. ${printable(title(action))}`)} at ${printable(action.host)} (${printable(action.store)})`, ...rows(actionRows(action, paint))]),
    ...(plan.manual.length === 0 ? [] : ['', paint.bold('For a person')]),
    ...plan.manual.flatMap((step) => ['', ...manualRows(step)]),
    ...(plan.actions.length === 0 ? [] : ['', 'Nothing has been sent. "tokenwarden apply PLAN" shows what would be done, with --yes it is done.']),
  ];
  return `${lines.join('\n')}\n`;
}

/** What it is about in a few words: `shorten the life of x`. */
function title({ kind, rule }: Action): string {
  return kind === 'shorten' ? `shorten the life of ${rule}` : kind === 'narrow' ? `narrow the scopes of ${rule}` : `${kind} ${rule}`;
}

type Rows = readonly (readonly [string, string | undefined])[];

function actionRows(action: Action, paint: ReturnType<typeof picocolors.createColors>): Rows {
  const [first] = action.readAgain;
  const others = action.readAgain.length - 1;
  return [
    ['finding', action.findingId],
    ['token', action.fingerprint],
    ['acts as', action.identity ?? 'not said'],
    ['scopes', action.scopes === undefined ? 'not said' : action.scopes.join(', ') || 'none'],
    ['expires', action.expiresAt ?? 'not said'],
    ['last used', action.lastUsedAt ?? 'not said'],
    ['until', action.until === undefined ? undefined : `${action.until}, instead of ${action.expiresAt ?? 'an end that nobody said'}`],
    ['keeps', action.keep === undefined ? undefined : action.keep.join(', ') || 'nothing'],
    ['loses', action.keep === undefined ? undefined : (action.scopes ?? []).filter((scope) => action.keep?.includes(scope) !== true).join(', ')],
    ['how', `${action.method} · ${action.reversible ? 'can be undone' : paint.red('cannot be undone')}`],
    ['used', action.through === 'id' ? 'where it is used nobody here knows: its issuer lists it' : undefined],
    ['with it', action.breakage !== undefined || action.sideEffects === '' ? undefined : action.sideEffects],
    ...action.why.map((why) => ['why', why] as const),
    ['lies at', some(action.places)],
    ['exposed', action.exposedSince === undefined ? undefined : `since ${action.exposedSince} at the latest`],
    ['where', action.environments === undefined ? undefined : action.environments.filter((name) => name !== 'none').join(', ') || undefined],
    ['owner', action.owners === undefined ? undefined : action.owners.join(', ') || 'nobody is named'],
    ...(action.breakage ?? []).map((what) => ['breaks', what] as const),
    ['costs', action.cost === undefined ? undefined : `about ${action.cost.requests} requests at ${action.cost.perSecond} a second`],
    ['rule', action.decision === undefined ? undefined : action.decision.automatic ? `"${action.decision.rule}" does it without a person` : `for a person: ${action.decision.held.join('; ')}`],
    ['usable', `${usable(action)}${action.usable === undefined ? '' : `; until ${action.usable.until}`}`],
    ['read from', action.through === 'id' ? undefined : first === undefined ? 'nowhere: the secret must be given again' : `${pathOf(first.origin)}:${first.startLine}${others === 0 ? '' : ` or ${others} more ${others === 1 ? 'place' : 'places'}`}`],
  ];
}

/** What `apply` can still use; until when is the plan's own time. */
function usable(action: Action): string {
  if (action.through === 'id') return `the issuer's id ${action.tokenId ?? ''}; nobody needs the secret`;
  return action.byId === undefined ? 'the secret where it lies, or given with --secret -' : `the secret where it lies, or given with --secret -, else the issuer's id ${action.tokenId ?? ''} (${action.byId.method}${action.reversible && !action.byId.reversible ? ', which cannot be undone' : ''})`;
}

const MAX_SHOWN = 5;

function some(places: readonly string[] | undefined): string | undefined {
  if (places === undefined || places.length === 0) return undefined;
  return `${places.slice(0, MAX_SHOWN).join(', ')}${places.length > MAX_SHOWN ? ` and ${places.length - MAX_SHOWN} more` : ''}`;
}

function manualRows(step: ManualStep): readonly string[] {
  return [`- ${printable(step.rule)}`, ...rows([['finding', step.findingId], ['lies at', some(step.places)], ['owner', step.owners?.join(', ')], ['why', step.why], ['do', step.steps], ...(step.references ?? []).slice(0, MAX_SHOWN).map((url) => ['see', url] as const)])];
}

const INDENT = 3;
const LABEL = 10;

function rows(rows: Rows): readonly string[] {
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [`${' '.repeat(INDENT)}${label.padEnd(LABEL)} ${printable(value)}`]));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
