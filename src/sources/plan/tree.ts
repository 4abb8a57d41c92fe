import type { Unit } from '../../model/index.ts';
import { gitFailed, runGit, type GitContext } from '../git/run.ts';
import { FileBatcher, type FileEntry } from './batch.ts';
import { walkDirectory } from './directory.ts';
import { statEntry } from './entry.ts';
import { createExclusion } from './exclude.ts';
import { refusePipesAbove } from './pipe-watch.ts';
import type { Located } from './locate.ts';
import type { PlanContext } from './target.ts';
import { workTreeFiles } from './work-tree.ts';

/** Units of a lone file, a plain folder, or a work tree. */
export async function* treeUnits(located: Located, plan: PlanContext, log: boolean): AsyncGenerator<Unit> {
  const { options, note } = plan;
  const exclusion = createExclusion(options.ignore);
  const batcher = new FileBatcher(located.root, log, plan);
  for await (const files of listFiles(located, plan, log)) {
    plan.signal.throwIfAborted();
    for (const file of files) {
      if (exclusion.excludes(file.path, file.sizeBytes)) continue;
      if (options.maxFileBytes !== undefined && file.sizeBytes > options.maxFileBytes) note({ type: 'skipped', skip: { what: file.path, reason: 'too-large', bytes: file.sizeBytes } });
      else yield* batcher.add(file);
    }
  }
  yield* batcher.flush();
  exclusion.report(note);
}

async function* listFiles(located: Located, plan: PlanContext, log: boolean): AsyncGenerator<readonly FileEntry[]> {
  const { root, repository, scope, isFile } = located;
  if (isFile) {
    const file = statEntry(root, scope, plan.note);
    // It was there when the target was looked up.
    if (file === undefined) plan.note({ type: 'skipped', skip: { what: scope, reason: 'changed-while-reading', detail: 'it is gone' } });
    else yield [file];
    return;
  }
  if (repository === undefined || log) {
    yield* walkDirectory(root, scope, plan.note);
    return;
  }
  const context: GitContext = { repository, environment: plan.options.environment ?? {}, signal: plan.signal };
  const includeIgnored = plan.options.includeIgnored || (await isIgnored(context, scope));
  yield* workTreeFiles({ context, root, prefix: '', scope, includeIgnored, note: plan.note });
}

/** A folder that the user names is wanted, even if git ignores it: else its scan would find nothing and call that complete. */
async function isIgnored(context: GitContext, scope: string): Promise<boolean> {
  // A name that is not UTF-8 cannot be an argument.
  if (scope === '' || scope.includes('\uFFFD')) return false;
  refusePipesAbove(context.repository.workTree ?? '', scope);
  // With "./" before it, no name reads as pathspec magic.
  const args = ['check-ignore', '--quiet', '--', `./${scope}`];
  const result = await runGit({ ...context, refusesLiteral: true }, args);
  if (result.code !== 0 && result.code !== 1) throw gitFailed(context, args, result);
  return result.code === 0;
}
