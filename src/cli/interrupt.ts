import { setTimeout as sleep } from 'node:timers/promises';
import { Stopped, type WhyStopped } from '../lib/stopped.ts';
import type { Io } from './io.ts';

/** Exit code of a process that SIGINT ended, as shells have it. */
const KILLED = 130;

export interface Interruptible {
  readonly signal: AbortSignal;
  /** Stops listening and counting. */
  readonly end: () => void;
}

/**
 * A signal that the first interrupt or the timeout aborts, so that the run reports what it has; the second interrupt
 * ends the process at once. `whyStopped` tells which.
 */
export function interruptible(io: Io, timeoutMs: number | undefined, say: (text: string) => void): Interruptible {
  const controller = new AbortController();
  const ended = new AbortController();
  const abort = (why: WhyStopped): void => controller.abort(new Stopped(why));
  let interrupts = 0;
  const off = io.onInterrupt(() => {
    interrupts += 1;
    if (interrupts > 1) io.kill(KILLED);
    say('interrupted: finishing the report of what was covered; once more to stop at once\n');
    abort('interrupted');
  });
  if (timeoutMs !== undefined) {
    void countDown(timeoutMs, ended.signal).then((over) => {
      if (over) abort('timeout');
    });
  }
  return {
    signal: controller.signal,
    end() {
      off();
      ended.abort();
    },
  };
}

/** Timers of Node hold at most 2^31 - 1 ms, so that long ones go in steps. */
async function countDown(ms: number, ended: AbortSignal): Promise<boolean> {
  const step = 2 ** 31 - 1;
  try {
    for (let left = ms; left > 0; left -= step) await sleep(Math.min(left, step), undefined, { ref: false, signal: ended });
    return true;
  } catch {
    return false;
  }
}
