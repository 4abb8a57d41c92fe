/**
 * Findings that somebody answers for until a date: entries of a file, keyed on fingerprint and rule, and comments beside the
 * secret. Pure: the text of files and lines comes in, findings with their waivers go out.
 */
export { addEntries, isLive, type Added } from './add-entries.ts';
export { applyBook, bookOf, EMPTY_BOOK, type WaiverBook } from './apply.ts';
export { applyInline, type InlineResult, type MarkedPlace } from './apply-inline.ts';
export { complaintsAbout } from './demands.ts';
export { keyOf, type WaiverEntry, type WaiverPolicy } from './entry.ts';
export { markersFor, stoodAtBase, type Found } from './find-markers.ts';
export { linesOf } from './line-versions.ts';
export { describeProblems, waiversError, type WaiverProblem } from './problem.ts';
export { MAX_FILE_BYTES, readDisk, textOf } from './read-disk.ts';
export { readFile, type WaiverFile } from './read-file.ts';
export { verdictOf, writeVerdict, type Judged } from './verdict.ts';
export { inlineOf, lineOf, writeFile } from './write-file.ts';

/** Looked for in the working directory, as `tokenwarden.yml` is. */
export const WAIVERS_NAME = '.tokenwarden-waivers.yml';
