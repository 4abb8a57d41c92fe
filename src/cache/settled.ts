/** A file system with fractions of a second in its times ticks at least a hundred times a second; others tick every one or two. */
const FINE_MS = 500;
const COARSE_MS = 3000;

/**
 * Whether a file's inode was last changed so long before the run began that another change would show in its times. One that is
 * changed within a tick of having been read keeps its stamp; git calls such entries racy.
 */
export function isSettled(stamps: ArrayLike<number>, at: number, startedAt: Date): boolean {
  const changedMs = stamps[at + 4] as number;
  return changedMs < startedAt.getTime() - (changedMs % 1000 === 0 ? COARSE_MS : FINE_MS);
}
