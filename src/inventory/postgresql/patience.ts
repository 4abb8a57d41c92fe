import { setTimeout as sleep } from 'node:timers/promises';
import { isAway } from './trouble.ts';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/** Tries work that may be done twice again and again, with growing pauses, while the database is away; at most for so long. Throws what the last try threw. */
export function patiently<Result>(work: () => Promise<Result>, forMs: number): Promise<Result> {
  const attempt = async (waited: number, pause: number): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || waited >= forMs) throw error;
    }
    await sleep(pause);
    return attempt(waited + pause, Math.min(pause * 2, LONGEST_PAUSE_MS));
  };
  return attempt(0, FIRST_PAUSE_MS);
}
