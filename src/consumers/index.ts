/** Places that hold a credential for who uses it: one file for each kind. */
export { CONSUMERS } from './registry.ts';
export { consumersIn, mayTell } from './discover/index.ts';
export type { Reference, Told } from './discover/index.ts';
