import { Kysely } from 'kysely';
import type { DatabaseSync } from 'node:sqlite';
import { WardenError } from '../../model/index.ts';
import { loadSqlite } from '../../lib/sqlite.ts';
import { MIGRATIONS } from '../schema.ts';
import type { Tables } from '../schema.ts';
import { storeOf } from '../store.ts';
import { troubleWith } from '../trouble.ts';
import type { Inventory, InventoryOptions } from '../inventory.ts';
import { dialectOf } from './connect.ts';
import { isDamage, prepareFile, setAside } from './file.ts';

/** `tknw`: tells our files from other people's databases. */
const APPLICATION_ID = 0x746b_6e77;
const BUSY_MS = 10_000;

/** See `openInventory`. Loaded only when an inventory is opened. */
export async function openSqlite(path: string, options: InventoryOptions): Promise<Inventory> {
  if (path === ':memory:') return connect(path, options, []);
  prepareFile(path);
  try {
    return await connect(path, options, []);
  } catch (error) {
    if (!isDamage(error)) throw troubleWith(path, error);
    const aside = setAside(path, options.now());
    prepareFile(path);
    return connect(path, options, [`the inventory was damaged and is kept as ${aside}; a new one was begun, which remembers nothing of former runs`]);
  }
}

async function connect(path: string, options: InventoryOptions, notices: readonly string[]): Promise<Inventory> {
  const { DatabaseSync } = await loadSqlite(options.warnings);
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    const tables = new Kysely<Tables>({ dialect: dialectOf(database) });
    migrate(database, tables, path);
    return storeOf(tables, path, notices, options.now);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Applies what the file does not have yet, all or nothing, one process at a time; in one go, as waiting for the lock stops the thread. */
function migrate(database: DatabaseSync, tables: Kysely<Tables>, path: string): void {
  database.exec('PRAGMA secure_delete = ON');
  if (readNumber(database, 'user_version') === MIGRATIONS.length && readNumber(database, 'application_id') === APPLICATION_ID) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = readNumber(database, 'user_version');
    requireOurs(database, version, path);
    for (const { sql } of MIGRATIONS.slice(version).flatMap(({ up }) => up(tables.schema).map((statement) => statement.compile()))) database.exec(sql);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function requireOurs(database: DatabaseSync, version: number, path: string): void {
  const application = readNumber(database, 'application_id');
  const isNew = application === 0 && version === 0 && database.prepare('SELECT count(*) AS number FROM sqlite_schema').get()?.['number'] === 0;
  if (!isNew && application !== APPLICATION_ID) {
    throw new WardenError('INVENTORY_FOREIGN', `${path}: this database was not made by tokenwarden`, { hint: 'Choose another folder with --state.' });
  }
  if (version > MIGRATIONS.length) {
    throw new WardenError('INVENTORY_NEWER', `${path}: the inventory was written by a newer tokenwarden (schema ${version}, and this one knows ${MIGRATIONS.length})`, {
      hint: 'Use the newer version, or another folder with --state.',
    });
  }
}

function readNumber(database: DatabaseSync, pragma: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0);
}
