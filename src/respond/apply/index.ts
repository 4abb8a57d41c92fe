/** Carrying a plan out, with proof. */
export { applyPlan } from './apply.ts';
export { readPast } from './past.ts';
export type { Intended, Past } from './past.ts';
export { recheckPlan } from './recheck.ts';
export type { RecheckDeps, Rechecked } from './recheck.ts';
export { holdApply } from './only-one.ts';
export type { Applied, ApplyDeps, Authority, Step, StepKind } from './types.ts';
