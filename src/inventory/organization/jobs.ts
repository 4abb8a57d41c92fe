import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import type { Tables } from '../schema.ts';
import type { DatabaseClock } from './clock.ts';
import type { OrganizationRepositoryRow } from './tables.ts';
import type { Job, PlannedRepository, RepositoryOutcome, RunProgress } from './state.ts';

const INSERTED_AT_ONCE = 500;
/** So often a repository is given back with a reason. */
export const MOST_FAILURES = 3;
/** A worker that is killed or loses its machine says nothing of the repository; one that kills its workers is given up all the same. */
export const MOST_DEATHS = 25;

type Database = Kysely<Tables>;
type Held = Pick<Job, 'key' | 'fence'>;

export async function writePlan(database: Database, clock: DatabaseClock, run: string, repositories: readonly PlannedRepository[]): Promise<void> {
  for (let from = 0; from < repositories.length; from += INSERTED_AT_ONCE) {
    const rows = repositories.slice(from, from + INSERTED_AT_ONCE).map(({ name, facts, skipped }) => ({
      key: `${run} ${name}`,
      run,
      name,
      facts,
      state: skipped === undefined ? 'planned' : 'skipped',
      reason: skipped?.reason ?? null,
      detail: skipped?.detail ?? null,
      worker: null,
      fence: 0,
      lease_until: null,
      due_at: clock.now,
      attempts: 0,
      failures: 0,
      digest: null,
      coverage: null,
      piece: null,
    }));
    await database.insertInto('organization_repositories').values(rows).onConflict((conflict) => conflict.column('key').doNothing()).execute();
  }
}

/** Runs whose repositories may be taken under these settings, the oldest first. */
export async function openRuns(database: Database, settings: string, run: string | undefined): Promise<readonly string[]> {
  const open = database.selectFrom('organization_runs').select('id').where('state', '=', 'running').where('settings', '=', settings);
  return (await (run === undefined ? open : open.where('id', '=', run)).orderBy('number').execute()).map(({ id }) => id);
}

/** One statement takes one row, so that two workers never take the same. */
export async function takeJob(database: Database, clock: DatabaseClock, worker: string, runs: readonly string[], leaseSeconds: number): Promise<OrganizationRepositoryRow | undefined> {
  if (runs.length === 0) return undefined;
  await skipWorn(database)
    .where('run', 'in', runs)
    .where('state', '=', 'leased')
    .where('lease_until', '<', clock.now)
    .execute();
  return database
    .updateTable('organization_repositories')
    .set(holding(clock, worker, leaseSeconds))
    .where('key', '=', ({ selectFrom }) =>
      selectFrom('organization_repositories as free')
        .select('free.key')
        .where('free.run', 'in', runs)
        .where(({ and, or, eb }) => or([and([eb('free.state', '=', 'planned'), eb('free.due_at', '<=', clock.now)]), and([eb('free.state', '=', 'leased'), eb('free.lease_until', '<', clock.now)])]))
        .orderBy('free.attempts')
        .orderBy('free.failures')
        .orderBy('free.run')
        .orderBy('free.name')
        .limit(1),
    )
    .returningAll()
    .executeTakeFirst();
}

/** Takes the row that a queue gave out; undefined where it is done already, or its workers died of it too often (which it then says). */
export async function holdRow(database: Database, clock: DatabaseClock, worker: string, key: string, leaseSeconds: number): Promise<OrganizationRepositoryRow | undefined> {
  const row = await database
    .updateTable('organization_repositories')
    .set(holding(clock, worker, leaseSeconds))
    .where('key', '=', key)
    .where('state', 'in', ['planned', 'leased'])
    .where('attempts', '<', MOST_DEATHS)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) await skipWorn(database).where('key', '=', key).where('state', 'in', ['planned', 'leased']).execute();
  return row;
}

function holding(clock: DatabaseClock, worker: string, leaseSeconds: number) {
  return ({ eb, ref }: ExpressionBuilder<Tables, 'organization_repositories'>) => ({ state: 'leased', worker, fence: eb(ref('fence'), '+', 1), attempts: eb(ref('attempts'), '+', 1), lease_until: clock.after(leaseSeconds) });
}

/** A repository that its workers died of is not tried for ever. */
function skipWorn(database: Database) {
  return database
    .updateTable('organization_repositories')
    .set({ state: 'skipped', reason: 'worker-failed', detail: `its workers ended without a word, ${MOST_DEATHS} times`, lease_until: null })
    .where('attempts', '>=', MOST_DEATHS);
}

export async function renewLease(database: Database, clock: DatabaseClock, { key, fence }: Held, leaseSeconds: number): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('organization_repositories')
    .set({ lease_until: clock.after(leaseSeconds) })
    .where('key', '=', key)
    .where('fence', '=', fence)
    .where('state', '=', 'leased')
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Whether the job was the caller's, or its end is known already as this very worker's. */
export async function endJob(database: Database, { key, fence }: Held, { state, reason, detail, digest, coverage, piece }: RepositoryOutcome): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('organization_repositories')
    .set({ state, reason: reason ?? null, detail: detail ?? null, digest: digest ?? null, coverage: coverage ?? null, piece: piece ?? null, lease_until: null })
    .where('key', '=', key)
    .where('fence', '=', fence)
    .where('state', '=', 'leased')
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return true;
  const row = await database.selectFrom('organization_repositories').select(['fence', 'state']).where('key', '=', key).executeTakeFirst();
  return row !== undefined && row.fence === fence && row.state === state;
}

/** What became of it: to be tried again, or given up; undefined where it is another's. */
export async function giveBack(database: Database, clock: DatabaseClock, { key, fence }: Held, why: { readonly reason: string; readonly detail: string; readonly retryAfterSeconds: number }): Promise<'planned' | 'skipped' | undefined> {
  const row = await database
    .updateTable('organization_repositories')
    .set(({ eb, ref }) => ({
      attempts: eb(ref('attempts'), '-', 1),
      failures: eb(ref('failures'), '+', 1),
      state: eb.case().when('failures', '>=', MOST_FAILURES - 1).then('skipped').else('planned').end(),
      reason: why.reason,
      detail: why.detail,
      due_at: clock.after(why.retryAfterSeconds),
      lease_until: null,
    }))
    .where('key', '=', key)
    .where('fence', '=', fence)
    .where('state', '=', 'leased')
    .returning('state')
    .executeTakeFirst();
  return row?.state as 'planned' | 'skipped' | undefined;
}

export async function putBack(database: Database, clock: DatabaseClock, { key, fence }: Held): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('organization_repositories')
    .set(({ eb, ref }) => ({ state: 'planned', attempts: eb(ref('attempts'), '-', 1), due_at: clock.now, lease_until: null }))
    .where('key', '=', key)
    .where('fence', '=', fence)
    .where('state', '=', 'leased')
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function readProgress(database: Database, run: string): Promise<RunProgress> {
  const rows = await database.selectFrom('organization_repositories').select('state').select(sql<number>`count(*)`.as('count')).where('run', '=', run).groupBy('state').execute();
  const of = (state: string): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { planned: of('planned'), leased: of('leased'), scanned: of('scanned'), unchanged: of('unchanged'), skipped: of('skipped') };
}
