import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Pool } from 'pg';
import { fromKysely, PgBoss } from 'pg-boss';
import { WardenError } from '../../model/index.ts';
import { POSTGRESQL_CLOCK as CLOCK } from '../organization/clock.ts';
import { endJob, giveBack, holdRow, openRuns, putBack, renewLease } from '../organization/jobs.ts';
import type { JobKeeping, Taken } from '../organization/keeping.ts';
import type { Tables } from '../schema.ts';

/** pg-boss has a schema of its own, beside ours and beside one that other people's programs may have. */
const SCHEMA = 'tokenwarden_queue';
/** What pg-boss takes at least. */
const LEAST_SECONDS = 10;
/** A repository may be scanned for so long, as long as its worker lives; pg-boss knows no more than a day. */
const LONGEST_SECONDS = 86_399;
/** How often a repository is tried is said by its row. */
const NEVER_GIVEN_UP = 1_000_000;
/** Jobs of one statement. */
const SENT_AT_ONCE = 1000;

export interface QueueParts {
  readonly database: Kysely<Tables>;
  readonly pool: Pool;
  /** For people. */
  readonly shown: string;
}

type SqlConnection = ReturnType<typeof fromKysely>;

interface Order {
  readonly key: string;
}

/**
 * Repositories come to workers by a pg-boss queue, one of each run: it hands out, waits for signs of life, and hands out again. Every step is
 * made in the transaction that changes the row, so that neither knows what the other does not.
 */
export function queueKeeping({ database, pool, shown }: QueueParts): JobKeeping {
  let opened: Promise<PgBoss> | undefined;
  const connection = connectionOf(pool);

  const make = (createSchema = false, migrate = false): PgBoss => {
    const boss = new PgBoss({ db: connection, schema: SCHEMA, createSchema, migrate, supervise: false, schedule: false, reindex: false, monitorVacuum: false, monitorIntervalSeconds: 2, persistWarnings: false });
    // What goes wrong where somebody waits for it is thrown there.
    boss.on('error', () => undefined);
    return boss;
  };
  const start = async (): Promise<PgBoss> => {
    const boss = make();
    await boss.start().catch((error: unknown) => {
      if (error instanceof Error && error.message === 'pg-boss database requires migrations') throw new WardenError('INVENTORY_NEWER', `${shown}: the queue in its schema "${SCHEMA}" was made by another version of tokenwarden`, { hint: 'Use the version that made it, or another database with --store.' });
      throw error;
    });
    return boss;
  };
  const open = (): Promise<PgBoss> => {
    opened ??= start().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  /** For whoever begins a run: makes the schema, or brings it up to date. What is there and current needs no right to. */
  const install = async (): Promise<PgBoss> => {
    if (opened === undefined) {
      const { rows } = await pool.query('select 1 from pg_namespace where nspname = $1', [SCHEMA]);
      const installer = make(rows.length === 0, true);
      await installer.start();
      await installer.stop({ graceful: false, close: false });
    }
    return open();
  };
  /** For workers: undefined until somebody has begun a run. */
  const openIfInstalled = async (): Promise<PgBoss | undefined> => (opened !== undefined || (await make().isInstalled()) ? open() : undefined);

  const takeFrom = async (boss: PgBoss, run: string, worker: string): Promise<Taken | undefined> => {
    const queue = queueOf(run);
    for (;;) {
      const taken = await database.transaction().execute(async (transaction): Promise<Taken | 'over' | undefined> => {
        const db = fromKysely(transaction);
        const [job] = await boss.fetch<Order>(queue, { db });
        if (job === undefined) return undefined;
        const leaseSeconds = job.heartbeatSeconds ?? LEAST_SECONDS;
        const row = await holdRow(transaction, CLOCK, worker, job.data.key, leaseSeconds);
        if (row !== undefined) return { row, leaseSeconds };
        // Handed out again though it is done, or too often.
        await boss.complete(queue, job.id, undefined, { db });
        return 'over';
      });
      if (taken !== 'over') return taken;
    }
  };

  return {
    async ready(transaction, run, leaseSeconds) {
      const boss = await install();
      const queue = queueOf(run);
      await boss.createQueue(queue);
      const db = fromKysely(transaction);
      const open = await transaction.selectFrom('organization_repositories').select('key').where('run', '=', run).where('state', 'in', ['planned', 'leased']).execute();
      const { rows } = await sql<{ readonly id: string }>`select id from ${sql.id(SCHEMA, 'job')} where name = ${queue} and state < 'completed'`.execute(transaction);
      const queued = new Set(rows.map(({ id }) => id));
      const missing = open.map(({ key }) => ({ id: jobOf(key), key })).filter(({ id }) => !queued.has(id));
      for (let from = 0; from < missing.length; from += SENT_AT_ONCE) {
        const some = missing.slice(from, from + SENT_AT_ONCE);
        await boss.deleteJob(queue, some.map(({ id }) => id), { db });
        await boss.insert(queue, some.map(({ id, key }) => ({ id, data: { key } satisfies Order, heartbeatSeconds: Math.max(LEAST_SECONDS, Math.ceil(leaseSeconds)), expireInSeconds: LONGEST_SECONDS, retryLimit: NEVER_GIVEN_UP, retryDelay: 0 })), { db });
      }
    },
    async take(worker, settings, _, run) {
      const boss = await openIfInstalled();
      if (boss === undefined) return undefined;
      const runs: string[] = [];
      for (const id of await openRuns(database, settings, run)) if ((await boss.getQueue(queueOf(id))) !== null) runs.push(id);
      const first = async (): Promise<Taken | undefined> => {
        for (const id of runs) {
          const taken = await takeFrom(boss, id, worker);
          if (taken !== undefined) return taken;
        }
        return undefined;
      };
      const taken = await first();
      if (taken !== undefined || runs.length === 0) return taken;
      // Who has nothing to do looks after what others hold: whose worker gives no sign any more is handed out again.
      for (const id of runs) await boss.supervise(queueOf(id));
      return first();
    },
    renew: (job, leaseSeconds) =>
      database.transaction().execute(async (transaction) => {
        await lockOrder(transaction, job);
        const isMine = await renewLease(transaction, CLOCK, job, leaseSeconds);
        // Where it is to be handed out again but nobody has taken it yet, it stays the one's who works on it.
        if (isMine) await (await open()).touch(queueFor(job), jobOf(job.key), { db: fromKysely(transaction) });
        return isMine;
      }),
    async end(transaction, job, outcome) {
      await lockOrder(transaction, job);
      const isMine = await endJob(transaction, job, outcome);
      if (isMine) await (await open()).complete(queueFor(job), jobOf(job.key), undefined, { db: fromKysely(transaction), includeQueued: true });
      return isMine;
    },
    giveBack: (job, why) =>
      database.transaction().execute(async (transaction) => {
        await lockOrder(transaction, job);
        const state = await giveBack(transaction, CLOCK, job, why);
        if (state === 'planned') await handOutAgain(await open(), transaction, job.key, why.retryAfterSeconds);
        if (state === 'skipped') await (await open()).complete(queueFor(job), jobOf(job.key), undefined, { db: fromKysely(transaction), includeQueued: true });
        return state !== undefined;
      }),
    putBack: (job) =>
      database.transaction().execute(async (transaction) => {
        await lockOrder(transaction, job);
        const isMine = await putBack(transaction, CLOCK, job);
        if (isMine) await handOutAgain(await open(), transaction, job.key, 0);
        return isMine;
      }),
    async over(runs) {
      if (runs.length === 0) return;
      const boss = await openIfInstalled();
      for (const run of runs) await boss?.deleteQueue(queueOf(run));
    },
    async close() {
      const boss = await opened?.catch(() => undefined);
      await boss?.stop({ graceful: false, close: false }).catch(() => undefined);
    },
  };
}

/** Whoever takes a repository has its order first and then its row: all others keep to that, so that no two wait for each other. */
async function lockOrder(transaction: Kysely<Tables>, { key }: { readonly key: string }): Promise<void> {
  await sql`select 1 from ${sql.id(SCHEMA, 'job')} where name = ${queueFor({ key })} and id = ${jobOf(key)} for update`.execute(transaction);
}

async function handOutAgain(boss: PgBoss, transaction: Kysely<Tables>, key: string, afterSeconds: number): Promise<void> {
  const db = fromKysely(transaction);
  const [queue, id] = [queueFor({ key }), jobOf(key)];
  await boss.fail(queue, id, undefined, { db });
  await boss.update({ name: queue, options: { id, startAfter: Math.ceil(afterSeconds), db } });
}

/** A statement of pg-boss may be a transaction of several: where one fails, its connection is good for nothing more. */
function connectionOf(pool: Pool): SqlConnection {
  return {
    async executeSql(text: string, values?: unknown[]) {
      const client = await pool.connect();
      try {
        const result = await client.query(text, values);
        client.release();
        return result;
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
  };
}

function queueOf(run: string): string {
  return `run-${digestOf(run)}`;
}

/** A key is a run and a name. */
function queueFor({ key }: { readonly key: string }): string {
  return queueOf(key.slice(0, key.indexOf(' ')));
}

/** Always the same for the same repository of a run: sent twice, it is there once. */
function jobOf(key: string): string {
  return digestOf(key).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
