import type { Action, ActionResult, Introspection, Mutation } from '../../model/index.ts';
import { formatInstant } from '../../lib/instant.ts';
import { leavesAlive } from '../../model/index.ts';
import { changeSince } from '../plan/identity.ts';
import type { FewerScopes } from '../plan/identity.ts';
import { limitOf } from './past.ts';
import type { Intended } from './past.ts';
import { PROOF_DELAYS_MS, beyondLimit, isProof, prove, said } from './prove.ts';
import { subjectOf } from './subject.ts';
import type { Subject } from './subject.ts';
import type { ApplyDeps, StepKind } from './types.ts';

/** `deps` of one action: steps are told without saying of which. */
export interface ActDeps extends Omit<ApplyDeps, 'onStep' | 'past'> {
  readonly step: (kind: StepKind) => void;
  /** Digest of the plan. */
  readonly plan: string;
  readonly intended: (action: Action) => Intended | undefined;
  /** When this plan found the action done before. */
  readonly provenAt: (action: Action) => Date | undefined;
}

/** An issuer that took a request is given so long before the request is sent again. */
const ACCEPTED_MS = 15 * 60_000;

/**
 * Carries out one action: read the secret again, ask, record the intent, send, ask until it is proven. Only what the issuer
 * said afterwards makes it `done`. What was sent once before (by a run that crashed, or just now) is asked about with patience
 * before it is sent again, and what the issuer took is not sent again for a while. Throws only what the ledger throws.
 */
export async function act(action: Action, deps: ActDeps): Promise<ActionResult> {
  if (action.kind === 'issue' || (action.kind === 'rotate' && deps.rotate === undefined)) return unable(action, `${action.kind} is not done by "apply": see "tokenwarden ${action.kind} --help"`);
  if (deps.signal.aborted) return unable(action, 'interrupted before anything was sent');
  const held = deps.hold?.(action);
  if (held !== undefined) return { status: 'held', action, detail: held };
  deps.step('read');
  const subject = await subjectOf(action, deps);
  if ('reason' in subject) return unable(action, subject.reason);
  const heldToo = deps.hold?.(subject.action, subject.credential);
  if (heldToo !== undefined) return { status: 'held', action, detail: heldToo };
  if (!deps.yes) return { status: 'would', action, detail: `${subject.how}; would ask ${action.host}, then send ${subject.action.method}, then ask again` };

  deps.step('ask');
  const intended = deps.intended(action);
  const before = intended === undefined ? await subject.ask() : await prove(subject, PROOF_DELAYS_MS, deps);
  if (intended === undefined) deps.ledger('apply.asked', { action: action.id, ...said(before) }, action.fingerprint);
  if (isProof(before, action)) return already(action, before);
  if (before.status !== 'active') return unable(action, `the issuer did not say that the token is active (${explained(before)}), so nothing was sent`);
  const provenAt = deps.provenAt(action);
  if (provenAt !== undefined) return { status: 'refused', action, detail: `this plan found it ${leavesAlive(action) ? 'limited' : 'dead'} at ${formatInstant(provenAt)}, and the token ${leavesAlive(action) ? 'may do more, or lives longer,' : 'lives'} again: a plan is carried out once, make a new one; nothing was sent` };
  const change = changeSince(subject.action, before, mayBeFewer(action, intended));
  if (change !== undefined) return { status: 'refused', action, detail: `the world is not as planned: ${change}; nothing was sent` };
  const { acceptedAt } = intended ?? {};
  // A rotation goes on where it waited, by its own records.
  if (action.kind !== 'rotate' && acceptedAt !== undefined && deps.now().getTime() < acceptedAt.getTime() + ACCEPTED_MS) {
    return { status: 'requested', action, detail: `the issuer took the request at ${formatInstant(acceptedAt)}, but still calls the token active; it was not sent again, apply the plan again later` };
  }
  if (deps.signal.aborted) return unable(action, 'interrupted before anything was sent');

  if (action.until !== undefined && Date.parse(action.until) <= deps.now().getTime()) return { status: 'refused', action, detail: `the planned end (${action.until}) is past: make a new plan; nothing was sent` };

  deps.step('intend');
  const { kind, store, host, method, findingId, through, tokenId } = subject.action;
  const automatic = deps.authority?.kind === 'automatic' ? { automatic: true } : {};
  // The kind as planned: it is what a later run looks for.
  deps.ledger('apply.intent', { plan: deps.plan, action: action.id, kind: action.kind, ...(kind === action.kind ? {} : { sentAs: kind }), store, host, method, finding: findingId, ...limitOf(action), ...(through === 'id' ? { tokenId } : {}), ...automatic }, action.fingerprint);
  deps.step('send');
  const answer = action.kind === 'rotate' ? await replaced(subject, deps) : await subject.mutate();
  deps.ledger('apply.answer', { plan: deps.plan, action: action.id, ...answer }, action.fingerprint);

  deps.step('prove');
  const after = await prove(subject, answer.status === 'refused' || isWaiting(answer) ? [0] : PROOF_DELAYS_MS, deps);
  if (isWaiting(answer) && !isProof(after, action)) return { status: 'requested', action, detail: `${answer.detail}; apply the plan again later, or run "tokenwarden rotate ${action.rotation ?? ''} --yes"` };
  return outcome(action, answer, after);
}

function outcome(action: Action, answer: Mutation, after: Introspection): ActionResult {
  if (isProof(after, action)) {
    const detail = beyondLimit(after, action);
    return { status: 'done', action, confirmedBy: after, ...(detail === undefined ? {} : { detail }) };
  }
  const now = after.status === 'active' ? `the issuer still ${STILL[action.kind] ?? 'calls the token active'}` : `the issuer does not say whether it is dead (${explained(after)})`;
  if (answer.status === 'refused') return unable(action, `the issuer refused: ${answer.detail}; ${now}`);
  return { status: 'requested', action, detail: `${answer.status === 'accepted' ? 'the issuer took the request' : `it is not certain that the request arrived (${answer.why})`}, but ${now}; apply the plan again later` };
}

const WAITS = 'the rotation waits: ';

/** One round of the rotation that replaces it; its last one ends the old token. */
async function replaced({ action, credential }: Subject, deps: ActDeps): Promise<Mutation> {
  if (credential === undefined || deps.rotate === undefined) return { status: 'refused', detail: 'a rotation needs the secret that it replaces' };
  const { status, detail } = await deps.rotate(action, credential);
  if (status === 'refused') return { status, detail };
  return { status: 'accepted', detail: status === 'waiting' ? `${WAITS}${detail}` : detail };
}

function isWaiting({ status, detail }: Mutation): boolean {
  return status === 'accepted' && detail.startsWith(WAITS);
}

const STILL: Readonly<Partial<Record<Action['kind'], string>>> = { shorten: 'calls the token active for longer', narrow: 'says that the token may do more' };

/** Nothing had to be sent. */
function already(action: Action, confirmedBy: Introspection): ActionResult {
  return confirmedBy.status === 'active' ? { status: 'already-limited', action, confirmedBy } : { status: 'already-inactive', action, confirmedBy };
}

/** A shorter life does not depend on scopes; what was begun to be narrowed may have lost some of those that were to go. */
function mayBeFewer({ kind, keep }: Action, intended: Intended | undefined): FewerScopes | undefined {
  if (kind === 'shorten') return 'any';
  return kind === 'narrow' && intended !== undefined && keep !== undefined ? { keep } : undefined;
}

function unable(action: Action, detail: string): ActionResult {
  return { status: 'unable', action, detail };
}

function explained(answer: Introspection): string {
  if (answer.status === 'active' || answer.status === 'inactive') return answer.status;
  return answer.detail === '' ? `${answer.status}: ${answer.why}` : `${answer.status}: ${answer.why}, ${answer.detail}`;
}
