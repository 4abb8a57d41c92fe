/** Runs over everything that an organisation has: what workers do with repositories, and the report that their pieces make. */
export { buildReport, NOTHING_TO_SEE, type ReportInput, type StoredRepository } from './build-report.ts';
export type { EarlierReport } from './compare.ts';
export { answersFor, groupByOwner, ownerLines } from './owners.ts';
export { trendPoint } from './trend.ts';
export type { Piece, PieceCoverage, PieceReport, RepositoryFacts, RunMemory } from './piece.ts';
export { QUERY_FIELDS, readQuery, type Query } from './query.ts';
export { inTurn, NotNow, work, workAbreast, type HeldJob, type JobStore } from './work.ts';
