/** RFC 3339 in UTC, without milliseconds where they are zero: `2026-11-22T10:00:00Z`. The date must be valid. */
export function formatInstant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** Whether this is a date that stands for an instant; strangers' answers also make `Invalid Date`. */
export function isInstant(value: unknown): value is Date {
  return value instanceof Date && Number.isFinite(value.getTime());
}
