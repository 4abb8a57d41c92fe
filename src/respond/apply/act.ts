import type { Action, ActionResult, Credential, Introspection, Mutation } from '../../model/index.ts';
import { changeSince } from '../plan/identity.ts';
import { findAgain } from './find-again.ts';
import { hiding, nameOf } from './hidden.ts';
import { PROOF_DELAYS_MS, askOnce, prove, said } from './prove.ts';
import type { ApplyDeps, StepKind } from './types.ts';

/** `deps` of one action: steps are told without saying of which. */
export interface ActDeps extends Omit<ApplyDeps, 'onStep'> {
  readonly step: (kind: StepKind) => void;
}

/**
 * Carries out one action: read the secret again, ask, record the intent, send, ask until it is proven. Only an `inactive` that
 * the issuer said makes it `done`. What was sent once before (by a run that crashed, or just now) is asked about with patience
 * before it is sent again. Throws only what the ledger throws.
 */
export async function act(action: Action, deps: ActDeps): Promise<ActionResult> {
  if (action.kind !== 'revoke') return unable(action, `${action.kind} cannot be applied from a plan by this version`);
  if (deps.signal.aborted) return unable(action, 'interrupted before anything was sent');
  deps.step('read');
  const found = await findAgain(action, deps);
  if ('reason' in found) return unable(action, found.reason);
  if (!deps.yes) return { status: 'would', action, detail: `the secret is still there; would ask ${action.host}, then send ${action.method}, then ask again` };
  const { credential } = found;

  deps.step('ask');
  const intended = deps.wasIntended?.(action) === true;
  const before = intended ? await prove(credential, action, PROOF_DELAYS_MS, deps) : await askOnce(credential, action, deps);
  if (!intended) deps.ledger('apply.asked', { action: action.id, ...said(before) }, action.fingerprint);
  if (before.status === 'inactive') return { status: 'already-inactive', action, confirmedBy: before };
  if (before.status !== 'active') return unable(action, `the issuer did not say that the token is active (${explained(before)}), so nothing was sent`);
  const change = changeSince(action, before);
  if (change !== undefined) return { status: 'refused', action, detail: `the world is not as planned: ${change}; nothing was sent` };
  if (deps.signal.aborted) return unable(action, 'interrupted before anything was sent');

  deps.step('intend');
  deps.ledger('apply.intent', { action: action.id, kind: action.kind, store: action.store, host: action.host, method: action.method, finding: action.findingId }, action.fingerprint);
  deps.step('send');
  const answer = await send(credential, action, deps);
  deps.ledger('apply.answer', { action: action.id, ...answer }, action.fingerprint);

  deps.step('prove');
  const after = await prove(credential, action, answer.status === 'refused' ? [0] : PROOF_DELAYS_MS, deps);
  return outcome(action, answer, after);
}

/** A request whose sending failed may have arrived all the same: that is uncertain, not refused. */
async function send(credential: Credential, action: Action, deps: Pick<ApplyDeps, 'revoke'>): Promise<Mutation> {
  try {
    return hiding(credential)(await deps.revoke(credential, action));
  } catch (error) {
    return { status: 'uncertain', why: 'network', detail: `sending failed (${nameOf(error)})` };
  }
}

function outcome(action: Action, answer: Mutation, after: Introspection): ActionResult {
  if (after.status === 'inactive') return { status: 'done', action, confirmedBy: after };
  const now = after.status === 'active' ? 'the issuer still calls the token active' : `the issuer does not say whether it is dead (${explained(after)})`;
  if (answer.status === 'refused') return unable(action, `the issuer refused: ${answer.detail}; ${now}`);
  return { status: 'requested', action, detail: `${answer.status === 'accepted' ? 'the issuer took the request' : `it is not certain that the request arrived (${answer.why})`}, but ${now}; apply the plan again later` };
}

function unable(action: Action, detail: string): ActionResult {
  return { status: 'unable', action, detail };
}

function explained({ status, why, detail }: { readonly status: string; readonly why: string; readonly detail: string }): string {
  return detail === '' ? `${status}: ${why}` : `${status}: ${why}, ${detail}`;
}
