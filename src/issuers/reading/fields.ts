/** Seconds of the year 9999; beyond it a number is no date. */
const MAX_EPOCH_SECONDS = 253_402_300_799;

/** A non-empty string; also a finite number, as issuers give ids. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** All strings of an array, without empty ones; undefined when it is no array. */
export function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item !== '') : undefined;
}

/** Scopes in one string (RFC 6749 section 3.3: spaces; GitHub: commas). An empty string is an empty list, which is a fact. */
export function words(value: unknown): readonly string[] | undefined {
  return typeof value === 'string' ? value.split(/[\s,]+/).filter((word) => word !== '') : undefined;
}

/** Seconds since 1970 (RFC 7519 NumericDate). */
export function epochSeconds(value: unknown): Date | undefined {
  return typeof value === 'number' && value > 0 && value <= MAX_EPOCH_SECONDS ? new Date(value * 1000) : undefined;
}

/** Milliseconds since 1970. */
export function epochMilliseconds(value: unknown): Date | undefined {
  return typeof value === 'number' ? epochSeconds(value / 1000) : undefined;
}

/** `expires_in`: seconds from the moment of the answer (RFC 6749 section 5.1). */
export function secondsFrom(now: Date, value: unknown): Date | undefined {
  return typeof value === 'number' && Math.abs(value) <= MAX_EPOCH_SECONDS ? valid(new Date(now.getTime() + value * 1000)) : undefined;
}

/** An RFC 3339 instant with an offset; fractions of any length. */
export function instant(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:?\d{2})$/.test(value)) return undefined;
  return valid(new Date(value.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1').replace(/([+-]\d{2})(\d{2})$/, '$1:$2')));
}

/** A calendar day, as the instant at which it begins in UTC. */
export function day(value: unknown): Date | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? valid(new Date(`${value}T00:00:00Z`)) : undefined;
}

/** `null` is how many issuers say "never"; an absent field is silence. */
export function orNever(value: unknown, read: (value: unknown) => Date | undefined): Date | 'never' | undefined {
  return value === null ? 'never' : read(value);
}

function valid(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** An RFC 2822 date (`Mon, 13 Jun 2016 22:50:08 +0000`), as older REST APIs write them. */
export function mailDate(value: unknown): Date | undefined {
  return typeof value === 'string' && /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT|UTC)$/.test(value) ? valid(new Date(value)) : undefined;
}

/** `2025-07-16 06:07:42 UTC`. */
export function instantUtc(value: unknown): Date | undefined {
  return typeof value === 'string' ? instant(value.replace(/ UTC$/, 'Z')) : undefined;
}

/** An instant without an offset, for issuers that document theirs as UTC; one with an offset is taken as it is. */
export function utcInstant(value: unknown): Date | undefined {
  return instant(value) ?? (typeof value === 'string' ? instant(`${value}Z`) : undefined);
}
