const DAY_MS = 86_400_000;

/** The last instant of a day (`YYYY-MM-DD`) in UTC; undefined if the calendar has no such day. */
export function endOfDay(day: string): Date | undefined {
  const end = new Date(`${day}T23:59:59.999Z`);
  return Number.isNaN(end.getTime()) || end.toISOString().slice(0, 10) !== day ? undefined : end;
}

/** Whole days from today to `day`, both in UTC; negative if it has passed. `day` must be one. */
export function daysUntil(day: string, now: Date): number {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${dayOf(now)}T00:00:00Z`)) / DAY_MS);
}

/** `YYYY-MM-DD` in UTC, so many days later. */
export function dayOf(instant: Date, later = 0): string {
  return new Date(instant.getTime() + later * DAY_MS).toISOString().slice(0, 10);
}
