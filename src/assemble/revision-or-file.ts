import { WardenError, type Repository, type SourceOptions } from '../model/index.ts';
import { commitAt } from '../sources/index.ts';

/** What `--waivers-from` and `--policy-from` name. A path looks like one; what a repository calls its files decides nothing. */
export function isPath(from: string): boolean {
  return /^(?:\.{0,2}[/\\]|[A-Za-z]:[/\\])/.test(from) || /\.ya?ml$/i.test(from);
}

/**
 * The commit that a person named. A full object name may be of a commit that this clone lacks (undefined); any other name that
 * leads nowhere is a mistake. Throws `REVISION_UNKNOWN`, and `USAGE_NO_REPOSITORY` where there is none.
 */
export async function commitNamed(repository: Repository | undefined, revision: string, option: string, environment: NonNullable<SourceOptions['environment']>): Promise<string | undefined> {
  if (repository === undefined) {
    throw new WardenError('USAGE_NO_REPOSITORY', `${option} names a revision, and the working directory is in no git repository`, { hint: 'write ./FILE to name a file' });
  }
  const commit = await commitAt(repository, revision, environment);
  if (commit !== undefined || /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision)) return commit;
  throw new WardenError('REVISION_UNKNOWN', `${option}: no commit of this repository goes by that name`, {
    hint: 'check its spelling, and fetch the branch (in CI: fetch-depth: 0); to name a file write ./FILE',
  });
}
