import { sql, type RawBuilder } from 'kysely';

/** The database's own clock, as RFC 3339 text in UTC with milliseconds: that of a worker may be wrong. */
export interface DatabaseClock {
  readonly now: RawBuilder<string>;
  /** So many seconds from now. */
  readonly after: (seconds: number) => RawBuilder<string>;
}

export const SQLITE_CLOCK: DatabaseClock = {
  now: sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`,
  after: (seconds) => sql<string>`strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ${`${seconds < 0 ? '' : '+'}${seconds.toFixed(3)} seconds`})`,
};

const FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';

export const POSTGRESQL_CLOCK: DatabaseClock = {
  now: sql<string>`to_char(clock_timestamp() at time zone 'utc', ${sql.lit(FORMAT)})`,
  after: (seconds) => sql<string>`to_char((clock_timestamp() + make_interval(secs => ${seconds}::double precision)) at time zone 'utc', ${sql.lit(FORMAT)})`,
};
