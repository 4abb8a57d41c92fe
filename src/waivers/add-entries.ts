import { endOfDay } from '../lib/day.ts';
import { isSame, keyOf, type WaiverEntry } from './entry.ts';

/** What became of a file's entries. */
export interface Added {
  readonly entries: readonly WaiverEntry[];
  readonly added: number;
  /** Entries of the same finding that said something else. */
  readonly replaced: number;
  readonly unchanged: number;
}

/** Puts entries into a file's; one that names the same finding under the same rule is replaced. */
export function addEntries(before: readonly WaiverEntry[], more: readonly WaiverEntry[]): Added {
  const byKey = new Map(before.map((entry) => [keyOf(entry), entry]));
  let [added, replaced, unchanged] = [0, 0, 0];
  for (const entry of more) {
    const old = byKey.get(keyOf(entry));
    if (old === undefined) added += 1;
    else if (isSame(old, entry)) unchanged += 1;
    else replaced += 1;
    byKey.set(keyOf(entry), entry);
  }
  return { entries: [...byKey.values()], added, replaced, unchanged };
}

/** Whether an entry has not come to its end. */
export function isLive(entry: WaiverEntry, now: Date): boolean {
  return (endOfDay(entry.expires)?.getTime() ?? 0) >= now.getTime();
}
