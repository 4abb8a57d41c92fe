const WINDOW_MS = 60_000;
const DAY_MS = 86_400_000;

/** What was known of a token's last use before: when we asked, what its issuer said then, and which use was not ours. */
export interface EarlierUse {
  readonly askedAt: Date;
  readonly said?: Date | 'never';
  readonly genuine?: Date | 'never';
}

/**
 * The last use that was not our own question, which issuers count like any other. One that moved to the moment of our earlier
 * question was that, and what was known before it stands. Undefined where our question of now may be all that was seen, or
 * nobody remembers what was before it.
 */
export function genuineUse(said: Date | 'never', askedAt: Date, earlier: EarlierUse | undefined): Date | 'never' | undefined {
  if (said === 'never') return said;
  if (earlier?.said instanceof Date && earlier.said.getTime() === said.getTime()) return earlier.genuine;
  const wasEarlier = earlier !== undefined && isAt(said, earlier.askedAt);
  if (isAt(said, askedAt) && !(wasEarlier && apart(said, earlier.askedAt) < apart(said, askedAt))) return undefined;
  return wasEarlier ? (isDay(said) ? undefined : earlier.genuine) : said;
}

/** Whether a use in a log is, as far as its time tells, one of our own questions. */
export function isOwnQuestion(at: Date, asked: readonly Date[]): boolean {
  return asked.some((moment) => apart(at, moment) <= WINDOW_MS);
}

function apart(a: Date, b: Date): number {
  return Math.abs(a.getTime() - b.getTime());
}

function isAt(said: Date, askedAt: Date): boolean {
  if (apart(said, askedAt) <= WINDOW_MS) return true;
  return isDay(said) && Math.floor(said.getTime() / DAY_MS) === Math.floor(askedAt.getTime() / DAY_MS);
}

/** Issuers that count days give midnight. */
function isDay(at: Date): boolean {
  return at.getTime() % DAY_MS === 0;
}
