/** RFC 3339 in UTC, without milliseconds where they are zero: `2026-11-22T10:00:00Z`. The date must be valid. */
export function formatInstant(date: Date): string {
  const time = date.getTime();
  const known = texts.get(time);
  if (known !== undefined) return known;
  const text = date.toISOString().replace('.000Z', 'Z');
  if (texts.size >= MOST_TEXTS) texts.clear();
  texts.set(time, text);
  return text;
}

/** Two dozen verdicts name the same few dates of a token: one text for all of them. */
const texts = new Map<number, string>();
const MOST_TEXTS = 4096;

/** Whether this is a date that stands for an instant; strangers' answers also make `Invalid Date`. */
export function isInstant(value: unknown): value is Date {
  return value instanceof Date && Number.isFinite(value.getTime());
}
