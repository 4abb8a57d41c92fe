/** The audit pack: what the ledger proves of a time. */
export { collectEvidence } from './collect.ts';
export type { ActionEvidence, Evidence, FindingTimes, Promised } from './collect.ts';
