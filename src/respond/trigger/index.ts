/** What may be done without a person, and what stops that. */
export { decide, freezeAt } from './decide.ts';
export type { Situation } from './decide.ts';
export { createBreaker, holdAutomatic, isInUse } from './guard.ts';
export type { Breaker } from './guard.ts';
