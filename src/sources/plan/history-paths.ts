import { Readable } from 'node:stream';
import type { HistoryMemory, Origin } from '../../model/index.ts';
import { checkObjects } from '../git/batch-check.ts';
import { readCommitFacts } from '../git/commit-facts.ts';
import { listObjects } from '../git/object-listing.ts';
import { records } from '../git/records.ts';
import { repositoryState } from '../git/repository-state.ts';
import { startGit, type GitContext } from '../git/run.ts';
import { changesOfBlobs } from './changes-of-blobs.ts';
import { isInScope } from './locate.ts';
import { storedOrigin, withStored } from './origins.ts';
import type { Hit, Planned } from './target.ts';

/** Paths of a blob, each with the commit that first had it there; no commit: the path stands in the index or in a tree that a ref names. */
type Places = Map<string, string | undefined>;

/**
 * Gives history hits their real origins: every path the blob ever had, with the commit that brought it there, its
 * author and date. One walk, oldest first, over all refs, reflogs and the stash, whatever the number of hits. A blob
 * that nothing leads to is unreachable: its path is that of a commit that nothing leads to either, or else says so.
 */
export async function resolveHistory(context: GitContext, scope: string, hits: readonly Hit[], isExcluded: (path: string) => boolean, memory?: HistoryMemory): ReturnType<Planned['resolve']> {
  const blobs = new Map<string, Places>();
  for (const { origin } of hits) {
    const stored = storedOrigin(origin);
    if (stored.kind === 'commit') blobs.set(stored.blob, new Map());
  }
  const isWhole = blobs.size === 0 || (await findInCommits(context, blobs, memory));
  if (someUnplaced(blobs)) await findInIndex(context, blobs);
  if (someUnplaced(blobs)) await findInNamedTrees(context, blobs);
  const lost: ReadonlyMap<string, Places> = new Map([...blobs].filter(([, places]) => places.size === 0));
  if (lost.size > 0 && isWhole) await findInLostCommits(context, lost);
  const commits = new Set([...blobs.values()].flatMap((places) => [...places.values()]));
  const facts = await readCommitFacts(context, [...commits].filter((oid) => oid !== undefined));
  return hits.map(({ origin }) => {
    const stored = storedOrigin(origin);
    if (stored.kind !== 'commit') return [origin];
    const places = [...(blobs.get(stored.blob) ?? [])];
    if (places.length === 0) return [withStored(origin, { kind: 'commit', blob: stored.blob, path: `(${isWhole ? 'unreachable ' : ''}blob ${stored.blob.slice(0, 12)})`, reachable: !isWhole })];
    return places
      .filter(([path]) => isInScope(path, scope) && !isExcluded(path))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, commit]): Origin => withStored(origin, { kind: 'commit', blob: stored.blob, path, reachable: !lost.has(stored.blob), ...(commit === undefined ? {} : { commit, ...facts.get(commit) }) }));
  });
}

/** Whether the walk came to its end. */
async function findInCommits(context: GitContext, blobs: ReadonlyMap<string, Places>, memory: HistoryMemory | undefined): Promise<boolean> {
  const { repository } = context;
  const state = memory === undefined ? undefined : repositoryState(repository, memory.isSettled);
  if (memory === undefined || state === undefined) return findInWalk(context, blobs, ['--all', '--reflog']);
  const known = memory.recall(repository, state).places;
  const knownBlobs = new Set(known?.blobs);
  // A commit that brought in none of them changes nothing: the same commits in the same order lead to the same places.
  if (known !== undefined && [...blobs.keys()].every((oid) => knownBlobs.has(oid))) return readChanges(context, blobs, Readable.from([known.commits.map((oid) => `${oid}\n`).join('')]));
  const commits: string[] = [];
  const isWhole = await findInWalk(context, blobs, ['--all', '--reflog'], [], commits);
  if (isWhole && repositoryState(repository, memory.isSettled) === state) memory.keep(repository, state, { places: { blobs: [...blobs.keys()], commits } });
  return isWhole;
}

/** Commits that are stored and that no ref and no reflog leads to: an amended one, a deleted branch. */
async function findInLostCommits(context: GitContext, blobs: ReadonlyMap<string, Places>): Promise<void> {
  const commits: string[] = [];
  for await (const batch of listObjects(context).objects) for (const { oid, type } of batch) if (type === 'commit') commits.push(oid);
  if (commits.length > 0) await findInWalk(context, blobs, ['--stdin', '--not', '--all', '--reflog'], commits);
}

async function findInWalk(context: GitContext, blobs: ReadonlyMap<string, Places>, from: readonly string[], commits: readonly string[] = [], found: string[] = []): Promise<boolean> {
  const list = startGit(context, ['rev-list', '--ignore-missing', '--topo-order', '--reverse', ...from]);
  list.stdin.end(commits.map((oid) => `${oid}\n`).join(''));
  const isRead = await readChanges(context, blobs, list.stdout, found);
  // A walk that breaks off leaves blobs without a path, of which nobody can say that nothing leads to them; the gap
  // itself was noted when the history was planned.
  return (await list.exit).code === 0 && isRead;
}

/** Gives blobs the paths that the commits named on `names` brought them in at; `found` is told of each commit that brought in one, once. */
async function readChanges(context: GitContext, blobs: ReadonlyMap<string, Places>, names: Readable, found: string[] = []): Promise<boolean> {
  const { changes, isWhole } = await changesOfBlobs(context, blobs, names);
  for (const { blob, path, commit } of changes) {
    const places = blobs.get(blob);
    if (places === undefined || places.has(path)) continue;
    places.set(path, commit);
    if (commit !== undefined && found.at(-1) !== commit) found.push(commit);
  }
  return isWhole;
}

async function findInIndex(context: GitContext, blobs: ReadonlyMap<string, Places>): Promise<void> {
  await findInRecords(context, ['ls-files', '-z', '--stage'], 1, blobs);
}

/** A tag or ref may name a tree or a blob that no commit holds. */
async function findInNamedTrees(context: GitContext, blobs: ReadonlyMap<string, Places>): Promise<void> {
  const refs = startGit(context, ['for-each-ref', '--format=%(objectname) %(refname)']);
  refs.stdin.end();
  const named: { readonly oid: string; readonly ref: string }[] = [];
  for await (const lines of records(refs.stdout, 10)) named.push(...lines.map((line) => ({ oid: line.slice(0, line.indexOf(' ')), ref: line.slice(line.indexOf(' ') + 1) })));
  await refs.exit;
  const peeled = await checkObjects(context, named.map(({ oid }) => `${oid}^{}`));
  for (const [index, { oid, type }] of peeled.entries()) {
    if (type === 'tree') await findInRecords(context, ['ls-tree', '-z', '-r', oid], 2, blobs);
    else if (type === 'blob') blobs.get(oid)?.set(named[index]?.ref ?? '', undefined);
  }
}

/** Records of the form `fields TAB path`, with the object's name in the given field. */
async function findInRecords(context: GitContext, args: readonly string[], field: number, blobs: ReadonlyMap<string, Places>): Promise<void> {
  const process = startGit(context, args);
  process.stdin.end();
  for await (const batch of records(process.stdout)) {
    for (const record of batch) {
      const tab = record.indexOf('\t');
      const places = blobs.get(record.slice(0, tab).split(' ')[field] ?? '');
      const path = record.slice(tab + 1);
      if (places !== undefined && !places.has(path)) places.set(path, undefined);
    }
  }
  await process.exit;
}

function someUnplaced(blobs: ReadonlyMap<string, Places>): boolean {
  return [...blobs.values()].some((places) => places.size === 0);
}
