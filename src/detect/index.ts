export { Scanner } from './engine/scanner.ts';
export type { Tables } from './engine/tables.ts';
export { readTables } from './engine/stored-tables.ts';
export { foldMatches, type FoldInput, type KnownOrigin } from './fold.ts';
