import type { Note, SkipReason, Unit } from '../../model/index.ts';
import { absenceReason, listObjects } from '../git/batch-check.ts';
import { shallowCommits } from '../git/discover.ts';
import { borrowsObjects, ownObjects } from '../git/own-objects.ts';
import { records } from '../git/records.ts';
import { repositoryState } from '../git/repository-state.ts';
import { explain, startGit, type GitContext } from '../git/run.ts';
import { ObjectBatcher } from './batch.ts';
import type { PlanContext } from './target.ts';

/** Everything that a repository knows of: all refs, HEADs of all its work trees, reflogs (and so the stash), the index. */
const FROM_EVERYWHERE = ['--all', '--reflog', '--indexed-objects'];

/**
 * Every blob, commit and tag that is stored, reachable or not, in the order of the packs. What should be stored and is
 * not would be missing from git's list without a word: so the graph is walked meanwhile, and what it misses is a gap.
 * With a scope, only blobs: a part of the tree has no commit messages.
 */
export async function* historyUnits(context: GitContext, scope: string, plan: PlanContext): AsyncGenerator<Unit> {
  const { note, options } = plan;
  const edge = shallowCommits(context.repository);
  if (edge.size > 0) note({ type: 'skipped', skip: { what: 'history', reason: 'shallow', count: edge.size, detail: 'commits whose parents are not in this clone; fetch with --unshallow' } });
  const memory = plan.memory?.();
  const state = memory === undefined ? undefined : repositoryState(context.repository, memory.isSettled);
  const isKnown = memory !== undefined && state !== undefined && memory.recall(context.repository, state).isWhole === true;
  const missing = isKnown ? Promise.resolve(true) : noteMissing(context, note);
  missing.catch(() => undefined);
  const batcher = new ObjectBatcher(context.repository, plan);
  const own = borrowsObjects(context) ? await ownObjects(context, FROM_EVERYWHERE) : undefined;
  let borrowed = 0;
  const listing = listObjects(context);
  for await (const headers of listing.headers) {
    plan.signal.throwIfAborted();
    for (const { oid, type, sizeBytes } of headers) {
      if (own?.has(oid) === false) {
        borrowed += 1;
        continue;
      }
      if (type === 'tree' || (scope !== '' && type !== 'blob')) continue;
      if (type === undefined) note({ type: 'skipped', skip: { what: `object ${oid}`, reason: 'missing-object' } });
      else if (type === 'commit' || type === 'tag') yield* batcher.add({ oid, type, sizeBytes, origin: { kind: 'message', object: oid, objectType: type } });
      else if (options.maxFileBytes !== undefined && sizeBytes > options.maxFileBytes) note({ type: 'skipped', skip: { what: `blob ${oid}`, reason: 'too-large', bytes: sizeBytes } });
      else yield* batcher.add({ oid, type, sizeBytes, origin: { kind: 'commit', blob: oid, path: '', reachable: true } });
    }
  }
  yield* batcher.flush();
  if (borrowed > 0) note({ type: 'skipped', skip: { what: 'objects/info/alternates', reason: 'ignored', count: borrowed, detail: 'objects that only another repository holds, and that nothing here leads to' } });
  const complaint = await listing.complaint();
  if (complaint !== undefined) note({ type: 'skipped', skip: { what: 'objects', reason: 'missing-object', detail: explain({ code: 0, stderr: complaint }) } });
  await noteSubmodules(context, note);
  const isWhole = await missing;
  if (isWhole && !isKnown && memory !== undefined && state !== undefined && !plan.signal.aborted && repositoryState(context.repository, memory.isSettled) === state) memory.keep(context.repository, state, { isWhole });
}

/** Walks from every ref, reflog and index entry, and counts the objects that are named and not stored. Whether there are none. */
async function noteMissing(context: GitContext, note: Note): Promise<boolean> {
  const process = startGit(context, ['rev-list', '--objects', '--no-object-names', '--missing=print', ...FROM_EVERYWHERE]);
  process.stdin.end();
  let count = 0;
  let first = '';
  for await (const lines of records(process.stdout, 10)) {
    for (const line of lines) {
      if (!line.startsWith('?')) continue;
      count += 1;
      first ||= line.slice(1);
    }
  }
  const exit = await process.exit;
  // A walk that was stopped says nothing of what is stored.
  if (context.signal?.aborted === true) return false;
  const gap = async (skip: { what: string; count?: number; detail: string }): Promise<void> => {
    const reason: SkipReason = await absenceReason(context);
    note({ type: 'skipped', skip: { ...skip, reason } });
  };
  if (count > 0) await gap({ what: 'history', count, detail: `objects that the history names and this clone does not hold, ${first} among them` });
  if (exit.code !== 0) await gap({ what: 'history', detail: `the graph cannot be walked to its end: ${explain(exit)}` });
  return count === 0 && exit.code === 0;
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
