import ignore from 'ignore';
import { INCOMPLETE_REASONS } from '../model/index.ts';
import type { Skip } from '../model/index.ts';

/** A gap that configuration accepts: `coverage.accept` of `tokenwarden.yml`. */
export interface AcceptedGap {
  /** gitignore-style pattern over what was skipped. */
  readonly path: string;
  readonly reason: string;
  readonly owner: string;
  /** RFC 3339 date; the acceptance holds through the end of that day, UTC. */
  readonly expires: string;
}

const DAY_MS = 86_400_000;

/** The skip, marked accepted if an entry names it and has not expired. */
export function acceptGaps(skip: Skip, accepted: readonly AcceptedGap[], now: Date): Skip {
  const entry = accepted.find((one) => now.getTime() < Date.parse(one.expires) + DAY_MS && covers(one.path, skip.what));
  return entry === undefined ? skip : { ...skip, accepted: { owner: entry.owner, reason: entry.reason, expires: entry.expires } };
}

/** Entries that named no gap of a run: perhaps a typing error, or what they were for is gone. */
export function idleAcceptances(skipped: readonly Skip[], accepted: readonly AcceptedGap[]): readonly AcceptedGap[] {
  const gaps = skipped.filter(({ reason }) => INCOMPLETE_REASONS.has(reason));
  return accepted.filter(({ path }) => !gaps.some(({ what }) => covers(path, what)));
}

function covers(pattern: string, what: string): boolean {
  if (pattern === what) return true;
  const path = what.replace(/^(?:\.\/|\/)+/, '');
  return path !== '' && !path.startsWith('../') && ignore().add(pattern).ignores(path);
}
