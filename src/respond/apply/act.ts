import type { Action, ActionResult, Introspection, Mutation } from '../../model/index.ts';
import { formatInstant } from '../../lib/instant.ts';
import { changeSince } from '../plan/identity.ts';
import type { Intended } from './past.ts';
import { PROOF_DELAYS_MS, isProof, prove, said } from './prove.ts';
import { subjectOf } from './subject.ts';
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
  if (action.kind === 'rotate' || action.kind === 'issue') return unable(action, `${action.kind} is not done by "apply": see "tokenwarden ${action.kind} --help"`);
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
  if (isProof(before, action)) return { status: 'already-inactive', action, confirmedBy: before };
  if (before.status !== 'active') return unable(action, `the issuer did not say that the token is active (${explained(before)}), so nothing was sent`);
  const provenAt = deps.provenAt(action);
  if (provenAt !== undefined) return { status: 'refused', action, detail: `this plan found it dead at ${formatInstant(provenAt)}, and the token lives again: a plan is carried out once, make a new one; nothing was sent` };
  const change = changeSince(subject.action, before);
  if (change !== undefined) return { status: 'refused', action, detail: `the world is not as planned: ${change}; nothing was sent` };
  const { acceptedAt } = intended ?? {};
  if (acceptedAt !== undefined && deps.now().getTime() < acceptedAt.getTime() + ACCEPTED_MS) {
    return { status: 'requested', action, detail: `the issuer took the request at ${formatInstant(acceptedAt)}, but still calls the token active; it was not sent again, apply the plan again later` };
  }
  if (deps.signal.aborted) return unable(action, 'interrupted before anything was sent');

  deps.step('intend');
  const { kind, store, host, method, findingId, through, tokenId } = subject.action;
  const automatic = deps.authority?.kind === 'automatic' ? { automatic: true } : {};
  // The kind as planned: it is what a later run looks for.
  deps.ledger('apply.intent', { plan: deps.plan, action: action.id, kind: action.kind, ...(kind === action.kind ? {} : { sentAs: kind }), store, host, method, finding: findingId, ...(through === 'id' ? { tokenId } : {}), ...automatic }, action.fingerprint);
  deps.step('send');
  const answer = await subject.mutate();
  deps.ledger('apply.answer', { plan: deps.plan, action: action.id, ...answer }, action.fingerprint);

  deps.step('prove');
  const after = await prove(subject, answer.status === 'refused' ? [0] : PROOF_DELAYS_MS, deps);
  return outcome(action, answer, after);
}

function outcome(action: Action, answer: Mutation, after: Introspection): ActionResult {
  if (isProof(after, action)) return { status: 'done', action, confirmedBy: after };
  const now = after.status === 'active' ? `the issuer still calls the token active${action.kind === 'shorten' ? ' for longer' : ''}` : `the issuer does not say whether it is dead (${explained(after)})`;
  if (answer.status === 'refused') return unable(action, `the issuer refused: ${answer.detail}; ${now}`);
  return { status: 'requested', action, detail: `${answer.status === 'accepted' ? 'the issuer took the request' : `it is not certain that the request arrived (${answer.why})`}, but ${now}; apply the plan again later` };
}

function unable(action: Action, detail: string): ActionResult {
  return { status: 'unable', action, detail };
}

function explained(answer: Introspection): string {
  if (answer.status === 'active' || answer.status === 'inactive') return answer.status;
  return answer.detail === '' ? `${answer.status}: ${answer.why}` : `${answer.status}: ${answer.why}, ${answer.detail}`;
}
