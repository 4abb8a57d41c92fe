export { Scanner } from './engine/scanner.ts';
export { extendTables, type RuleMove } from './engine/extend-tables.ts';
export type { Tables } from './engine/tables.ts';
export { readTables, writeTables } from './engine/stored-tables.ts';
export { foldMatches, type FoldInput, type KnownOrigin } from './fold.ts';
