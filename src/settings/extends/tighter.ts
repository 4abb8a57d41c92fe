import { parseByteSize } from '../../lib/byte-size.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { parseDuration } from '../../lib/duration.ts';
import type { Strictness } from '../../model/index.ts';

/** What texts with a number and a letter mean: `10m` is ten minutes, or ten megabytes. */
export type Unit = 'duration' | 'bytes';

/**
 * Whether `value` is at least as tight as `demanded`, both as a configuration has them (durations and sizes as text). Undefined: nobody says,
 * and there is no default. What cannot be read or compared is not.
 */
export function isAsTight(order: Strictness, value: unknown, demanded: unknown, unit: Unit = 'duration'): boolean {
  if (order === 'free' || isSame(value, demanded)) return true;
  switch (order) {
    case 'lower':
      return numberOf(value, unit) <= numberOf(demanded, unit);
    case 'higher':
      return numberOf(value, unit) >= numberOf(demanded, unit);
    case 'on':
      return value === true || demanded === false;
    case 'off':
      return value === false || demanded === true;
    case 'fewer':
      return without(value, demanded).length === 0;
    case 'fewer-globs':
      return without(value, demanded).every((glob) => typeof glob === 'string' && glob.startsWith('!'));
    case 'further':
      return without(demanded, value).length === 0;
    case 'first':
      return demanded === undefined;
    case 'same':
      return false;
    default: {
      const [own, other] = [value, demanded].map((word) => order.indexOf(String(word)));
      return own !== undefined && other !== undefined && own >= 0 && own >= other;
    }
  }
}

export function isSame(a: unknown, b: unknown): boolean {
  return a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b);
}

/** Entries of a list that are not in the other. */
export function without(list: unknown, other: unknown): readonly unknown[] {
  return listOf(list).filter((entry) => !listOf(other).some((known) => isSame(entry, known)));
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** NaN is neither above nor below anything. */
function numberOf(value: unknown, unit: Unit): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  if (unit === 'bytes') return parseByteSize(value) ?? Number.NaN;
  try {
    return parseDuration(value);
  } catch {
    return Number.NaN;
  }
}
