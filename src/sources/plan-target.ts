import { resolve } from 'node:path';
import { WardenError, type HistoryMemory, type Note, type Repository, type SourceOptions, type TreeFacts } from '../model/index.ts';
import { gitFailed, runGit, type GitContext } from './git/run.ts';
import { describeRepository } from './plan/describe.ts';
import { createExclusion } from './plan/exclude.ts';
import { existingPaths } from './plan/existing.ts';
import { planHistory } from './plan/history.ts';
import { resolveHistory } from './plan/history-paths.ts';
import { locate, locateLog, type Located } from './plan/locate.ts';
import { listRange, rangeUnits, resolveRange as resolveRangeHits } from './plan/range.ts';
import { resolveRange } from './plan/revision.ts';
import { planStaged, withGivenIndex } from './plan/staged.ts';
import { remoteUnits } from './plan/remote.ts';
import { standardInputUnits } from './plan/standard-input.ts';
import { keepIfStopped, untilStopped, withGrace } from './plan/stopping.ts';
import type { PlanContext, Planned, TargetSpec } from './plan/target.ts';
import { treeUnits } from './plan/tree.ts';

type Plan = Pick<Planned, 'units' | 'resolve' | 'names'>;

/**
 * Finds out what a target holds. Cheap: the listing itself happens while `units` is pulled. Throws a `WardenError` for a
 * target that is not there, a mode that does not fit it, and a range that makes no sense; all other trouble is noted.
 * With `taken`, what another target of the run has brought in is not brought in again. `memory` spares walks through a history that is as it was. Once the signal fires `units` ends, without an error; `resolve` still works for a few seconds.
 */
export async function planTarget(target: TargetSpec, options: SourceOptions, note: Note, signal: AbortSignal, taken?: Set<string>, memory?: () => HistoryMemory | undefined): Promise<Planned> {
  const plan: PlanContext = { options, note, signal, ...(taken === undefined ? {} : { taken }), ...(memory === undefined ? {} : { memory }) };
  if (target.kind === 'stdin') return withoutRepository(resolve('.'), { units: standardInputUnits(target.stream, target.log, plan), resolve: unchanged }, signal);
  if (target.kind === 'remote') return withoutRepository(resolve('.'), { units: remoteUnits(target.remote, plan), resolve: async (hits) => hits.map((hit) => target.remote.shown(hit)) }, signal);
  const located = await usable(target.log ? locateLog(target.path) : locate(target.path), target.log, plan);
  const { root, repository } = located;
  if (!target.log && repository === undefined && options.mode !== 'tree') throw noRepository(target.path, options.mode);
  if (target.log || repository === undefined) return withoutRepository(root, { units: treeUnits(located, plan, target.log), resolve: unchanged }, signal);
  return withRepository(root, repository, located, plan);
}

/** A repository that cannot be used does not hide its files: they are read as those of a plain folder, and that is a gap. Other modes need it. */
async function usable(located: Located, log: boolean, { options, note, signal }: PlanContext): Promise<Located> {
  const { repository, refused, ...rest } = located;
  // Where the index is to be read, that itself shows whether git can be run, and there is nothing to fall back to.
  const isAsked = repository?.workTree !== undefined && !log && options.mode !== 'staged';
  const error = refused ?? (repository === undefined || !isAsked ? undefined : await complaintOf({ repository, environment: options.environment ?? {}, signal }));
  if (error === undefined) return located;
  if (log) return rest;
  if (options.mode !== 'tree') throw error;
  note({ type: 'skipped', skip: { what: '.git', reason: 'unreadable', detail: `${error.message}; its files were read as those of a plain folder` } });
  return rest;
}

/** Why git cannot be run there: a damaged configuration, a format it does not know. */
async function complaintOf(context: GitContext): Promise<WardenError | undefined> {
  const args = ['rev-parse', '--git-dir'];
  const result = await runGit(context, args);
  return result.code === 0 || context.signal?.aborted === true ? undefined : gitFailed(context, args, result);
}

function withoutRepository(root: string, { units, resolve: resolveHits }: Plan, signal: AbortSignal): Planned {
  return { root, units: untilStopped(units, signal), resolve: resolveHits };
}

async function withRepository(root: string, repository: Repository, located: Located, plan: PlanContext): Promise<Planned> {
  const { options, signal } = plan;
  const context: GitContext = { repository, environment: options.environment ?? {}, signal };
  const later: GitContext = { ...context, signal: withGrace(signal) };
  const { units, resolve: resolveHits, names } = await planMode(context, later, located, plan);
  const resolveKept = keepIfStopped(resolveHits, signal);
  let tree: TreeFacts | undefined;
  const planned = {
    root,
    repository,
    units: untilStopped(units, signal),
    resolve: async (hits: Parameters<Planned['resolve']>[0]) => {
      const origins = await resolveKept(hits);
      tree = await existingPaths(later, origins.flat());
      return origins;
    },
    describe: () => describeRepository(later),
    ...(names === undefined ? {} : { names }),
    get tree(): TreeFacts | undefined {
      return tree;
    },
  };
  // A getter may answer undefined, an optional field may not: for who reads it there is no difference.
  return planned as Planned;
}

async function planMode(context: GitContext, later: GitContext, located: Located, plan: PlanContext): Promise<Plan> {
  const { options } = plan;
  const { scope } = located;
  const exclusion = createExclusion(options.ignore);
  const isExcluded = (path: string): boolean => exclusion.globFor(path) !== undefined;
  switch (options.mode === 'tree' && context.repository.workTree === undefined ? 'history' : options.mode) {
    case 'tree':
      return { units: treeUnits(located, plan, false), resolve: unchanged };
    case 'history':
      return { ...planHistory(context, scope, plan), resolve: (hits) => resolveHistory(later, scope, hits, isExcluded, plan.memory?.()) };
    case 'staged':
      if (context.repository.workTree === undefined) throw noRepository(located.root, 'staged');
      return planStaged(withGivenIndex(context), withGivenIndex(later), scope, plan);
    case 'range': {
      const range = options.range ?? '';
      const commits = await listRange(context, range, await resolveRange(context, range), plan);
      return { units: rangeUnits(context, commits, scope, plan), resolve: (hits) => resolveRangeHits(later, commits, scope, hits, isExcluded) };
    }
  }
}

const unchanged: Planned['resolve'] = async (hits) => hits.map(({ origin }) => [origin]);

function noRepository(path: string, mode: string): WardenError {
  return new WardenError('NOT_A_REPOSITORY', `${path} is not ${mode === 'staged' ? 'a git work tree' : 'in a git repository'}, and --${mode} needs one`, {
    hint: 'Name the repository, or leave the flag out to scan the files as they are.',
  });
}
