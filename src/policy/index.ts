/** What other rooms' callers use of policy: the checks, reading a policy, judging by it, and what follows from the verdicts. */
export { CHECKS } from './registry.ts';
export { livenessOf } from './facts/liveness.ts';
export type { Liveness } from './facts/liveness.ts';
export { isViolating, judgeAll } from './judge/judge-all.ts';
export { readPolicy } from './judge/policy.ts';
export type { Policy, PolicyEntry } from './judge/policy.ts';
export { policySchema } from './judge/schema.ts';
export { isFailing, ruleIdOf, severityOf } from './judge/severity.ts';
export type { FailOptions } from './judge/severity.ts';
