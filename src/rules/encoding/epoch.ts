/** Past this (the year 3000) a number is a mistake, not an instant. */
const LAST_SECOND = 32_503_680_000;

/** The instant of a number (or its decimal text) of seconds since 1970; undefined for anything else. */
export function epochSeconds(value: unknown): Date | undefined {
  const seconds = typeof value === 'string' && /^\d{1,11}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0 || seconds > LAST_SECOND) return undefined;
  return new Date(Math.floor(seconds) * 1000);
}
