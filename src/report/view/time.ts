const UNITS: readonly (readonly [ms: number, short: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** `2026-11-22 07:00 UTC`: for people, the same on every machine. */
export function instant(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an unreadable date' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `90 d`, `36 h`, `5 min`: whole units, days from 72 hours up. */
export function span(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1_000) return '0 s';
  const [unit, short] = UNITS.find(([candidate, name]) => size >= candidate * (name === 'd' ? 3 : name === 'h' ? 2 : 1)) ?? [1_000, 's'];
  return `${Math.floor(size / unit)} ${short}`;
}

/** `in 3 d` or `5 h ago`, as seen from `from`. */
export function relative(date: Date, from: Date): string {
  const ms = date.getTime() - from.getTime();
  return ms >= 0 ? `in ${span(ms)}` : `${span(ms)} ago`;
}

/** `2026-11-22 07:00 UTC (in 3 d)`. */
export function instantSeen(date: Date, from: Date): string {
  return `${instant(date)} (${relative(date, from)})`;
}
