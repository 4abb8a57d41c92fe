import type { Change, ClosedFinding, OrganizationReport, RepositoryLine } from '../model/index.ts';

/** Of the run before, what this one is compared with. */
export type EarlierReport = Pick<OrganizationReport, 'findings' | 'difference'>;

interface Now {
  readonly id: string;
  readonly status: string;
}

/**
 * What became of each credential. A run that saw less never closes anything: what it did not find counts as gone only where every
 * repository that held it was seen whole; otherwise it stays open, and goes on to the next run.
 */
export function compare(
  previous: EarlierReport | undefined,
  now: ReadonlyMap<string, Now>,
  knownBefore: ReadonlySet<string>,
  lines: readonly RepositoryLine[],
  isListedWhole: boolean,
): { readonly changeOf: (id: string) => Change; readonly fixed: readonly ClosedFinding[]; readonly gone: readonly ClosedFinding[]; readonly unseen: readonly ClosedFinding[] } {
  const before = new Map<string, { readonly status: string; readonly closed: ClosedFinding }>((previous?.findings ?? []).map((finding) => [finding.id, { status: finding.status, closed: { id: finding.id, rule: finding.rule, masked: finding.masked, repositories: finding.repositories.map(({ name }) => name) } }]));
  // What was left open without being seen is still open.
  for (const closed of previous?.difference.unseen ?? []) if (!before.has(closed.id)) before.set(closed.id, { status: 'unknown', closed });
  const whole = new Set(lines.filter((line) => line.complete).map(({ name }) => name));
  const listed = new Set(lines.map(({ name }) => name));
  // A repository that is no more holds nothing any more, if the list of repositories can be believed.
  const isSeen = (name: string): boolean => whole.has(name) || (isListedWhole && !listed.has(name));
  const fixed: ClosedFinding[] = [];
  const gone: ClosedFinding[] = [];
  const unseen: ClosedFinding[] = [];
  for (const [id, { status, closed }] of before) {
    const found = now.get(id);
    if (found === undefined) (closed.repositories.every(isSeen) ? gone : unseen).push(closed);
    else if (found.status === 'inactive' && status !== 'inactive') fixed.push(closed);
  }
  const changeOf = (id: string): Change => {
    const earlier = before.get(id);
    if (earlier === undefined) return knownBefore.has(id) ? 'reopened' : 'new';
    return earlier.status === 'inactive' && now.get(id)?.status === 'active' ? 'reopened' : 'still';
  };
  return { changeOf, fixed: fixed.sort(byId), gone: gone.sort(byId), unseen: unseen.sort(byId) };
}

function byId(a: ClosedFinding, b: ClosedFinding): number {
  return a.id < b.id ? -1 : 1;
}
