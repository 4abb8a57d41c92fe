import { WardenError } from '../../model/index.ts';
import { explain, gitText, runGit, type GitContext } from '../git/run.ts';

const FULL_NAME = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

export interface RangeEnds {
  readonly from: Commit;
  readonly to: Commit;
}

/** A commit that was named; `isPresent` is false when nothing but what it was called is known here. */
export interface Commit {
  /** Its full name; of one that is not here, what it was called. */
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

/** What may be the name of a commit somewhere: a name of a ref or object, and steps from there (`HEAD~3`, `main@{1}`). */
const NAME = /^(?:@|[^\s~^:?*[\\\p{Cc}-][^\s~^:?*[\\\p{Cc}]*)(?:[~^]\d*|\^\{\w*\})*$/u;

/**
 * A name that leads to nothing here is a commit that is not present: a clone that is shallow, partial or of one branch knows
 * few names, and nothing tells them from spelling mistakes. Throws `REVISION_UNKNOWN` for what cannot be a name, and for a
 * name of something else.
 */
export async function resolveCommit(context: GitContext, revision: string): Promise<Commit> {
  if (revision.startsWith('-') || /[\0\n]/.test(revision)) throw unknownRevision(revision, 'a revision cannot begin with "-" or hold a line break');
  const result = await runGit(context, ['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`]);
  const oid = result.stdout.toString('utf8').trim().split('\n').at(-1) ?? '';
  if (result.code === 0 && FULL_NAME.test(oid)) return { oid, isPresent: true };
  if (NAME.test(revision) && !(await exists(context, revision))) return { oid: revision, isPresent: false };
  throw unknownRevision(revision, explain(result));
}

async function exists(context: GitContext, revision: string): Promise<boolean> {
  return (await runGit(context, ['cat-file', '-e', revision])).code === 0;
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
