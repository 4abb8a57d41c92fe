import { sql, type Kysely, type Transaction } from 'kysely';
import type { AuditResult, Finding, RepositoryState } from '../../model/index.ts';
import type { Tables } from '../schema.ts';
import type { DatabaseClock } from './clock.ts';
import { readProgress, writePlan } from './jobs.ts';
import type { JobKeeping } from './keeping.ts';
import type { EarlierFinding, OrganizationRun, OrganizationState, RepositoryRecord, RunWanted } from './state.ts';
import type { OrganizationRepositoryRow, OrganizationRunRow } from './tables.ts';

const READ_AT_ONCE = 50;
const ASKED_AT_ONCE = 5000;
/** Reports of repositories are kept of so many finished runs of a target: the last, and the one it is compared with. */
const KEPT_PIECES = 2;
const OPEN = ['planning', 'running'] as const;
/** A run that was broken off longer ago is begun anew. */
const RESUMED_SECONDS = 86_400;

export interface StateParts {
  readonly database: Kysely<Tables>;
  readonly clock: DatabaseClock;
  readonly jobs: JobKeeping;
  readonly guard: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** A transaction in which nobody else writes runs and findings. */
  readonly alone: <Result>(work: (transaction: Transaction<Tables>) => Promise<Result>) => Promise<Result>;
  readonly writeFindings: (transaction: Transaction<Tables>, result: AuditResult, quiet: readonly Finding[]) => Promise<void>;
}

export function organizationState({ database, clock, jobs, guard, alone, writeFindings }: StateParts): OrganizationState {
  return {
    now: () => guard(async () => new Date((await sql<{ readonly at: string }>`select ${clock.now} as at`.execute(database)).rows[0]?.at ?? '')),
    openRun: (wanted) =>
      guard(() =>
        alone(async (transaction) => {
          const opened = await openRun(transaction, clock, wanted);
          if (opened.state === 'running') await jobs.ready(transaction, opened.id, wanted.leaseSeconds);
          return opened;
        }),
      ),
    run: (id) => guard(async () => runOf(await database.selectFrom('organization_runs').selectAll().where('id', '=', id).executeTakeFirst())),
    lastFinished: (target) => guard(async () => runOf(await finishedRuns(database, target).limit(1).executeTakeFirst())),
    plan: (run, repositories) => guard(() => writePlan(database, clock, run, repositories)),
    planned: (run, plan, leaseSeconds) =>
      guard(() =>
        alone(async (transaction) => {
          await transaction.updateTable('organization_runs').set({ state: 'running', plan }).where('id', '=', run).where('state', '=', 'planning').execute();
          await jobs.ready(transaction, run, leaseSeconds);
        }),
      ),
    claim: (worker, settings, leaseSeconds, run) =>
      guard(async () => {
        const taken = await jobs.take(worker, settings, leaseSeconds, run);
        if (taken === undefined) return undefined;
        const { row } = taken;
        const { target, previous } = await database.selectFrom('organization_runs').select(['target', 'previous']).where('id', '=', row.run).executeTakeFirstOrThrow();
        const before = previous === null ? undefined : await previousOf(database, previous, settings, row.name);
        return { key: row.key, run: row.run, target, name: row.name, facts: row.facts, fence: row.fence, attempt: row.attempts + row.failures, leaseSeconds: taken.leaseSeconds, ...(before === undefined ? {} : { previous: before }) };
      }),
    renew: (job, leaseSeconds) => guard(() => jobs.renew(job, leaseSeconds)),
    complete: (job, outcome, found) =>
      guard(() =>
        alone(async (transaction) => {
          const isMine = await jobs.end(transaction, job, outcome);
          if (isMine && found !== undefined) await writeFindings(transaction, { ...found.result, run: { ...found.result.run, id: job.run } }, found.quiet);
          return isMine;
        }),
      ),
    fail: (job, why) => guard(() => jobs.giveBack(job, why)),
    release: (job) => guard(() => jobs.putBack(job)),
    progress: (run) => guard(() => readProgress(database, run)),
    repositories: async function* (run) {
      for (let after = ''; ; ) {
        const rows = await guard(() => database.selectFrom('organization_repositories').selectAll().where('run', '=', run).where('key', '>', after).orderBy('key').limit(READ_AT_ONCE).execute());
        for (const row of rows) yield recordOf(row);
        const last = rows.at(-1);
        if (last === undefined) return;
        after = last.key;
      }
    },
    earlier: (ids) => guard(() => readEarlier(database, ids)),
    finish: async (run, report, isComplete) => {
      const isEnded = await guard(() => alone((transaction) => finishRun(transaction, clock, run, report, isComplete)));
      await guard(() => jobs.over([run]));
      return isEnded;
    },
    forget: async (days) => {
      const forgotten = await guard(() => alone((transaction) => forgetRuns(transaction, clock, days)));
      await guard(() => jobs.over(forgotten));
      return forgotten.length;
    },
  };
}

async function openRun(transaction: Transaction<Tables>, clock: DatabaseClock, { id, target, settings }: Omit<RunWanted, 'leaseSeconds'>): Promise<OrganizationRun> {
  // What a run saw long ago must not stand in a report of today.
  await transaction.updateTable('organization_runs').set({ state: 'abandoned' }).where('target', '=', target).where('state', 'in', OPEN).where('started_at', '<', clock.after(-RESUMED_SECONDS)).execute();
  const open = await transaction.selectFrom('organization_runs').selectAll().where('target', '=', target).where('settings', '=', settings).where('state', 'in', OPEN).orderBy('number', 'desc').limit(1).executeTakeFirst();
  if (open !== undefined) return runOf(open) as OrganizationRun;
  const previous = await finishedRuns(transaction, target).limit(1).executeTakeFirst();
  const { last } = await transaction.selectFrom('organization_runs').select(({ fn }) => fn.max('number').as('last')).executeTakeFirstOrThrow();
  const row = await transaction
    .insertInto('organization_runs')
    .values({ id, target, settings, state: 'planning', started_at: clock.now, finished_at: null, previous: previous?.id ?? null, plan: null, report: null, complete: 0, number: Number(last ?? 0) + 1 })
    .returningAll()
    .executeTakeFirstOrThrow();
  return runOf(row) as OrganizationRun;
}

function finishedRuns(database: Kysely<Tables>, target: string) {
  return database.selectFrom('organization_runs').selectAll().where('target', '=', target).where('state', '=', 'finished').orderBy('number', 'desc');
}

async function previousOf(database: Kysely<Tables>, run: string, settings: string, name: string): Promise<RepositoryRecord | undefined> {
  const same = await database.selectFrom('organization_runs').select('id').where('id', '=', run).where('settings', '=', settings).executeTakeFirst();
  if (same === undefined) return undefined;
  const row = await database.selectFrom('organization_repositories').selectAll().where('key', '=', `${run} ${name}`).executeTakeFirst();
  return row === undefined ? undefined : recordOf(row);
}

async function readEarlier(database: Kysely<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, EarlierFinding>> {
  const known = new Map<string, EarlierFinding>();
  for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
    const rows = await database.selectFrom('findings').select(['id', 'first_run', 'last_run']).where('id', 'in', ids.slice(from, from + ASKED_AT_ONCE)).execute();
    for (const { id, first_run: firstRun, last_run: lastRun } of rows) known.set(id, { firstRun, lastRun });
  }
  return known;
}

async function finishRun(transaction: Transaction<Tables>, clock: DatabaseClock, run: string, report: string, isComplete: boolean): Promise<boolean> {
  const ended = await transaction
    .updateTable('organization_runs')
    .set({ state: 'finished', finished_at: clock.now, report, complete: isComplete ? 1 : 0 })
    .where('id', '=', run)
    .where('state', 'in', OPEN)
    .returning('target')
    .executeTakeFirst();
  if (ended === undefined) return false;
  const older = await finishedRuns(transaction, ended.target).offset(KEPT_PIECES).limit(1000).execute();
  if (older.length > 0) await transaction.updateTable('organization_repositories').set({ piece: null }).where('run', 'in', older.map(({ id }) => id)).where('piece', 'is not', null).execute();
  return true;
}

async function forgetRuns(transaction: Transaction<Tables>, clock: DatabaseClock, days: number): Promise<readonly string[]> {
  const last = transaction.selectFrom('organization_runs').select(({ fn }) => fn.max('number').as('number')).where('state', '=', 'finished').groupBy('target');
  const before = clock.after(-days * 86_400);
  const old = await transaction
    .selectFrom('organization_runs')
    .select('id')
    .where(({ or, and, eb }) => or([and([eb('state', '=', 'finished'), eb('number', 'not in', last), eb('finished_at', '<', before)]), and([eb('state', '!=', 'finished'), eb('started_at', '<', before)])]))
    .execute();
  const ids = old.map(({ id }) => id);
  if (ids.length === 0) return [];
  await transaction.deleteFrom('organization_repositories').where('run', 'in', ids).execute();
  await transaction.deleteFrom('organization_runs').where('id', 'in', ids).execute();
  return ids;
}

function runOf(row: OrganizationRunRow | undefined): OrganizationRun | undefined {
  if (row === undefined) return undefined;
  const { id, target, settings, state, started_at: startedAt, finished_at: finishedAt, previous, plan, report } = row;
  return {
    id,
    target,
    settings,
    state: state as OrganizationRun['state'],
    startedAt,
    ...(finishedAt === null ? {} : { finishedAt }),
    ...(previous === null ? {} : { previous }),
    ...(plan === null ? {} : { plan }),
    ...(report === null ? {} : { report }),
  };
}

function recordOf(row: OrganizationRepositoryRow): RepositoryRecord {
  const { name, facts, state, reason, detail, attempts, failures, worker, digest, coverage, piece } = row;
  return {
    name,
    facts,
    state: state as RepositoryState,
    attempts: attempts + failures,
    ...(reason === null ? {} : { reason }),
    ...(detail === null ? {} : { detail }),
    ...(worker === null ? {} : { worker }),
    ...(digest === null ? {} : { digest }),
    ...(coverage === null ? {} : { coverage }),
    ...(piece === null ? {} : { piece }),
  };
}

