/** Places that hold a credential for who uses it: one file for each kind. */
export { CONSUMERS } from './registry.ts';
