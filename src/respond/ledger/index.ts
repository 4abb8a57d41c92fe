/** The append-only, hash-chained record of what was sent and done. */
export { anchorInFile, headsInFile, readAnchors, writeAnchor } from './anchor.ts';
export type { AnchoredHead, AnchorHeads } from './anchor.ts';
export { toOcsf } from './ocsf.ts';
export { openLedger } from './open.ts';
export type { Ledger, LedgerLine, LedgerOptions } from './open.ts';
export { readLedger } from './records.ts';
export { verifyLedger } from './verify.ts';
export type { Damage, DamageKind, LedgerCheck } from './verify.ts';
export type { Head } from './head.ts';
