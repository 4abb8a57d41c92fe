import type { RepositoryFacts } from '../../model/index.ts';
import { runGit, type GitContext } from '../git/run.ts';
import { headCommit } from './revision.ts';

/** Remote, HEAD and branch. The remote is `origin`, or the only one there is; its user information is left out. */
export async function describeRepository(context: GitContext): Promise<RepositoryFacts | undefined> {
  const [remotes, revision, branch] = await Promise.all([
    runGit(context, ['config', '-z', '--get-regexp', '^remote\\..*\\.url$']),
    headCommit(context),
    runGit(context, ['symbolic-ref', '--quiet', '--short', 'HEAD']),
  ]);
  const url = publicUrl(remoteUrl(remotes.stdout.toString('utf8')));
  const name = branch.code === 0 ? branch.stdout.toString('utf8').trim() : undefined;
  const facts: RepositoryFacts = { ...(url === undefined ? {} : { url }), ...(revision === undefined ? {} : { revision }), ...(name === undefined ? {} : { branch: name }) };
  return Object.keys(facts).length === 0 ? undefined : facts;
}

/** Records of `config -z` are `key LF value NUL`. */
function remoteUrl(config: string): string | undefined {
  const remotes = config.split('\0').flatMap((record) => {
    const [key = '', value] = record.split('\n');
    return value === undefined ? [] : [{ key: key.toLowerCase(), value }];
  });
  return (remotes.find(({ key }) => key === 'remote.origin.url') ?? (remotes.length === 1 ? remotes[0] : undefined))?.value;
}

/** The URL without user, password, query and fragment. A path of this machine is nobody's business and gives nothing. */
export function publicUrl(remote: string | undefined): string | undefined {
  if (remote === undefined) return undefined;
  const scp = /^(?:[^@/\s]+@)?([\w.-]+\.[\w.-]+):(?!\/\/)([^\s?#]+)$/.exec(remote);
  const text = scp === null ? remote : `ssh://${scp[1] ?? ''}/${scp[2] ?? ''}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol) || url.host === '') return undefined;
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href;
}
