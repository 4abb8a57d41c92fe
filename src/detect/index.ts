export { Scanner } from './engine/scanner.ts';
export { readTables, writeTables } from './engine/stored-tables.ts';
export { foldMatches, type FoldInput, type KnownOrigin } from './fold.ts';
