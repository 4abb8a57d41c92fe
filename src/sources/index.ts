/** Where bytes come from: planning on the main thread, reading on any. See `plan-target.ts` and `read-unit.ts`. */
export { planTarget } from './plan-target.ts';
export type { Fetched, Hit, Planned, Remote, TargetSpec, Told } from './plan/target.ts';
export { closeReaders, readUnit } from './read-unit.ts';
export { readPlainFile } from './read/plain-file.ts';
export { readOccurrence } from './occurrence.ts';
export { blobsAt, changedBelow, commitAt, existsAt, isAncestor, fileAt, headAt, homeOf, isAtHome, type Home } from './home.ts';
export { readTexts } from './read-texts.ts';
export { readSpans } from './read-spans.ts';
export { completeHistory, completeRange, type Completed, type FetchFrom } from './git/fetch.ts';
export { addToRef, messagesOfRef } from './git/anchor-ref.ts';
