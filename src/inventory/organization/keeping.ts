import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../schema.ts';
import type { DatabaseClock } from './clock.ts';
import { endJob, giveBack, openRuns, putBack, renewLease, takeJob } from './jobs.ts';
import type { Job, RepositoryOutcome } from './state.ts';
import type { OrganizationRepositoryRow } from './tables.ts';

type Held = Pick<Job, 'key' | 'fence'>;

/** What was taken, and how long it is the taker's without a sign of life. */
export interface Taken {
  readonly row: OrganizationRepositoryRow;
  readonly leaseSeconds: number;
}

/**
 * How repositories come to workers. Whoever decides that, the row says what became of a repository, and its fence who may write that:
 * what is taken twice is written once.
 */
export interface JobKeeping {
  /** All repositories of a run are planned, or somebody goes on with it: those that are open can be taken. */
  readonly ready: (transaction: Transaction<Tables>, run: string, leaseSeconds: number) => Promise<void>;
  readonly take: (worker: string, settings: string, leaseSeconds: number, run: string | undefined) => Promise<Taken | undefined>;
  readonly renew: (job: Held, leaseSeconds: number) => Promise<boolean>;
  /** Within the transaction that writes what was found. */
  readonly end: (transaction: Transaction<Tables>, job: Held, outcome: RepositoryOutcome) => Promise<boolean>;
  readonly giveBack: (job: Held, why: { readonly reason: string; readonly detail: string; readonly retryAfterSeconds: number }) => Promise<boolean>;
  readonly putBack: (job: Held) => Promise<boolean>;
  /** Nobody will ask for these runs any more. */
  readonly over: (runs: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Without a queue: the rows themselves say who holds what until when. For a database of one machine. */
export function rowKeeping(database: Kysely<Tables>, clock: DatabaseClock): JobKeeping {
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    ready: nothing,
    async take(worker, settings, leaseSeconds, run) {
      const row = await takeJob(database, clock, worker, await openRuns(database, settings, run), leaseSeconds);
      return row === undefined ? undefined : { row, leaseSeconds };
    },
    renew: (job, leaseSeconds) => renewLease(database, clock, job, leaseSeconds),
    end: (transaction, job, outcome) => endJob(transaction, job, outcome),
    giveBack: async (job, why) => (await giveBack(database, clock, job, why)) !== undefined,
    putBack: (job) => putBack(database, clock, job),
    over: nothing,
    close: nothing,
  };
}
