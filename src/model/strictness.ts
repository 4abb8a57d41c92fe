/**
 * Which of two values of a setting is the tighter one: makes more be found, asked about or reported, or lets less pass. What an
 * organisation demands may be tightened by anybody; anything else needs its leave.
 */
export type Strictness =
  /** Numbers, sizes and durations: the smaller; none at all is the loosest. */
  | 'lower'
  /** The larger; none at all is no limit, and the tightest. */
  | 'higher'
  | 'on'
  | 'off'
  /** A list that excuses: each entry less is tighter. */
  | 'fewer'
  /** The same of globs, of which those that begin with `!` take back what others excuse. */
  | 'fewer-globs'
  /** A list that demands: each entry more is tighter. */
  | 'further'
  /** No order is known: every other value counts as looser. */
  | 'same'
  /** Says nothing about what passes as long as nobody says it; once said, it stays. */
  | 'first'
  /** Has no bearing on what is found and judged. */
  | 'free'
  /** Words from the loosest to the tightest. */
  | readonly string[];
