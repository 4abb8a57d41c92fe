/** The response: plan, approval, apply, and the ledger of them all. */
export * from './apply/index.ts';
export * from './issue/index.ts';
export * from './approval/index.ts';
export * from './evidence/index.ts';
export * from './ledger/index.ts';
export * from './page/index.ts';
export * from './plan/index.ts';
export * from './rotate/index.ts';
export * from './trigger/index.ts';
