/** Carrying a plan out, with proof. */
export { applyPlan } from './apply.ts';
export { intentsIn } from './intents.ts';
export { holdApply } from './only-one.ts';
export type { Applied, ApplyDeps, Step, StepKind } from './types.ts';
