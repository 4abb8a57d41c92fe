import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Note, Repository, Unit } from '../../model/index.ts';
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
      const bytes = file.status.size;
      if (exclusion.excludes(file.path, bytes)) continue;
      if (options.maxFileBytes !== undefined && bytes > options.maxFileBytes) note({ type: 'skipped', skip: { what: file.path, reason: 'too-large', bytes } });
      else for (const unit of batcher.add(file)) yield unit;
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
  if (scope === '') yield* gitFolderFiles(repository, root, plan.note);
  yield* workTreeFiles({ context, root, prefix: '', scope, includeIgnored, note: plan.note });
}

/** Text of the git folder in which people leave passwords: a remote's URL, an extra header, what `credential-store` keeps. Git lists none of it. */
const GIT_FOLDER_TEXTS = ['.git/config', '.git/config.worktree', '.git/credentials'];

/** Nearly all of them hold nothing of anybody's: those are no part of the tree. */
const MAY_HOLD = /:\/\/[^\s/@]{1,400}@|extraheader|(?:pass|secret|token)\w*\s*=/i;
const SMALL_BYTES = 64 << 10;

/** Of a work tree whose git folder lies in it (that of a linked one belongs to another place): those that may hold a credential. */
function* gitFolderFiles({ gitDir }: Repository, root: string, note: Note): Generator<readonly FileEntry[]> {
  if (gitDir !== join(root, '.git')) return;
  const files = GIT_FOLDER_TEXTS.flatMap((path) => statEntry(root, path, note) ?? []).filter((file) => file.status.size > SMALL_BYTES || mayHold(join(root, file.path)));
  if (files.length > 0) yield files;
}

function mayHold(file: string): boolean {
  try {
    return MAY_HOLD.test(readFileSync(file, 'latin1'));
  } catch {
    // Whoever scans it says why it cannot be read.
    return true;
  }
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
