import type { Action, Introspection, ManualStep, Plan } from '../../model/index.ts';
import { isProof } from './prove.ts';
import { subjectOf } from './subject.ts';
import type { ApplyDeps } from './types.ts';

/** What the issuer says now of one token of a plan. */
export interface Rechecked {
  readonly findingId: string;
  readonly rule: string;
  readonly fingerprint: string;
  readonly owners: readonly string[];
  /** `limited`: alive, and no more than a plan left of it. */
  readonly state: 'dead' | 'limited' | 'alive' | 'unknown';
  /** Whether anybody can be asked, now or later. */
  readonly askable: boolean;
  /** For people. */
  readonly detail: string;
  /** What a person does about it. */
  readonly steps: string;
  readonly references: readonly string[];
}

export type RecheckDeps = Pick<ApplyDeps, 'readAgain' | 'findSecret' | 'given' | 'signal' | 'ask' | 'byId' | 'now' | 'ledger'>;

/** Asks about every token of a plan, those for a machine and those for a person, and changes nothing. Each answer is recorded. */
export async function recheckPlan(plan: Plan, deps: RecheckDeps): Promise<readonly Rechecked[]> {
  const results: Rechecked[] = [];
  for (const item of itemsOf(plan)) {
    if (deps.signal.aborted) break;
    const rechecked = await recheck(item, deps);
    deps.ledger('check.result', { plan: plan.digest, finding: rechecked.findingId, rule: rechecked.rule, status: rechecked.state, detail: rechecked.detail }, rechecked.fingerprint);
    results.push(rechecked);
  }
  return results;
}

interface Item {
  readonly action?: Action;
  readonly findingId: string;
  readonly rule: string;
  readonly owners: readonly string[];
  readonly steps: string;
  readonly references: readonly string[];
}

function itemsOf(plan: Plan): readonly Item[] {
  const actions = plan.actions.map((action): Item => ({ action, findingId: action.findingId, rule: action.rule, owners: action.owners ?? [], steps: 'Apply the plan again.', references: [] }));
  return [...actions, ...plan.manual.map((step): Item => ({ ...actionOf(step), findingId: step.findingId, rule: step.rule, owners: step.owners ?? [], steps: step.steps, references: step.references ?? [] }))];
}

/** Only what is needed to ask; it is never carried out. */
function actionOf({ recheck: how, findingId, rule, why }: ManualStep): { readonly action?: Action } {
  if (how === undefined) return {};
  const { fingerprint, store, host, tokenId, readAgain } = how;
  return { action: { id: '0'.repeat(12), kind: 'revoke', findingId, fingerprint, rule, store, host, method: 'ask', why: [why], reversible: false, sideEffects: '', readAgain, ...(tokenId === undefined ? {} : { tokenId, byId: { method: 'ask', reversible: false, sideEffects: '' } }) } };
}

async function recheck({ action, ...item }: Item, deps: RecheckDeps): Promise<Rechecked> {
  const said = (state: Rechecked['state'], detail: string): Rechecked => ({ ...item, fingerprint: action?.fingerprint ?? '', state, askable: action !== undefined, detail });
  if (action === undefined) return said('unknown', 'nobody can be asked about it');
  const subject = await subjectOf(action, { ...deps, mutate: async () => ({ status: 'refused', detail: 'a check changes nothing' }) });
  if ('reason' in subject) return said('unknown', subject.reason);
  const answer: Introspection = await subject.ask();
  if (answer.status === 'inactive') return said('dead', answer.reason);
  if (isProof(answer, action)) return said('limited', action.kind === 'shorten' ? `it ends ${action.until ?? ''} at the latest` : 'it has the planned scopes, or fewer');
  return answer.status === 'active' ? said('alive', `the issuer calls it active`) : said('unknown', `${answer.why}${answer.detail === '' ? '' : `: ${answer.detail}`}`);
}
