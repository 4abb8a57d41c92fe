/** Milliseconds. */
export type Milliseconds = number;

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof UNITS;

/** What `parseDuration` takes, for JSON schemas: a whole number of at most seven digits and a unit. */
export const DURATION_PATTERN = '^[0-9]{1,7}(ms|s|m|h|d|w)$';
const SHAPE = new RegExp(DURATION_PATTERN);

/** A duration as JSON Schema, for configuration. */
export const DURATION_SCHEMA = {
  type: 'string',
  pattern: DURATION_PATTERN,
  description: 'a duration such as 90m, 48h, 14d or 2w',
} as const;

/** A text that is no duration. `message` says what stood there and what was expected. */
export class DurationError extends Error {
  constructor(text: string) {
    super(`"${text.slice(0, 40)}" is not a duration: write a whole number and a unit, such as 90s, 90m, 48h, 14d or 2w`);
    this.name = 'DurationError';
  }
}

/** `48h`, `14d`, `90m`, `2w`, `30s`, `250ms` → milliseconds. A day is 24 hours. Throws `DurationError`. */
export function parseDuration(text: string): Milliseconds {
  if (!SHAPE.test(text)) throw new DurationError(text);
  const digits = Number.parseInt(text, 10);
  const unit = text.replace(/^[0-9]+/, '') as Unit;
  return digits * UNITS[unit];
}

/**
 * The two largest units that are not zero, cut and not rounded: `14d`, `14d 1s`, `1h 30m`, `0s`, `-2d`. The day is
 * the largest unit, so that 14 days read as policy writes them.
 */
export function formatDuration(ms: Milliseconds): string {
  if (!Number.isFinite(ms)) return String(ms);
  if (ms < 0) return `-${formatDuration(-ms)}`;
  let rest = Math.floor(ms);
  const parts: string[] = [];
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / UNITS[unit]);
    rest -= count * UNITS[unit];
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.length === 0 ? '0s' : parts.slice(0, 2).join(' ');
}
