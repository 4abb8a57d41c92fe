import type { Action, ActionResult, Plan } from '../../model/index.ts';
import { requireFresh, requireUnchanged } from '../plan/read.ts';
import { act } from './act.ts';
import { intentKey } from './past.ts';
import type { Intended } from './past.ts';
import type { Applied, ApplyDeps } from './types.ts';

/**
 * Applies a plan, one action after the other, in its order. Without `yes` it is a dry run: it checks the plan, reads each secret
 * again and says what it would do, and sends nothing at all, not even a question. Throws `PLAN_CHANGED`, `PLAN_INVALID`
 * or `PLAN_STALE` before anything is read, and whatever the ledger throws. Applying twice is harmless: what is dead stays dead,
 * and what a plan proved dead once it does not kill again. Approvals are the caller's business, see `requireApproved`.
 */
export async function applyPlan(plan: Plan, deps: ApplyDeps): Promise<Applied> {
  requireUnchanged(plan);
  requireFresh(plan, deps.now());
  const { actions } = plan;
  const { past, authority } = deps;
  deps.ledger('apply.started', { plan: plan.digest, actions: actions.length, dryRun: !deps.yes, ...(plan.requestedBy === undefined ? {} : { requestedBy: plan.requestedBy }), ...(authority === undefined ? {} : { authority: authority.kind, approvedBy: authority.by, ...(authority.signed === undefined ? {} : { signed: authority.signed.map(({ role, by, at, until, signature }) => ({ role, by, at, until, signature })) }) }) });
  const sent = new Map<string, Intended>();
  const results: ActionResult[] = [];
  for (const [index, action] of actions.entries()) {
    const place = { action, number: index + 1, of: actions.length };
    const result = await act(action, {
      ...deps,
      plan: plan.digest,
      hold: (asked, credential) => (isOver(plan, deps.now()) ? 'the plan went out of date meanwhile' : deps.hold?.(asked, credential)),
      step: (kind) => {
        if (kind === 'send') sent.set(intentKey(action), { at: deps.now() });
        deps.onStep({ ...place, kind });
      },
      intended: (asked: Action) => sent.get(intentKey(asked)) ?? past?.intended(asked),
      provenAt: (asked: Action) => past?.proven(plan.digest, asked),
    });
    const { confirmedBy } = result as { readonly confirmedBy?: { readonly method: string; readonly at: Date } };
    const proof = confirmedBy === undefined ? {} : { proof: { method: confirmedBy.method, at: confirmedBy.at.toISOString() } };
    deps.ledger('apply.result', { plan: plan.digest, action: action.id, kind: action.kind, finding: action.findingId, rule: action.rule, status: result.status, ...('detail' in result ? { detail: result.detail } : {}), ...proof }, action.fingerprint);
    if (result.status === 'requested') sent.set(intentKey(action), { at: deps.now(), acceptedAt: deps.now() });
    deps.onStep({ ...place, kind: 'result', result });
    results.push(result);
  }
  const ok = results.every(({ status }) => status === 'done' || status === 'already-inactive' || status === 'already-limited' || (!deps.yes && status === 'would'));
  deps.ledger('apply.ended', { plan: plan.digest, ok, results: results.map(({ status }) => status) });
  return { dryRun: !deps.yes, results, ok };
}

function isOver({ expiresAt }: Plan, now: Date): boolean {
  return now.getTime() >= Date.parse(expiresAt);
}
