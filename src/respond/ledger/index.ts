/** The append-only, hash-chained record of what was sent and done. */
export { openLedger } from './open.ts';
export type { Ledger, LedgerOptions } from './open.ts';
export { readLedger } from './records.ts';
export { verifyLedger } from './verify.ts';
export type { Damage, DamageKind, LedgerCheck } from './verify.ts';
export type { Head } from './head.ts';
