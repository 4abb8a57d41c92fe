/** What is to be done, as data that people can read, approve and hand over. */
export { describePlan } from './describe.ts';
export type { DescribeOptions } from './describe.ts';
export { digestOf } from './digest.ts';
export { makePlan } from './make.ts';
export type { WantedLimit } from './limits.ts';
export type { Circumstances, PlanInput, Revocable } from './make.ts';
export { readPlan, requireFresh, requireUnchanged, writePlan } from './read.ts';
export type { Choice } from './ways.ts';
