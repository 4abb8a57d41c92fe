import { maskName } from '../../lib/mask-runs.ts';
import type { Origin, SkipReason, Unit } from '../../model/index.ts';
import { addedLines, isAdded } from '../git/added-lines.ts';
import { absenceReason, checkObjects } from '../git/batch-check.ts';
import { readCommitFacts } from '../git/commit-facts.ts';
import { shallowCommits } from '../git/discover.ts';
import { rawChanges, type RawChange } from '../git/raw-diff.ts';
import { records } from '../git/records.ts';
import { explain, startGit, type GitContext, type GitExit } from '../git/run.ts';
import { ObjectBatcher } from './batch.ts';
import { createExclusion, type Exclusion } from './exclude.ts';
import { isInScope } from './locate.ts';
import { memberDepth, storedOrigin, withStored } from './origins.ts';
import type { RangeEnds } from './revision.ts';
import type { Hit, PlanContext, Planned } from './target.ts';

const DIFF = ['diff-tree', '--stdin', '-r', '-m', '--root', '--no-renames'];
const CHECKED_AT_ONCE = 2000;

/** The commits of a range: `comparable` ones can be held against their parents; those at the edge of a shallow clone cannot. */
export interface RangeCommits {
  readonly all: readonly string[];
  readonly comparable: readonly string[];
}

/** Lists a range, oldest first, and notes the gaps: ends or commits that are not there, an empty range that should not be. */
export async function listRange(context: GitContext, range: string, ends: RangeEnds, plan: PlanContext): Promise<RangeCommits> {
  const gap = (reason: SkipReason, detail: string, count?: number): void => plan.note({ type: 'skipped', skip: { what: maskName(range), reason, detail, ...(count === undefined ? {} : { count }) } });
  for (const { oid, isPresent } of [ends.from, ends.to]) if (!isPresent) gap('missing-commit', `commit ${maskName(oid)} is not in this clone; fetch it (in CI: fetch-depth: 0), or check its spelling`);
  const nothing: RangeCommits = { all: [], comparable: [] };
  if (!ends.from.isPresent || !ends.to.isPresent || ends.from.oid === ends.to.oid) return nothing;
  const process = startGit(context, ['rev-list', '--topo-order', '--reverse', ends.to.oid, `^${ends.from.oid}`]);
  process.stdin.end();
  const all: string[] = [];
  for await (const lines of records(process.stdout, 10)) all.push(...lines);
  const exit = await process.exit;
  if (exit.code !== 0) gap('missing-commit', explain(exit));
  else if (all.length === 0) gap('empty-range', 'its ends differ and no commit lies between them; are they in the right order?');
  const edge = shallowCommits(context.repository);
  const comparable = all.filter((oid) => !edge.has(oid));
  if (comparable.length < all.length) gap('shallow', 'parents of commits in the range are not in this clone, so their changes are not known; fetch more history', all.length - comparable.length);
  return { all, comparable };
}

/** The commits' own text, then every blob that one of them brought in, once. */
export async function* rangeUnits(context: GitContext, commits: RangeCommits, scope: string, plan: PlanContext): AsyncGenerator<Unit> {
  const batcher = new ObjectBatcher(context.repository, plan);
  const exclusion = createExclusion(plan.options.ignore);
  for (const { oid, sizeBytes, type } of await checkObjects(context, commits.all)) {
    if (type === 'commit') yield* batcher.add({ oid, type, sizeBytes, origin: { kind: 'message', object: oid, objectType: 'commit' } });
  }
  // The same blob may come in under several paths: it is scanned once, unless all of them are excluded.
  const seen = new Set<string>();
  let waiting: Candidate[] = [];
  const failure = diffFailure(context, plan);
  for await (const batch of diffCommits(context, commits.comparable, failure)) {
    for (const change of batch) {
      if (!isInScope(change.path, scope) || seen.has(change.after)) continue;
      const glob = exclusion.globFor(change.path);
      const key = glob === undefined ? change.after : `${change.after} ${change.path}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (change.mode === '160000') plan.note({ type: 'skipped', skip: { what: change.path, reason: 'submodule' } });
      else waiting.push({ ...change, ...(glob === undefined ? {} : { glob }) });
    }
    if (waiting.length < CHECKED_AT_ONCE) continue;
    yield* blobUnits(context, waiting, batcher, exclusion, plan);
    waiting = [];
  }
  yield* blobUnits(context, waiting, batcher, exclusion, plan);
  yield* batcher.flush();
  exclusion.report(plan.note);
}

interface Candidate extends RawChange {
  /** Set where the user excludes the path. */
  readonly glob?: string;
}

async function* blobUnits(context: GitContext, changes: readonly Candidate[], batcher: ObjectBatcher, exclusion: Exclusion, { note, options }: PlanContext): AsyncGenerator<Unit> {
  const headers = await checkObjects(context, changes.map(({ after }) => after));
  let absent: SkipReason | undefined;
  for (const [index, { after: oid, path, commit, glob }] of changes.entries()) {
    const header = headers[index];
    const sizeBytes = header?.sizeBytes ?? 0;
    if (glob !== undefined) exclusion.count(glob, sizeBytes);
    else if (header?.type !== 'blob') {
      absent ??= await absenceReason(context);
      note({ type: 'skipped', skip: { what: path, reason: absent, detail: `blob ${oid}` } });
    } else if (options.maxFileBytes !== undefined && sizeBytes > options.maxFileBytes) note({ type: 'skipped', skip: { what: path, reason: 'too-large', bytes: sizeBytes } });
    else yield* batcher.add({ oid, type: 'blob', sizeBytes, origin: { kind: 'commit', blob: oid, path, reachable: true, ...(commit === undefined ? {} : { commit }) } });
  }
}

/** Every path under which a line of the hit was added, each with the first commit that did so. Commit texts stay as they are. */
export async function resolveRange(context: GitContext, commits: RangeCommits, scope: string, hits: readonly Hit[], isExcluded: (path: string) => boolean): ReturnType<Planned['resolve']> {
  const wanted = new Set(hits.map(({ origin }) => blobOf(origin)));
  wanted.delete(undefined);
  if (wanted.size === 0) return hits.map(({ origin }) => [origin]);
  const changes = new Map<string, RawChange[]>();
  let failed = false;
  for await (const batch of diffCommits(context, commits.comparable, () => void (failed = true))) {
    for (const change of batch) {
      if (!wanted.has(change.after) || !isInScope(change.path, scope) || isExcluded(change.path)) continue;
      const known = changes.get(change.after);
      if (known === undefined) changes.set(change.after, [change]);
      else known.push(change);
    }
  }
  const all = [...changes.values()].flat();
  const lines = await addedLines(context, DIFF, all);
  const facts = await readCommitFacts(context, [...new Set(all.map(({ commit }) => commit ?? ''))]);
  return hits.map(({ origin, region }) => {
    const blob = blobOf(origin);
    if (blob === undefined) return [origin];
    const first = new Map<string, Origin>();
    for (const change of changes.get(blob) ?? []) {
      const { path, commit = '' } = change;
      if (first.has(path) || !(memberDepth(origin) > 0 || isAdded(change, region, lines))) continue;
      first.set(path, withStored(origin, { kind: 'commit', blob, path, commit, reachable: true, ...facts.get(commit) }));
    }
    // Git could not tell all of it (the plan said so): what cannot be judged is kept.
    return first.size === 0 && failed ? [origin] : [...first.values()];
  });
}

/** A tree or commit that is not there ends git's walk: what lay behind it is a gap, not the end of the run. */
function diffFailure(context: GitContext, { note }: PlanContext): (exit: GitExit) => Promise<void> {
  return async (exit) => note({ type: 'skipped', skip: { what: 'changes of the range', reason: await absenceReason(context), detail: explain(exit) } });
}

async function* diffCommits(context: GitContext, commits: readonly string[], onFailure: (exit: GitExit) => void | Promise<void>): AsyncGenerator<readonly RawChange[]> {
  if (commits.length === 0) return;
  const args = [...DIFF, '--raw', '-z', '--no-abbrev'];
  const process = startGit(context, args);
  process.stdin.end(commits.map((oid) => `${oid}\n`).join(''));
  yield* rawChanges(process.stdout);
  const exit = await process.exit;
  if (exit.code !== 0) await onFailure(exit);
}

function blobOf(origin: Origin): string | undefined {
  const stored = storedOrigin(origin);
  return stored.kind === 'commit' ? stored.blob : undefined;
}
