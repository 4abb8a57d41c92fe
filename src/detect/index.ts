export { Scanner } from './engine/scanner.ts';
export { compileTables } from './engine/tables.ts';
export { foldMatches, type FoldInput } from './fold.ts';
