/** Who may say that a plan is carried out, and how that is proven: Ed25519 signatures over its digest. */
export { readApprovals, signPlan, writeApproval } from './approval.ts';
export { makeKeyPair, readPrivateKey } from './keys.ts';
export type { KeyPair, SigningKey } from './keys.ts';
export { requireApproved } from './require.ts';
