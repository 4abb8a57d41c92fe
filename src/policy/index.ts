/** What other rooms' callers use of policy: the checks, and judging by them. */
export { CHECKS } from './registry.ts';
export { cloudKeyNamed } from './facts/federation.ts';
export { exposedSince } from './facts/exposed-since.ts';
export { personOf, tokenOwners } from './facts/owners.ts';
export { livenessOf } from './facts/liveness.ts';
export type { Liveness } from './facts/liveness.ts';
export * from './judge/index.ts';
export * from './packs/index.ts';
