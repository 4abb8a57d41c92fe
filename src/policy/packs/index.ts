import { defaultPack } from './default.ts';
import type { Pack } from './pack.ts';
import { strictPack } from './strict.ts';

export type { Pack } from './pack.ts';
export { CLAUSES, DOCUMENTS, type Clause } from './clauses.ts';

/** The first is what holds where none is named. */
export const PACKS: readonly [Pack, ...Pack[]] = [defaultPack, strictPack];
