import type { Change, ClosedFinding, OrganizationReport, RepositoryLine } from '../model/index.ts';

/** Of the run before, what this one is compared with. */
export type EarlierReport = Pick<OrganizationReport, 'findings' | 'difference'>;

interface Now {
  readonly id: string;
  readonly status: string;
}

/** What a run has seen, and whether it looked as the run before did. */
export interface Seen {
  readonly lines: readonly RepositoryLine[];
  /** The list of repositories can be believed. */
  readonly isListedWhole: boolean;
  /** The same rules, options and policy as in the run before. */
  readonly isSameQuestion: boolean;
}

/**
 * What became of each credential. A run that saw less never closes anything: what it did not find counts as gone only where every
 * repository that held it was seen whole, under whatever name, by a run that looked for the same; otherwise it stays open, and goes on to the next run.
 */
export function compare(
  previous: EarlierReport | undefined,
  now: ReadonlyMap<string, Now>,
  knownBefore: ReadonlySet<string>,
  { lines, isListedWhole, isSameQuestion }: Seen,
): { readonly changeOf: (id: string) => Change; readonly fixed: readonly ClosedFinding[]; readonly gone: readonly ClosedFinding[]; readonly unseen: readonly ClosedFinding[] } {
  const before = new Map<string, { readonly status: string; readonly closed: ClosedFinding }>((previous?.findings ?? []).map((finding) => [finding.id, { status: finding.status, closed: closedOf(finding) }]));
  // What was left open without being seen is still open.
  for (const closed of previous?.difference.unseen ?? []) if (!before.has(closed.id)) before.set(closed.id, { status: 'unknown', closed });
  const byName = new Map(lines.map((line) => [line.name, line]));
  const byId = new Map(lines.flatMap((line) => (line.id === undefined ? [] : [[line.id, line] as const])));
  const isSeen = (name: string, id: string | undefined): boolean => {
    const line = id === undefined ? byName.get(name) : byId.get(id);
    // A repository that is no more holds nothing any more, if the list of repositories can be believed; one that is left out may.
    return line === undefined ? isListedWhole : line.complete && line.reason !== 'excluded';
  };
  const isAllSeen = ({ repositories, repositoryIds }: ClosedFinding): boolean => isSameQuestion && repositories.every((name, index) => isSeen(name, repositoryIds?.[index]));
  const fixed: ClosedFinding[] = [];
  const gone: ClosedFinding[] = [];
  const unseen: ClosedFinding[] = [];
  for (const [id, { status, closed }] of before) {
    const found = now.get(id);
    if (found === undefined) (isAllSeen(closed) ? gone : unseen).push(closed);
    else if (found.status === 'inactive' && status !== 'inactive') fixed.push(closed);
  }
  const changeOf = (id: string): Change => {
    const earlier = before.get(id);
    if (earlier === undefined) return knownBefore.has(id) ? 'reopened' : 'new';
    return earlier.status === 'inactive' && now.get(id)?.status === 'active' ? 'reopened' : 'still';
  };
  return { changeOf, fixed: fixed.sort(inOrder), gone: gone.sort(inOrder), unseen: unseen.sort(inOrder) };
}

function closedOf({ id, rule, masked, repositories }: EarlierReport['findings'][number]): ClosedFinding {
  const ids = repositories.map((one) => one.id);
  return { id, rule, masked, repositories: repositories.map(({ name }) => name), ...(ids.every((one) => one !== undefined) ? { repositoryIds: ids } : {}) };
}

function inOrder(a: ClosedFinding, b: ClosedFinding): number {
  return a.id < b.id ? -1 : 1;
}
