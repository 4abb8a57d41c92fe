/** How far a run over an organisation is with one repository. */
export type RepositoryState =
  | 'planned'
  /** A worker is at it. */
  | 'leased'
  | 'scanned'
  /** As in the run before, whose findings (none) still hold. */
  | 'unchanged'
  | 'skipped';
