import { sql, type Kysely, type Transaction } from 'kysely';
import type { AuditResult, Finding, Introspection, LastKnown } from '../model/index.ts';
import { SQLITE_CLOCK, type DatabaseClock } from './organization/clock.ts';
import { rowKeeping, type JobKeeping } from './organization/keeping.ts';
import { organizationState } from './organization/runs.ts';
import { forgetAnswers, readAnswers, writeAnswers } from './answers.ts';
import { readRuleRecords, writeFeedback } from './feedback.ts';
import type { AttestationWord, Feedback, Inventory } from './inventory.ts';
import type { PendingRun } from './pending-runs.ts';
import { readRemembered, recordScopes, writeAttestation } from './remembered.ts';
import { findingMemory, findingRow, lastKnownOf, runMemory, runRow } from './rows.ts';
import type { KnownRow } from './rows.ts';
import type { FindingRow, Tables } from './schema.ts';
import { troubleWith } from './trouble.ts';
import { recordUses } from './uses.ts';

/** Rows of one statement; SQLite takes 32,766 parameters. */
const INSERTED_AT_ONCE = 1000;
const ASKED_AT_ONCE = 10_000;
const MAX_MATCHES = 10;

/** What differs between databases. */
export interface DatabaseWays {
  /** Around every piece of work: tries again, and tells people what is wrong. */
  readonly guard: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly clock: DatabaseClock;
  /** How repositories come to workers. */
  readonly jobs: JobKeeping;
  /** First in every transaction that writes runs and findings: keeps others from it until its end. */
  readonly begin: (transaction: Transaction<Tables>) => Promise<void>;
}

/** An inventory over any database that Kysely speaks to; its tables are there. Without `ways` it is SQLite. */
export function storeOf(database: Kysely<Tables>, path: string, notices: readonly string[], now: () => Date, ways?: DatabaseWays): Inventory {
  const { guard, clock, jobs, begin } = ways ?? {
    guard: <Result>(work: () => Promise<Result>): Promise<Result> => work().catch((error: unknown) => Promise.reject(troubleWith(path, error))),
    clock: SQLITE_CLOCK,
    jobs: rowKeeping(database, SQLITE_CLOCK),
    // A transaction that reads before it writes may find the lock taken when it comes to that.
    begin: async (transaction: Transaction<Tables>) => void (await sql`update runs set number = number where 0`.execute(transaction)),
  };
  const guarded = <Args extends readonly unknown[], Result>(work: (...args: Args) => Promise<Result>) => {
    return (...args: Args): Promise<Result> => guard(() => work(...args));
  };
  const alone = <Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> =>
    database.transaction().execute(async (transaction) => {
      await begin(transaction);
      return work(transaction);
    });
  return {
    path,
    notices,
    lastKnown: guarded((ids: readonly string[]) => readKnown(database, ids)),
    allLastKnown: guarded(() => readAllKnown(database)),
    remembered: guarded((ids: readonly string[]) => readRemembered(database, ids)),
    recordAttestation: guarded((word: AttestationWord) => alone((transaction) => writeAttestation(transaction, word, now()))),
    remember: guarded((result: AuditResult, report: string, quiet: readonly Finding[] = []) => alone((transaction) => write(transaction, result, report, quiet))),
    rememberRun: guarded((run: PendingRun) => alone((transaction) => writeRun(transaction, run))),
    lastRun: guarded(async () => {
      const row = await database.selectFrom('runs').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst();
      return row === undefined ? undefined : runMemory(row);
    }),
    finding: guarded(async (idPrefix: string) => {
      const prefix = idPrefix.toLowerCase();
      if (!/^[0-9a-f]{1,64}$/.test(prefix)) return [];
      const rows = await database.selectFrom('findings').selectAll().where('id', '>=', prefix).where('id', '<', `${prefix}g`).orderBy('id').limit(MAX_MATCHES).execute();
      return rows.map(findingMemory);
    }),
    answers: guarded((since: Date) => readAnswers(database, since)),
    keepAnswers: guarded((answers: ReadonlyMap<string, Introspection>) => writeAnswers(database, answers)),
    forgetAnswers: guarded(() => forgetAnswers(database)),
    recordFeedback: guarded((feedback: Feedback) => writeFeedback(database, feedback, now())),
    ruleRecords: guarded(() => readRuleRecords(database)),
    organization: organizationState({ database, clock, jobs, guard, alone, writeFindings }),
    close: () => database.destroy(),
  };
}

async function write(transaction: Transaction<Tables>, result: AuditResult, report: string, quiet: readonly Finding[]): Promise<void> {
  await writeRun(transaction, runRow(result, report, 0));
  await writeFindings(transaction, result, quiet);
}

async function writeFindings(transaction: Transaction<Tables>, result: AuditResult, quiet: readonly Finding[]): Promise<void> {
  for (const all of [result.findings, quiet]) {
    for (let from = 0; from < all.length; from += INSERTED_AT_ONCE) {
      const findings = all.slice(from, from + INSERTED_AT_ONCE);
      const bare = findings.map((finding) => findingRow(finding, result.run));
      await upsert(transaction, await recordUses(transaction, findings, await recordScopes(transaction, findings, result.run, bare)));
    }
  }
}

/** As the last run, whatever its number was; the reports of earlier ones are forgotten. */
async function writeRun(transaction: Transaction<Tables>, given: PendingRun): Promise<void> {
  await transaction.updateTable('runs').set({ report: null }).where('report', 'is not', null).execute();
  const { last } = await transaction.selectFrom('runs').select(({ fn }) => fn.max('number').as('last')).executeTakeFirstOrThrow();
  const run = { ...given, number: Number(last ?? 0) + 1 };
  const { id: _, ...changed } = run;
  await transaction.insertInto('runs').values(run).onConflict((conflict) => conflict.column('id').doUpdateSet(changed)).execute();
}

async function upsert(transaction: Transaction<Tables>, rows: readonly FindingRow[]): Promise<void> {
  await transaction
    .insertInto('findings')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(({ ref, fn }) => ({
        masked: ref('excluded.masked'),
        severity: ref('excluded.severity'),
        last_seen: ref('excluded.last_seen'),
        last_run: ref('excluded.last_run'),
        last_status: ref('excluded.last_status'),
        known_status: fn.coalesce('excluded.known_status', 'findings.known_status'),
        known_violating: fn.coalesce('excluded.known_violating', 'findings.known_violating'),
        known_at: fn.coalesce('excluded.known_at', 'findings.known_at'),
        known_facts: fn.coalesce('excluded.known_facts', 'findings.known_facts'),
        recorded_scopes: fn.coalesce('excluded.recorded_scopes', 'findings.recorded_scopes'),
        recorded_at: fn.coalesce('excluded.recorded_at', 'findings.recorded_at'),
        genuine_use: fn.coalesce('excluded.genuine_use', 'findings.genuine_use'),
      })),
    )
    .execute();
}

async function readKnown(database: Kysely<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, LastKnown>> {
  const rows: (KnownRow & { readonly id: string })[] = [];
  for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
    const some = ids.slice(from, from + ASKED_AT_ONCE);
    rows.push(...(await database.selectFrom('findings').select(['id', 'known_status', 'known_violating', 'known_at']).where('id', 'in', some).where('known_status', 'is not', null).execute()));
  }
  return known(rows);
}

async function readAllKnown(database: Kysely<Tables>): Promise<ReadonlyMap<string, LastKnown>> {
  return known(await database.selectFrom('findings').select(['id', 'known_status', 'known_violating', 'known_at']).where('known_status', 'is not', null).execute());
}

function known(rows: readonly (KnownRow & { readonly id: string })[]): ReadonlyMap<string, LastKnown> {
  return new Map(
    rows.flatMap((row) => {
      const last = lastKnownOf(row);
      return last === undefined ? [] : [[row.id, last] as const];
    }),
  );
}
