import { isAbsolute, resolve } from 'node:path';
import type { SkipReason, Unit } from '../../model/index.ts';
import { addedLines, isAdded } from '../git/added-lines.ts';
import { absenceReason, checkObjects } from '../git/batch-check.ts';
import { isZeroName, rawChanges, type RawChange } from '../git/raw-diff.ts';
import { records } from '../git/records.ts';
import { gitFailed, startGit, type GitContext } from '../git/run.ts';
import { ObjectBatcher } from './batch.ts';
import { createExclusion } from './exclude.ts';
import { isInScope } from './locate.ts';
import { memberDepth, storedOrigin } from './origins.ts';
import { emptyTree, headCommit } from './revision.ts';
import { StagedContents } from './staged-contents.ts';
import type { Hit, PlanContext, Planned } from './target.ts';

/** Git hooks hand the index over as `GIT_INDEX_FILE`, relative to the top of the work tree. */
export function withGivenIndex(context: GitContext): GitContext {
  const given = context.environment['GIT_INDEX_FILE'];
  if (given === undefined || given === '') return context;
  return { ...context, indexFile: isAbsolute(given) ? given : resolve(context.repository.workTree ?? '.', given) };
}

/** Blobs of the index that differ from HEAD; on a branch without commits, all of them. `later` is the context for what follows the scan. */
export function planStaged(context: GitContext, later: GitContext, scope: string, plan: PlanContext): Pick<Planned, 'units' | 'resolve'> {
  let changes: Promise<readonly RawChange[]> | undefined;
  const staged = (): Promise<readonly RawChange[]> => (changes ??= stagedChanges(context));
  return {
    units: stagedUnits(context, staged, scope, plan),
    // A scan that was stopped has killed the first answer.
    resolve: (hits) => resolveStaged(later, () => staged().catch(() => stagedChanges(later)), hits),
  };
}

async function* stagedUnits(context: GitContext, staged: () => Promise<readonly RawChange[]>, scope: string, plan: PlanContext): AsyncGenerator<Unit> {
  const { note, options } = plan;
  const contents = new StagedContents(context);
  const exclusion = createExclusion(options.ignore);
  const batcher = new ObjectBatcher(context.repository, plan);
  const changes = (await staged().catch(contents.end)).filter(({ path }) => isInScope(path, scope));
  for (const { path, mode } of changes) if (mode === '160000') note({ type: 'skipped', skip: { what: path, reason: 'submodule' } });
  const blobs = changes.filter(({ mode }) => mode !== '160000');
  const read = await contents.read(blobs.map(({ after }) => after));
  const unread = blobs.filter(({ after }) => !read.has(after)).map(({ after }) => after);
  const headers = new Map((unread.length === 0 ? [] : await checkObjects(context, unread)).map((header) => [header.oid, header]));
  let absent: SkipReason | undefined;
  for (const { path, after: oid } of blobs) {
    const bytes = read.get(oid);
    const header = bytes === undefined ? headers.get(oid) : { type: 'blob', sizeBytes: bytes.length };
    if (header?.type !== 'blob') {
      absent ??= await absenceReason(context);
      note({ type: 'skipped', skip: { what: path, reason: absent, detail: `blob ${oid}` } });
    } else if (!exclusion.excludes(path, header.sizeBytes)) {
      const sizeBytes = header.sizeBytes;
      if (options.maxFileBytes !== undefined && sizeBytes > options.maxFileBytes) note({ type: 'skipped', skip: { what: path, reason: 'too-large', bytes: sizeBytes } });
      else yield* batcher.add({ oid, type: 'blob', sizeBytes, origin: { kind: 'staged', blob: oid, path }, ...(bytes === undefined ? {} : { bytes }) });
    }
  }
  yield* batcher.flush();
  exclusion.report(note);
}

/** Keeps what stands on a line that HEAD does not have. Lines inside an archive are not lines of the blob: there a changed archive counts as new. */
async function resolveStaged(context: GitContext, staged: () => Promise<readonly RawChange[]>, hits: readonly Hit[]): ReturnType<Planned['resolve']> {
  if (hits.length === 0) return [];
  const keys = hits.map(({ origin }) => keyOf(storedOrigin(origin)));
  const wanted = new Set(keys);
  const changes = (await staged()).filter(({ after, path }) => wanted.has(`${after} ${path}`));
  const lines = await addedLines(context, ['diff-index', '--cached', (await headCommit(context)) ?? (await emptyTree(context))], changes);
  return hits.map(({ origin, region }, index) => {
    const own = changes.filter(({ after, path }) => `${after} ${path}` === keys[index]);
    return own.some((change) => memberDepth(origin) > 0 || isAdded(change, region, lines)) ? [origin] : [];
  });
}

function keyOf(origin: Hit['origin']): string {
  return origin.kind === 'staged' ? `${origin.blob} ${origin.path}` : '';
}

async function stagedChanges(context: GitContext): Promise<readonly RawChange[]> {
  const changes = (await changesFrom(context, 'HEAD')) ?? (await changesFrom(context, (await headCommit(context)) ?? (await emptyTree(context)), true)) ?? [];
  const merged = changes.filter(({ status }) => !status.startsWith('U'));
  return merged.length === changes.length ? merged : [...merged.filter(({ after }) => !isZeroName(after)), ...(await unmerged(context))];
}

/** What the index has other than `base`; undefined where git cannot tell, unless it has to. */
async function changesFrom(context: GitContext, base: string, must = false): Promise<readonly RawChange[] | undefined> {
  const args = ['diff-index', '--cached', '--raw', '-z', '-r', '--no-renames', '--no-abbrev', base, '--'];
  const process = startGit(context, args);
  process.stdin.end();
  const changes: RawChange[] = [];
  for await (const batch of rawChanges(process.stdout)) changes.push(...batch);
  const exit = await process.exit;
  if (exit.code === 0) return changes;
  if (must) throw gitFailed(context, args, exit);
  return undefined;
}

/** A path in conflict has up to three blobs in the index: all are looked at, whole. */
async function unmerged(context: GitContext): Promise<readonly RawChange[]> {
  const process = startGit(context, ['ls-files', '-z', '--unmerged']);
  process.stdin.end();
  const changes = new Map<string, RawChange>();
  for await (const batch of records(process.stdout)) {
    for (const record of batch) {
      const [mode = '', after = ''] = record.split(' ');
      const path = record.slice(record.indexOf('\t') + 1);
      changes.set(`${after} ${path}`, { path, mode, after, status: 'U' });
    }
  }
  return [...changes.values()];
}
