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
import type { Hit, PlanContext, Planned } from './target.ts';

/** Git hooks hand the index over as `GIT_INDEX_FILE`, relative to the top of the work tree. */
export function withGivenIndex(context: GitContext): GitContext {
  const given = context.environment['GIT_INDEX_FILE'];
  if (given === undefined || given === '') return context;
  return { ...context, indexFile: isAbsolute(given) ? given : resolve(context.repository.workTree ?? '.', given) };
}

/** Blobs of the index that differ from HEAD; on a branch without commits, all of them. */
export async function* stagedUnits(context: GitContext, scope: string, plan: PlanContext): AsyncGenerator<Unit> {
  const { note, options } = plan;
  const exclusion = createExclusion(options.ignore);
  const batcher = new ObjectBatcher(context.repository, plan);
  const changes = (await stagedChanges(context)).filter(({ path }) => isInScope(path, scope));
  for (const { path, mode } of changes) if (mode === '160000') note({ type: 'skipped', skip: { what: path, reason: 'submodule' } });
  const blobs = changes.filter(({ mode }) => mode !== '160000');
  const headers = await checkObjects(context, blobs.map(({ after }) => after));
  let absent: SkipReason | undefined;
  for (const [index, { path, after: oid }] of blobs.entries()) {
    const header = headers[index];
    if (header?.type !== 'blob') {
      absent ??= await absenceReason(context);
      note({ type: 'skipped', skip: { what: path, reason: absent, detail: `blob ${oid}` } });
    } else if (!exclusion.excludes(path, header.sizeBytes)) {
      const sizeBytes = header.sizeBytes;
      if (options.maxFileBytes !== undefined && sizeBytes > options.maxFileBytes) note({ type: 'skipped', skip: { what: path, reason: 'too-large', bytes: sizeBytes } });
      else yield* batcher.add({ oid, type: 'blob', sizeBytes, origin: { kind: 'staged', blob: oid, path } });
    }
  }
  yield* batcher.flush();
  exclusion.report(note);
}

/** Keeps what stands on a line that HEAD does not have. Lines inside an archive are not lines of the blob: there a changed archive counts as new. */
export async function resolveStaged(context: GitContext, hits: readonly Hit[]): ReturnType<Planned['resolve']> {
  if (hits.length === 0) return [];
  const keys = hits.map(({ origin }) => keyOf(storedOrigin(origin)));
  const wanted = new Set(keys);
  const changes = (await stagedChanges(context)).filter(({ after, path }) => wanted.has(`${after} ${path}`));
  const lines = await addedLines(context, ['diff-index', '--cached', await baseOf(context)], changes);
  return hits.map(({ origin, region }, index) => {
    const own = changes.filter(({ after, path }) => `${after} ${path}` === keys[index]);
    return own.some((change) => memberDepth(origin) > 0 || isAdded(change, region, lines)) ? [origin] : [];
  });
}

function keyOf(origin: Hit['origin']): string {
  return origin.kind === 'staged' ? `${origin.blob} ${origin.path}` : '';
}

async function stagedChanges(context: GitContext): Promise<readonly RawChange[]> {
  const args = ['diff-index', '--cached', '--raw', '-z', '-r', '--no-renames', '--no-abbrev', await baseOf(context)];
  const process = startGit(context, args);
  process.stdin.end();
  const changes: RawChange[] = [];
  for await (const batch of rawChanges(process.stdout)) changes.push(...batch);
  const exit = await process.exit;
  if (exit.code !== 0) throw gitFailed(context, args, exit);
  const merged = changes.filter(({ status }) => !status.startsWith('U'));
  return merged.length === changes.length ? merged : [...merged.filter(({ after }) => !isZeroName(after)), ...(await unmerged(context))];
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

async function baseOf(context: GitContext): Promise<string> {
  return (await headCommit(context)) ?? (await emptyTree(context));
}
