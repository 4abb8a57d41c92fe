/** Why something was not scanned. `incomplete` reasons make the run exit 3; `excluded` ones are what the user asked for. */
export type SkipReason =
  | 'unreadable'
  | 'too-large'
  | 'missing-object'
  | 'shallow'
  | 'promised-object'
  | 'missing-commit'
  | 'empty-range'
  | 'interrupted'
  | 'timeout'
  | 'archive-limit'
  | 'archive-damaged'
  | 'decode-budget'
  | 'changed-while-reading'
  | 'worker-failed'
  /** The issuer's list of its tokens broke off. */
  | 'listing-incomplete'
  | 'special-file'
  | 'symlink'
  | 'lfs-pointer'
  | 'submodule'
  | 'ignored'
  /** Nobody keeps it any more: logs and artifacts of CI end by themselves. */
  | 'expired'
  | 'excluded-archive'
  | 'excluded-binary'
  | 'excluded-glob';

/** Reasons for which a scan that meets them saw less than it should. */
export const INCOMPLETE_REASONS: ReadonlySet<SkipReason> = new Set<SkipReason>([
  'unreadable',
  'too-large',
  'missing-object',
  'shallow',
  'promised-object',
  'missing-commit',
  'empty-range',
  'interrupted',
  'timeout',
  'archive-limit',
  'archive-damaged',
  'decode-budget',
  'changed-while-reading',
  'worker-failed',
  'listing-incomplete',
]);

export interface Skip {
  /** Path, object name or range that was not (fully) scanned. */
  readonly what: string;
  readonly reason: SkipReason;
  readonly detail?: string;
  /** How many things this one line stands for; 1 if absent. */
  readonly count?: number;
  readonly bytes?: number;
  /** Set when configuration accepts the gap. */
  readonly accepted?: { readonly owner: string; readonly reason: string; readonly expires: string };
}

export interface Counts {
  readonly files: number;
  readonly blobs: number;
  readonly commits: number;
  readonly bytes: number;
  /** Tokens that issuers listed; absent where none was asked to. */
  readonly tokens?: number;
}

export interface Coverage {
  readonly planned: Counts;
  readonly scanned: Counts;
  /** Gaps and exclusions, sorted; incomplete ones first. */
  readonly skipped: readonly Skip[];
  readonly complete: boolean;
}

export const NO_COUNTS: Counts = { files: 0, blobs: 0, commits: 0, bytes: 0 };

export function addCounts(a: Counts, b: Partial<Counts>): Counts {
  return {
    files: a.files + (b.files ?? 0),
    blobs: a.blobs + (b.blobs ?? 0),
    commits: a.commits + (b.commits ?? 0),
    bytes: a.bytes + (b.bytes ?? 0),
    ...(a.tokens === undefined && b.tokens === undefined ? {} : { tokens: (a.tokens ?? 0) + (b.tokens ?? 0) }),
  };
}

/** Whether this skip alone makes a run incomplete. */
export function isGap(skip: Skip): boolean {
  return INCOMPLETE_REASONS.has(skip.reason) && skip.accepted === undefined;
}
