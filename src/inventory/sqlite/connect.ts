import { SqliteDialect } from 'kysely';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

const NOTHING: SqliteStatement = { reader: false, all: () => [], run: () => ({ changes: 0, lastInsertRowid: 0 }), iterate: () => [].values() };

/** `node:sqlite` as Kysely knows a driver: a statement that returns columns is a reader, and parameters come as a list. */
export function dialectOf(database: DatabaseSync): SqliteDialect {
  const driver: SqliteDatabase = {
    close: () => database.close(),
    prepare: (sql): SqliteStatement => {
      // A full disk has ended the transaction already: what went wrong is told, and not that there is nothing to undo.
      if (sql === 'rollback' && !database.isTransaction) return NOTHING;
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as readonly SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as readonly SQLInputValue[])),
        iterate: (parameters) => statement.iterate(...(parameters as readonly SQLInputValue[])),
      };
    },
  };
  return new SqliteDialect({ database: driver });
}
