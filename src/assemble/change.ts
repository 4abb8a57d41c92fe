import type { Repository, SourceOptions } from '../model/index.ts';
import { changedBelow, commitAt, completeHistory, completeRange, homeOf, isAncestor, type Completed, type FetchFrom } from '../sources/index.ts';

/** A change that is to be judged, in the repository around a folder. */
export interface Change {
  readonly cwd: string;
  readonly from: string;
  readonly to: string;
  readonly environment: NonNullable<SourceOptions['environment']>;
}

/** Sees to it that all of a change is here; see `completeRange`. Without a repository there is nothing to complete. */
export async function completeChange({ cwd, from, to, environment }: Change, remote: FetchFrom): Promise<Completed> {
  const repository = repositoryAt(cwd);
  return repository === undefined ? { complete: false, why: 'the workspace is no git repository: it needs actions/checkout before this step' } : completeRange(repository, { from, to }, remote, environment);
}

/** The same for all that comes before a commit. */
export async function completeHistoryOf(cwd: string, commit: string, remote: FetchFrom, environment: Change['environment']): Promise<Completed> {
  const repository = repositoryAt(cwd);
  return repository === undefined ? { complete: false, why: 'the workspace is no git repository: it needs actions/checkout before this step' } : completeHistory(repository, commit, remote, environment);
}

/** Workflow files that a change brings along: they decide themselves what runs on it. */
export async function changedWorkflows({ cwd, from, to, environment }: Change): Promise<readonly string[]> {
  const repository = repositoryAt(cwd);
  return repository === undefined ? [] : changedBelow(repository, { from, to, folder: '.github/workflows' }, environment);
}

/** The first of some names that is a commit here. */
export async function firstCommit(cwd: string, names: readonly string[], environment: Change['environment']): Promise<string | undefined> {
  const repository = repositoryAt(cwd);
  if (repository === undefined) return undefined;
  for (const name of names) {
    const commit = await commitAt(repository, name, environment).catch(() => undefined);
    if (commit !== undefined) return commit;
  }
  return undefined;
}

/** Whether `from` has all of `to`: then there is nothing to judge between them. False where that cannot be told. */
export async function containsCommit(cwd: string, { from, to }: Pick<Change, 'from' | 'to'>, environment: Change['environment']): Promise<boolean> {
  const repository = repositoryAt(cwd);
  return repository !== undefined && (await isAncestor(repository, to, from, environment)) === true;
}

function repositoryAt(cwd: string): Repository | undefined {
  try {
    return homeOf(cwd).repository;
  } catch {
    return undefined;
  }
}
