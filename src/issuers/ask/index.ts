export { createVerifier, credentialKey } from './verifier.ts';
export type { Issuing } from './issuing.ts';
export type { Revocation, Verifier, VerifierOptions } from './verifier.ts';
export { builtInStores } from './built-in-stores.ts';
export type { BuiltInOptions } from './built-in-stores.ts';
export { readStores } from './stores.ts';
export type { ReadStoresOptions, StoreConfig } from './stores.ts';
export type { NotAttempted, Routed } from './route.ts';
export { UnrecordedError } from './conversation.ts';
