import { resolve } from 'node:path';
import { WardenError, type Note, type Repository, type SourceOptions, type Unit } from '../model/index.ts';
import type { GitContext } from './git/run.ts';
import { describeRepository } from './plan/describe.ts';
import { createExclusion } from './plan/exclude.ts';
import { existingPaths } from './plan/existing.ts';
import { historyUnits } from './plan/history.ts';
import { resolveHistory } from './plan/history-paths.ts';
import { locate, locateLog, type Located } from './plan/locate.ts';
import { listRange, rangeUnits, resolveRange as resolveRangeHits } from './plan/range.ts';
import { resolveRange } from './plan/revision.ts';
import { resolveStaged, stagedUnits, withGivenIndex } from './plan/staged.ts';
import { standardInputUnits } from './plan/standard-input.ts';
import type { PlanContext, Planned, TargetSpec } from './plan/target.ts';
import { treeUnits } from './plan/tree.ts';

type Plan = Pick<Planned, 'units' | 'resolve'>;

/**
 * Finds out what a target holds. Cheap: the listing itself happens while `units` is pulled. Throws a `WardenError` for a
 * target that is not there, a mode that does not fit it, and a range that makes no sense; all other trouble is noted.
 */
export async function planTarget(target: TargetSpec, options: SourceOptions, note: Note, signal: AbortSignal): Promise<Planned> {
  const plan: PlanContext = { options, note, signal };
  if (target.kind === 'stdin') return { root: resolve('.'), units: standardInputUnits(target.stream, target.log, plan), resolve: unchanged };
  if (target.log) {
    const located = locateLog(target.path);
    return { root: located.root, units: treeUnits(located, plan, true), resolve: unchanged };
  }
  const located = locate(target.path);
  const { root, repository } = located;
  if (repository === undefined) {
    if (options.mode !== 'tree') throw noRepository(target.path, options.mode);
    return { root, units: treeUnits(located, plan, false), resolve: unchanged };
  }
  const context: GitContext = { repository, environment: options.environment ?? {}, signal };
  return withTree(root, repository, context, await planMode(context, located, plan));
}

async function planMode(context: GitContext, located: Located, plan: PlanContext): Promise<Plan> {
  const { options } = plan;
  const exclusion = createExclusion(options.ignore);
  const isExcluded = (path: string): boolean => exclusion.globFor(path) !== undefined;
  const mode = options.mode === 'tree' && context.repository.workTree === undefined ? 'history' : options.mode;
  switch (mode) {
    case 'tree':
      return { units: treeUnits(located, plan, false), resolve: unchanged };
    case 'history':
      return { units: historyUnits(context, located.scope, plan), resolve: (hits) => resolveHistory(context, located.scope, hits, isExcluded) };
    case 'staged': {
      if (context.repository.workTree === undefined) throw noRepository(located.root, 'staged');
      const staged = withGivenIndex(context);
      return { units: stagedUnits(staged, located.scope, plan), resolve: (hits) => resolveStaged(staged, hits) };
    }
    case 'range': {
      const range = options.range ?? '';
      const commits = await listRange(context, range, await resolveRange(context, range), plan);
      return { units: rangeUnits(context, commits, located.scope, plan), resolve: (hits) => resolveRangeHits(context, commits, located.scope, hits, isExcluded) };
    }
  }
}

/** Adds what reporters want to know of the tree, filled in once the hits are resolved. */
function withTree(root: string, repository: Repository, context: GitContext, plan: Plan): Planned {
  let tree: Planned['tree'];
  return {
    root,
    repository,
    units: plan.units satisfies AsyncIterable<Unit>,
    resolve: async (hits) => {
      const origins = await plan.resolve(hits);
      tree = await existingPaths(context, origins.flat());
      return origins;
    },
    describe: () => describeRepository(context),
    get tree() {
      return tree;
    },
  } as Planned;
}

const unchanged: Planned['resolve'] = async (hits) => hits.map(({ origin }) => [origin]);

function noRepository(path: string, mode: string): WardenError {
  return new WardenError('NOT_A_REPOSITORY', `${path} is not ${mode === 'staged' ? 'a git work tree' : 'in a git repository'}, and --${mode} needs one`, {
    hint: 'Name the repository, or leave the flag out to scan the files as they are.',
  });
}
