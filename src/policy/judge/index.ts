/** Judging by policy: read it, judge a record by it, and draw severity, failure and SARIF rule from the verdicts. */
export { isViolating, judgeAll } from './judge-all.ts';
export { readPolicy } from './policy.ts';
export type { Policy, PolicyEntry } from './policy.ts';
export { policySchema } from './schema.ts';
export { isFailing, ruleIdOf, severityOf } from './severity.ts';
export type { FailOptions } from './severity.ts';
