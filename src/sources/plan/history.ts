import type { HistoryFacts, Note, Unit } from '../../model/index.ts';
import { shallowCommits } from '../git/discover.ts';
import { listObjects } from '../git/object-listing.ts';
import { borrowsObjects, ownObjects } from '../git/own-objects.ts';
import { records } from '../git/records.ts';
import { repositoryState } from '../git/repository-state.ts';
import { explain, startGit, type GitContext } from '../git/run.ts';
import { ObjectBatcher } from './batch.ts';
import { FROM_EVERYWHERE, walkHistory, type HistoryWalk } from './history-walk.ts';
import { ObjectList } from './object-list.ts';
import type { PlanContext, PlannedNames } from './target.ts';

/** A larger blob is no file that only its name tells to hold a secret; so its path need not be known before it is read. */
const LARGEST_BOUND = 4 << 10;
/** So many blobs wait for others of their chains, which may lie anywhere in a pack; their names take 15 MB. */
const MOST_WAITING = 1 << 18;

/**
 * Every blob, commit and tag that is stored, reachable or not, versions of a file that are stored by their differences one after another. What should be stored and is
 * not would be missing from git's list without a word: so the graph is walked meanwhile, and what it misses is a gap. Small blobs
 * come last, when the walk has told which of them have a path that rules are bound to.
 * With a scope, only blobs: a part of the tree has no commit messages.
 */
export function planHistory(context: GitContext, scope: string, plan: PlanContext): { readonly units: AsyncGenerator<Unit>; readonly names: PlannedNames } {
  const known: { names: HistoryWalk['names']; keepClean: () => void } = { names: [], keepClean: () => undefined };
  return { units: historyUnits(context, scope, plan, known), names: { list: () => known.names, keepClean: () => known.keepClean() } };
}

async function* historyUnits(context: GitContext, scope: string, plan: PlanContext, known: { names: HistoryWalk['names']; keepClean: () => void }): AsyncGenerator<Unit> {
  const { note, options } = plan;
  const paths = options.boundPaths ?? [];
  const edge = shallowCommits(context.repository);
  if (edge.size > 0) note({ type: 'skipped', skip: { what: 'history', reason: 'shallow', count: edge.size, detail: 'commits whose parents are not in this clone; fetch with --unshallow' } });
  const memory = plan.memory?.();
  const state = memory === undefined ? undefined : repositoryState(context.repository, memory.isSettled);
  const before = memory === undefined || state === undefined ? undefined : remembered(memory.recall(context.repository, state), paths);
  const walk = before === undefined ? walkHistory(context, paths, note) : Promise.resolve(before);
  walk.catch(() => undefined);
  const small = new ObjectList();
  const large = new ObjectList();
  const batcher = new ObjectBatcher(context.repository, plan, true);
  const own = borrowsObjects(context) ? await ownObjects(context, FROM_EVERYWHERE) : undefined;
  let borrowed = 0;
  const listing = listObjects(context, { trees: own !== undefined, bases: before === undefined });
  const blob = (oid: string, sizeBytes: number, path = ''): readonly Unit[] => batcher.add({ oid, type: 'blob', sizeBytes, origin: { kind: 'commit', blob: oid, path, reachable: true } });
  for await (const objects of listing.objects) {
    plan.signal.throwIfAborted();
    for (const { oid, type, sizeBytes, base } of objects) {
      if (own?.has(oid) === false) {
        borrowed += 1;
        continue;
      }
      if (type === 'tree' || (scope !== '' && type !== 'blob')) continue;
      if (type === undefined) note({ type: 'skipped', skip: { what: `object ${oid}`, reason: 'missing-object' } });
      else if (type === 'commit' || type === 'tag') yield* batcher.add({ oid, type, sizeBytes, origin: { kind: 'message', object: oid, objectType: type } });
      else if (options.maxFileBytes !== undefined && sizeBytes > options.maxFileBytes) note({ type: 'skipped', skip: { what: `blob ${oid}`, reason: 'too-large', bytes: sizeBytes } });
      else if (sizeBytes <= LARGEST_BOUND && paths.length > 0) small.add(oid, sizeBytes, base);
      else large.add(oid, sizeBytes, base);
    }
    if (large.length >= MOST_WAITING) for (const { oid, sizeBytes } of large.drainChains()) yield* blob(oid, sizeBytes);
  }
  for (const { oid, sizeBytes } of large.drainChains()) yield* blob(oid, sizeBytes);
  const { isWhole, ends, names } = await walk;
  const blobs: [string, number][] = [];
  for (const { oid, sizeBytes } of small.drainChains()) {
    const end = ends.get(oid);
    if (end !== undefined) blobs.push([oid, end]);
    yield* blob(oid, sizeBytes, end === undefined ? '' : (paths[end] ?? '').replaceAll('*', 'x'));
  }
  yield* batcher.flush();
  if (borrowed > 0) note({ type: 'skipped', skip: { what: 'objects/info/alternates', reason: 'ignored', count: borrowed, detail: 'objects that only another repository holds, and that nothing here leads to' } });
  const complaint = await listing.complaint();
  if (complaint !== undefined) note({ type: 'skipped', skip: { what: 'objects', reason: 'missing-object', detail: explain({ code: 0, stderr: complaint }) } });
  await noteSubmodules(context, note);
  known.names = names;
  if (!isWhole || before !== undefined || memory === undefined || state === undefined || plan.signal.aborted || repositoryState(context.repository, memory.isSettled) !== state) return;
  memory.keep(context.repository, state, { isWhole, ends: { paths, blobs } });
  known.keepClean = () => memory.keep(context.repository, state, { areNamesClean: true });
}

/** What the walk found when the history was the same, if nothing of it would be found again otherwise. */
function remembered({ isWhole, ends, areNamesClean }: HistoryFacts, paths: readonly string[]): HistoryWalk | undefined {
  if (isWhole !== true || areNamesClean !== true || ends === undefined || ends.paths.join('\n') !== paths.join('\n')) return undefined;
  return { isWhole, ends: new Map(ends.blobs), names: [] };
}

async function noteSubmodules(context: GitContext, note: Note): Promise<void> {
  const process = startGit(context, ['ls-files', '-z', '--stage']);
  process.stdin.end();
  for await (const batch of records(process.stdout)) {
    for (const record of batch) {
      if (record.startsWith('160000 ')) note({ type: 'skipped', skip: { what: record.slice(record.indexOf('\t') + 1), reason: 'submodule', detail: 'its history is its own' } });
    }
  }
  await process.exit;
}
