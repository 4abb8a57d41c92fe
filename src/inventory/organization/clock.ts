import { sql, type RawBuilder } from 'kysely';

/** The database's own clock, as RFC 3339 text in UTC with milliseconds: that of a worker may be wrong. */
export interface DatabaseClock {
  readonly now: RawBuilder<string>;
  /** So many seconds from now. */
  readonly after: (seconds: number) => RawBuilder<string>;
  /** What the one who selects a row to change it adds, so that others pass it over instead of waiting. */
  readonly passOver: RawBuilder<unknown>;
}

export const SQLITE_CLOCK: DatabaseClock = {
  now: sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`,
  after: (seconds) => sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ${`${seconds < 0 ? '' : '+'}${seconds.toFixed(3)} seconds`})`,
  // One writer at a time: a statement sees no row that another one is changing.
  passOver: sql``,
};

const FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';

export const POSTGRESQL_CLOCK: DatabaseClock = {
  now: sql<string>`to_char(clock_timestamp() at time zone 'utc', ${sql.lit(FORMAT)})`,
  after: (seconds) => sql<string>`to_char((clock_timestamp() + make_interval(secs => ${seconds}::double precision)) at time zone 'utc', ${sql.lit(FORMAT)})`,
  passOver: sql`for update skip locked`,
};
