import type { Inventory } from '../inventory/index.ts';
import type { Introspection, KeptAnswers } from '../model/index.ts';

/** So much is lost at most when a run is killed: it is asked again. */
const WRITE_AFTER = 100;
const WRITE_EVERY_MS = 500;

/** Answers of the last `maxAgeMs`, and those of this run as they come, written in batches. Trouble with writing is not the run's. */
export async function openAnswerCache(inventory: Pick<Inventory, 'answers' | 'keepAnswers'>, maxAgeMs: number, now: () => Date): Promise<KeptAnswers & { readonly flush: () => Promise<void> }> {
  const known = await inventory.answers(new Date(now().getTime() - maxAgeMs));
  let waiting = new Map<string, Introspection>();
  let writing = Promise.resolve();
  let lastWrite = now().getTime();
  const write = (): void => {
    const batch = waiting;
    waiting = new Map();
    lastWrite = now().getTime();
    writing = writing.then(() => inventory.keepAnswers(batch)).catch(() => undefined);
  };
  return {
    get: (id) => known.get(id),
    put(id, answer) {
      waiting.set(id, answer);
      if (waiting.size >= WRITE_AFTER || now().getTime() - lastWrite >= WRITE_EVERY_MS) write();
    },
    async flush() {
      if (waiting.size > 0) write();
      await writing;
    },
  };
}
