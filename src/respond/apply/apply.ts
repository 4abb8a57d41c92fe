import type { Action, ActionResult, Plan } from '../../model/index.ts';
import { requireFresh, requireUnchanged } from '../plan/read.ts';
import { act } from './act.ts';
import { intentKey } from './intents.ts';
import type { Applied, ApplyDeps } from './types.ts';

/**
 * Applies a plan, one action after the other, in its order. Without `yes` it is a dry run: it checks the plan, reads each secret
 * again and says what it would do, and sends nothing at all, not even a question. Throws `PLAN_CHANGED`, `PLAN_INVALID`
 * or `PLAN_STALE` before anything is read, and whatever the ledger throws. Applying twice is harmless: what is dead stays dead.
 */
export async function applyPlan(plan: Plan, deps: ApplyDeps): Promise<Applied> {
  requireUnchanged(plan);
  requireFresh(plan, deps.now());
  const { actions } = plan;
  deps.ledger('apply.started', { plan: plan.digest, actions: actions.length, dryRun: !deps.yes });
  const sent = new Set<string>();
  const results: ActionResult[] = [];
  for (const [index, action] of actions.entries()) {
    const place = { action, number: index + 1, of: actions.length };
    const result = await act(action, {
      ...deps,
      step: (kind) => {
        if (kind === 'send') sent.add(intentKey(action));
        deps.onStep({ ...place, kind });
      },
      wasIntended: (asked: Action) => sent.has(intentKey(asked)) || deps.wasIntended?.(asked) === true,
    });
    deps.ledger('apply.result', { action: action.id, finding: action.findingId, status: result.status, ...('detail' in result ? { detail: result.detail } : {}) }, action.fingerprint);
    deps.onStep({ ...place, kind: 'result', result });
    results.push(result);
  }
  const ok = results.every(({ status }) => status === 'done' || status === 'already-inactive' || (!deps.yes && status === 'would'));
  deps.ledger('apply.ended', { plan: plan.digest, ok, results: results.map(({ status }) => status) });
  return { dryRun: !deps.yes, results, ok };
}
