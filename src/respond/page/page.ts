import type { Action, Plan } from '../../model/index.ts';

/** A message to the people who answer for something. Holds no secret. */
export interface Page {
  readonly to: readonly string[];
  readonly subject: string;
  readonly lines: readonly string[];
  readonly findings: readonly string[];
  /** Digest of the plan. */
  readonly plan: string;
}

export interface Held {
  readonly action: Action;
  readonly why: string;
}

/** One page for each set of owners: what lives where, why nothing was done, and what to do. */
export function pagesFor(held: readonly Held[], plan: Plan, { fallback, planFile }: { readonly fallback?: string; readonly planFile?: string }): readonly Page[] {
  const nobody = fallback === undefined ? [] : [fallback];
  const byOwners = Map.groupBy(held, ({ action }) => JSON.stringify(action.owners === undefined || action.owners.length === 0 ? nobody : action.owners));
  return [...byOwners].map(([owners, group]) => ({
    to: JSON.parse(owners) as readonly string[],
    subject: `${group.length} living ${group.length === 1 ? 'token waits' : 'tokens wait'} for your decision`,
    lines: [...group.flatMap(({ action, why }) => [`${action.rule} at ${action.host}, finding ${action.findingId}${action.identity === undefined ? '' : `, acts as ${action.identity}`}, lies at ${(action.places ?? []).slice(0, 3).join(', ') || 'no known place'}`, `  would ${action.kind} it (${action.reversible ? 'can' : 'cannot'} be undone); not done, because ${why}`]), `Plan ${plan.digest.slice(0, 16)}${planFile === undefined ? '' : ` in ${planFile}`}, good until ${plan.expiresAt}: "tokenwarden plan show", "plan approve", "apply --yes".`],
    findings: group.map(({ action }) => action.findingId),
    plan: plan.digest,
  }));
}

/** To the other responders, when one of them applied alone. */
export function pageOfBrokenGlass(plan: Plan, by: string, reason: string, others: readonly string[]): Page {
  return {
    to: others,
    subject: `${by} broke the glass`,
    lines: [`${by} applies plan ${plan.digest.slice(0, 16)} (${plan.actions.length} actions) without approval: ${reason}`, `A review is open: "tokenwarden plan review ${plan.digest.slice(0, 16)} --key FILE --reason TEXT" closes it, by somebody other than ${by}.`],
    findings: plan.actions.map(({ findingId }) => findingId),
    plan: plan.digest,
  };
}

/** As one text, for webhooks that take `{"text": …}` and for people. */
export function pageText({ to, subject, lines }: Page): string {
  return `${to.length === 0 ? 'to whom it may concern (nobody is named as owner)' : to.join(', ')}: ${subject}\n${lines.join('\n')}`;
}
