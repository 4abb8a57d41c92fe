import { WardenError } from '../../model/index.ts';
import { explain, gitText, runGit, type GitContext } from '../git/run.ts';

const FULL_NAME = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

export interface RangeEnds {
  readonly from: Commit;
  readonly to: Commit;
}

/** A commit that was named; `isPresent` is false when only its full name is known here. */
export interface Commit {
  readonly oid: string;
  readonly isPresent: boolean;
}

/** Reads `A..B` and looks both ends up. Throws `RANGE_MALFORMED` or `REVISION_UNKNOWN`. */
export async function resolveRange(context: GitContext, range: string): Promise<RangeEnds> {
  const parts = range.split('..');
  const [from = '', to = ''] = parts;
  if (parts.length !== 2 || from === '' || to === '' || to.startsWith('.') || from.endsWith('.')) {
    throw new WardenError('RANGE_MALFORMED', `"${range}" is not a range of the form A..B`, {
      hint: range.includes('...') ? 'Write two dots, not three: A is the old end, B the new one.' : 'A is the old end, B the new one, for example origin/main..HEAD.',
    });
  }
  return { from: await resolveCommit(context, from), to: await resolveCommit(context, to) };
}

/** Throws `REVISION_UNKNOWN`, unless it is a full name that is only not here. */
export async function resolveCommit(context: GitContext, revision: string): Promise<Commit> {
  if (revision.startsWith('-') || /[\0\n]/.test(revision)) throw unknownRevision(revision, 'a revision cannot begin with "-" or hold a line break');
  const result = await runGit(context, ['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`]);
  const oid = result.stdout.toString('utf8').trim().split('\n').at(-1) ?? '';
  if (result.code === 0 && FULL_NAME.test(oid)) return { oid, isPresent: true };
  if (FULL_NAME.test(revision) && !(await exists(context, revision))) return { oid: revision, isPresent: false };
  throw unknownRevision(revision, explain(result));
}

async function exists(context: GitContext, oid: string): Promise<boolean> {
  return (await runGit(context, ['cat-file', '-e', oid])).code === 0;
}

/** The commit HEAD stands on; undefined on a branch without commits. */
export async function headCommit(context: GitContext): Promise<string | undefined> {
  const result = await runGit(context, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  return result.code === 0 ? result.stdout.toString('utf8').trim() : undefined;
}

/** The name of the tree without entries; it differs between SHA-1 and SHA-256 repositories and is always known to git. */
export function emptyTree(context: GitContext): Promise<string> {
  return gitText(context, ['hash-object', '-t', 'tree', '--stdin']);
}

function unknownRevision(revision: string, why: string): WardenError {
  return new WardenError('REVISION_UNKNOWN', `"${revision}" is not a commit of this repository: ${why}`, {
    hint: 'Check the spelling and fetch the branch. In CI, check out with enough history (fetch-depth: 0).',
  });
}
