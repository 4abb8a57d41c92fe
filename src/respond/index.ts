/** The response: plan, apply, and the ledger of both. */
export * from './apply/index.ts';
export * from './issue/index.ts';
export * from './ledger/index.ts';
export * from './plan/index.ts';
