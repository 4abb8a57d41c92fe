import { gzipSync } from 'node:zlib';
import type { Finding } from '../../model/index.ts';

export interface Limits {
  readonly maxResults: number;
  readonly maxGzipBytes: number;
  /** In all results together: about 450 bytes each, what one string may hold is 512 MiB. */
  readonly maxPlacesInAll: number;
}

/** What GitHub takes; over it the whole file is rejected. */
export const GITHUB_LIMITS: Limits = { maxResults: 25_000, maxGzipBytes: 10_000_000, maxPlacesInAll: 300_000 };

/** Places per result, tried in turn. GitHub takes 1,000 and shows 100. */
const PLACES = [1_000, 100, 10, 1] as const;

/**
 * The fullest text within the limits: first ever fewer places per result, then ever fewer results, dropped from the end of the
 * order, so that what is lost matters least. `write` is told how many findings it is not given.
 */
export function writeWithin(findings: readonly Finding[], limits: Limits, write: (kept: readonly Finding[], maxPlaces: number, leftOut: number) => string): string {
  let kept = findings.slice(0, limits.maxResults);
  for (const maxPlaces of PLACES) {
    if (maxPlaces > 1 && placesOf(kept, maxPlaces) > limits.maxPlacesInAll) continue;
    const text = write(kept, maxPlaces, findings.length - kept.length);
    if (fits(text, limits)) return text;
  }
  for (;;) {
    kept = kept.slice(0, Math.floor(kept.length * 0.8));
    const text = write(kept, 1, findings.length - kept.length);
    if (kept.length === 0 || fits(text, limits)) return text;
  }
}

function placesOf(findings: readonly Finding[], max: number): number {
  return findings.reduce((sum, { credential }) => sum + Math.min(max, credential.occurrences.length), 0);
}

/** A text that is small enough as it is (three bytes a character at most) need not be compressed to know. */
function fits(text: string, { maxGzipBytes }: Limits): boolean {
  return text.length * 3 < maxGzipBytes || gzipSync(text).length <= maxGzipBytes;
}
