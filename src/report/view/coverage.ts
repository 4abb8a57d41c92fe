import { INCOMPLETE_REASONS, isGap } from '../../model/index.ts';
import type { Coverage, Counts, Skip, SkipReason } from '../../model/index.ts';
import { amount, size, thousands } from './amount.ts';

/** What each reason means, as the end of "was not scanned: …". */
export const REASONS: Readonly<Record<SkipReason, string>> = {
  unreadable: 'could not be read',
  'too-large': 'larger than the cap that was set',
  'missing-object': 'an object is missing from the repository',
  shallow: 'the clone is shallow and the commits are not there',
  'promised-object': 'promised by a partial clone but not here',
  'missing-commit': 'the commit is not in this clone',
  'empty-range': 'the range should hold commits but has none',
  interrupted: 'the run was interrupted',
  timeout: 'the time was over',
  'archive-limit': 'the archive is past what is safe to unpack',
  'archive-damaged': 'the archive is damaged',
  'decode-budget': 'too many encoded layers to try them all',
  'changed-while-reading': 'it changed while it was read',
  'worker-failed': 'a scanning worker failed on it',
  'listing-incomplete': 'its issuer did not list all tokens',
  'special-file': 'not a regular file',
  symlink: 'a symbolic link; what it points to is scanned where it lies',
  'lfs-pointer': 'a Git LFS pointer; its content is elsewhere',
  submodule: 'a submodule, a repository of its own',
  ignored: 'ignored by git (--include-ignored scans it)',
  expired: 'it expired: nobody keeps it any more',
  'excluded-archive': 'archives were excluded (--no-archives)',
  'excluded-binary': 'binaries were excluded (--no-binaries)',
  'excluded-glob': 'excluded by an ignore glob',
};

/** Coverage sorted into what matters: real gaps, gaps that somebody accepted, and what was left out on purpose. */
export interface CoverageView {
  readonly complete: boolean;
  /** Nothing at all was read: neither an all-clear nor a gap. */
  readonly empty: boolean;
  readonly scanned: string;
  readonly gaps: readonly Skip[];
  readonly accepted: readonly Skip[];
  readonly excluded: readonly { readonly reason: SkipReason; readonly count: number }[];
}

export function coverageOf(coverage: Coverage): CoverageView {
  const gaps = coverage.skipped.filter(isGap);
  const accepted = coverage.skipped.filter((skip) => INCOMPLETE_REASONS.has(skip.reason) && skip.accepted !== undefined);
  const excluded = new Map<SkipReason, number>();
  for (const skip of coverage.skipped) {
    if (!INCOMPLETE_REASONS.has(skip.reason)) excluded.set(skip.reason, (excluded.get(skip.reason) ?? 0) + (skip.count ?? 1));
  }
  const { files, blobs, commits } = coverage.scanned;
  return {
    complete: coverage.complete && gaps.length === 0,
    empty: files + blobs + commits + (coverage.scanned.tokens ?? 0) === 0 && coverage.scanned.bytes === 0,
    scanned: scannedOf(coverage.planned, coverage.scanned),
    gaps,
    accepted,
    excluded: [...excluded].map(([reason, count]) => ({ reason, count })),
  };
}

/** `120 of 124 files, 3 commits, 1.2 MB`. Kinds that were neither planned nor scanned are not named. */
function scannedOf(planned: Counts, scanned: Counts): string {
  const kinds = (['file', 'blob', 'commit'] as const).flatMap((kind) => {
    const key = `${kind}s` as const;
    if (planned[key] === 0 && scanned[key] === 0) return [];
    return scanned[key] < planned[key] ? [`${thousands(scanned[key])} of ${amount(planned[key], kind)}`] : [amount(scanned[key], kind)];
  });
  const listed = scanned.tokens === undefined ? [] : [amount(scanned.tokens, 'listed token')];
  if (kinds.length === 0 && scanned.bytes === 0 && listed.length > 0) return listed.join('');
  return [...(kinds.length === 0 ? ['0 files'] : kinds), ...listed, size(scanned.bytes)].join(', ');
}

/** `path: why (detail)` and how many things it stands for. */
export function skipLine(skip: Skip): string {
  const detail = skip.detail === undefined || skip.detail === '' ? '' : ` (${skip.detail})`;
  const many = (skip.count ?? 1) > 1 ? ` [${thousands(skip.count ?? 1)} times]` : '';
  return `${skip.what}: ${REASONS[skip.reason]}${detail}${many}`;
}

export function acceptedLine(skip: Skip): string {
  const { accepted } = skip;
  return accepted === undefined ? skipLine(skip) : `${skipLine(skip)}; accepted by ${accepted.owner} until ${accepted.expires}: ${accepted.reason}`;
}

/** What is counted, one and many; the other reasons stand as they are. */
const NOUNS: Readonly<Partial<Record<SkipReason, readonly [string, string]>>> = {
  'special-file': ['special file', 'special files'],
  symlink: ['symbolic link', 'symbolic links'],
  'lfs-pointer': ['LFS pointer', 'LFS pointers'],
  submodule: ['submodule', 'submodules'],
  expired: ['expired log or artifact', 'expired logs or artifacts'],
  'excluded-archive': ['archive', 'archives'],
  'excluded-binary': ['binary', 'binaries'],
  'excluded-glob': ['by an ignore glob', 'by ignore globs'],
};

/** `2 ignored, 1 submodule`, for a line that only counts. */
export function excludedLine(view: CoverageView): string {
  return view.excluded.map(({ reason, count }) => amount(count, ...(NOUNS[reason] ?? [reason.replaceAll('-', ' '), reason.replaceAll('-', ' ')]))).join(', ');
}
