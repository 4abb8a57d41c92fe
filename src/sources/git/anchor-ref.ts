import { WardenError, type Repository } from '../../model/index.ts';
import { locate } from '../plan/locate.ts';
import type { Environment } from './environment.ts';
import { explain, gitText, runGit, type GitContext } from './run.ts';

const MAX_COMMITS = 10_000;
const IDENTITY = ['-c', 'user.name=tokenwarden', '-c', 'user.email=tokenwarden@localhost', '-c', 'commit.gpgSign=false'];

/** Adds a commit with this message and no files to a ref of a repository; nothing else there changes. The only place that writes with git. Throws `ANCHOR_FAILED`. */
export async function addToRef(folder: string, ref: string, message: string, environment: Environment = {}): Promise<void> {
  const context: GitContext = { repository: repositoryAt(folder), environment };
  const old = await tipOf(context, ref);
  const tree = await gitText(context, ['mktree'], '');
  const commit = await gitText(context, [...IDENTITY, 'commit-tree', tree, ...(old === undefined ? [] : ['-p', old])], message);
  // Only if nobody else was faster: heads must not be lost.
  const moved = await runGit(context, ['update-ref', '--create-reflog', ref, commit, old ?? '0'.repeat(commit.length)]);
  if (moved.code !== 0) throw new WardenError('ANCHOR_FAILED', `${folder}: the ledger's head could not be kept at ${ref} (${explain(moved)})`, { hint: 'The ledger itself is written.' });
}

/** The messages of the commits of a ref, oldest first, the last ten thousand; undefined where there is no such ref. */
export async function messagesOfRef(folder: string, ref: string, environment: Environment = {}): Promise<readonly string[] | undefined> {
  const context: GitContext = { repository: repositoryAt(folder), environment };
  if ((await tipOf(context, ref)) === undefined) return undefined;
  const log = await gitText(context, ['log', '--first-parent', `--max-count=${MAX_COMMITS}`, '--format=%B%x00', ref, '--']);
  return log.split('\0').map((text) => text.trim()).filter((text) => text !== '').toReversed();
}

async function tipOf(context: GitContext, ref: string): Promise<string | undefined> {
  const result = await runGit(context, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  return result.code === 0 ? result.stdout.toString('latin1').trim() : undefined;
}

function repositoryAt(folder: string): Repository {
  const { repository } = locate(folder);
  if (repository === undefined) throw new WardenError('ANCHOR_FAILED', `${folder} is no git repository`, { hint: 'See ledger.anchors of the configuration.' });
  return repository;
}
