// AssemblyScript. Finds anchors in bytes and tests whether a secret may plausibly follow, so that only a few small
// windows per megabyte reach a regular expression; and what may be encoded text. Layout of the tables: `src/detect/engine/pack-tables.ts`.
import { learnGrams } from './filter';
import { layOut } from './layout';

export { scan } from './filter';
export { encoded } from './encoded';
export { resumeAt } from './layout';
export { countLines, lineStart, utf16Length } from './positions';

/** Where tables and output lie; `capacity` is in pairs of words. To be called once, before anything else. */
export function configure(bucketsAt: usize, mask: u32, listsAt: usize, anchorsAt: usize, classesAt: usize, alphabetsAt: usize, outAt: usize, capacity: u32): void {
  layOut(bucketsAt, mask, listsAt, anchorsAt, classesAt, alphabetsAt, outAt, capacity);
  learnGrams();
}
