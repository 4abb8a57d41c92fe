import { setTimeout as delay } from 'node:timers/promises';

/** A repository that a worker holds. */
export interface HeldJob {
  readonly key: string;
  readonly run: string;
  readonly name: string;
  readonly fence: number;
  /** Without a sign of life for so long it is given to another. */
  readonly leaseSeconds: number;
}

/** What a worker does with repositories: see `OrganizationState`. */
export interface JobStore<Job extends HeldJob> {
  readonly claim: () => Promise<Job | undefined>;
  readonly renew: (job: Job) => Promise<boolean>;
  readonly fail: (job: Job, why: { readonly reason: string; readonly detail: string; readonly retryAfterSeconds: number }) => Promise<boolean>;
  readonly release: (job: Job) => Promise<boolean>;
}

/** Thrown by `scan`: the repository may be tried again later. */
export class NotNow extends Error {
  readonly reason: string;
  readonly retryAfterSeconds: number;

  constructor(reason: string, message: string, retryAfterSeconds = 5) {
    super(message);
    this.name = 'NotNow';
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Signs of life within the time that one is good for. */
const BEATS = 4;

export interface WorkOptions<Job extends HeldJob> {
  readonly jobs: JobStore<Job>;
  /** Scans and writes what it found; false where the job had become another's. `held` aborts when that is known, or when the run is to stop. */
  readonly scan: (job: Job, held: AbortSignal) => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly onEnd: (job: Job, how: 'done' | 'lost' | 'failed' | 'released', detail?: string) => void;
}

/** Takes repositories one after the other until there is none to be had, or the signal fires. How many were finished. */
export async function work<Job extends HeldJob>({ jobs, scan, signal, onEnd }: WorkOptions<Job>): Promise<number> {
  let done = 0;
  while (!signal.aborted) {
    const job = await jobs.claim();
    if (job === undefined) return done;
    const lost = new AbortController();
    const heart = beat(() => jobs.renew(job), (job.leaseSeconds * 1000) / BEATS, () => lost.abort());
    try {
      const isMine = await scan(job, AbortSignal.any([signal, lost.signal]));
      if (isMine) done += 1;
      onEnd(job, isMine ? 'done' : 'lost');
    } catch (error) {
      if (lost.signal.aborted) onEnd(job, 'lost');
      else if (signal.aborted) {
        await jobs.release(job);
        onEnd(job, 'released');
      } else if (error instanceof NotNow) {
        await jobs.fail(job, { reason: error.reason, detail: error.message, retryAfterSeconds: error.retryAfterSeconds });
        onEnd(job, 'failed', error.message);
      } else throw error;
    } finally {
      heart.stop();
    }
  }
  return done;
}

/** The same, with several repositories at once. What ends one ends all, and is thrown when all have ended. */
export async function workAbreast<Job extends HeldJob>(abreast: number, options: WorkOptions<Job>): Promise<number> {
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const ends = await Promise.allSettled(
    Array.from({ length: abreast }, () =>
      work({ ...options, signal }).catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return ends.reduce((sum, end) => sum + (end.status === 'fulfilled' ? end.value : 0), 0);
}

/** Does what it is given one after the other, in the order in which it comes. */
export function inTurn(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const mine = last.then(task);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Says again and again that the job is held. A database that is away, for however long, says nothing about whose it is. */
function beat(renew: () => Promise<boolean>, everyMs: number, lost: () => void): { readonly stop: () => void } {
  const ended = new AbortController();
  const run = async (): Promise<void> => {
    for (;;) {
      await delay(everyMs, undefined, { signal: ended.signal, ref: false });
      if (!(await renew().catch(() => true))) return lost();
    }
  };
  run().catch(() => undefined);
  return { stop: () => ended.abort() };
}
