import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Pool } from 'pg';
import { WardenError } from '../../model/index.ts';
import type { Inventory, InventoryOptions } from '../inventory.ts';
import { POSTGRESQL_CLOCK } from '../organization/clock.ts';
import { MIGRATIONS, type Tables } from '../schema.ts';
import { storeOf } from '../store.ts';
import { databaseAddress } from './address.ts';
import { queueKeeping } from './queue.ts';
import { patiently } from './patience.ts';
import { troubleWithDatabase } from './trouble.ts';

/** All tables live in a schema of their own, so that nothing of other people's is met. */
const SCHEMA = 'tokenwarden';
/** `tknw`: what every process of ours locks that changes the schema, or writes runs and findings. */
const LOCK = 0x746b_6e77;
const CONNECTIONS = 4;
const CONNECT_MS = 10_000;
const QUERY_MS = 120_000;
const DEFAULT_PATIENCE_MS = 90_000;
const INT8 = 20;

/** See `openInventory`. Loaded only when an inventory in a database is opened. */
export async function openPostgresql(text: string, options: InventoryOptions): Promise<Inventory> {
  const { url, password, shown } = databaseAddress(text);
  const patience = options.patienceMs ?? DEFAULT_PATIENCE_MS;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'tokenwarden',
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
    // Numbers that fit: counts and the order of runs.
    types: { getTypeParser: ((oid: number, format?: 'text') => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format))) as typeof pg.types.getTypeParser },
  });
  // A connection that nobody uses may end: the next query makes another.
  pool.on('error', () => undefined);
  // So may one between two statements of a transaction, where nobody listens: the next statement tells.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const bare = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: waitingPool(pool) }) });
  const database = bare.withSchema(SCHEMA);
  const guard = <Result>(work: () => Promise<Result>): Promise<Result> => patiently(work, patience).catch((error: unknown) => Promise.reject(troubleWithDatabase(shown, password, error)));
  try {
    await guard(() => migrate(bare, shown));
  } catch (error) {
    await bare.destroy();
    throw error;
  }
  const jobs = queueKeeping({ database, pool, shown });
  const store = storeOf(database, shown, [], options.now, { guard, clock: POSTGRESQL_CLOCK, jobs, begin: async (transaction) => void (await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction)) });
  return {
    ...store,
    async close() {
      await jobs.close();
      await bare.destroy();
    },
  };
}

/** Kysely's own view of a pool. */
function waitingPool(pool: Pool): ConstructorParameters<typeof PostgresDialect>[0]['pool'] {
  return pool as unknown as ConstructorParameters<typeof PostgresDialect>[0]['pool'];
}

/** Applies what the database does not have yet, all or nothing, one process at a time. */
async function migrate(database: Kysely<Tables>, shown: string): Promise<void> {
  const known = await database.withSchema('information_schema').selectFrom('tables' as never).select(sql<string>`table_name`.as('name')).where(sql.ref('table_schema'), '=', SCHEMA).where(sql.ref('table_name'), '=', 'schema_version').execute();
  if (known.length > 0 && (await versionOf(database)) === MIGRATIONS.length) return;
  await database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction);
    // "If not exists" asks for the right to make schemas even where it is there: somebody else may have made it for this role.
    const { rows } = await sql`select 1 from pg_namespace where nspname = ${SCHEMA}`.execute(transaction);
    if (rows.length === 0) await sql`create schema ${sql.id(SCHEMA)}`.execute(transaction);
    await sql`create table if not exists ${sql.id(SCHEMA, 'schema_version')} (version integer not null)`.execute(transaction);
    const version = await versionOf(transaction);
    if (version > MIGRATIONS.length) {
      throw new WardenError('INVENTORY_NEWER', `${shown}: the inventory was written by a newer tokenwarden (schema ${version}, and this one knows ${MIGRATIONS.length})`, { hint: 'Use the newer version, or another database with --store.' });
    }
    const { schema } = transaction.withSchema(SCHEMA);
    for (const statement of MIGRATIONS.slice(version).flatMap(({ up }) => up(schema))) await transaction.executeQuery(statement.compile());
    await sql`delete from ${sql.id(SCHEMA, 'schema_version')}`.execute(transaction);
    await sql`insert into ${sql.id(SCHEMA, 'schema_version')} (version) values (${MIGRATIONS.length})`.execute(transaction);
  });
}

async function versionOf(database: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ readonly version: number }>`select version from ${sql.id(SCHEMA, 'schema_version')}`.execute(database);
  return rows[0]?.version ?? 0;
}
