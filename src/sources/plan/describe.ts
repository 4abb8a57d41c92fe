import type { RepositoryFacts } from '../../model/index.ts';
import type { ConfigEntry } from '../git/plain-config.ts';
import { readHead, remoteSettings, type Head } from '../git/repository-facts.ts';
import { runGit, type GitContext } from '../git/run.ts';
import { headCommit } from './revision.ts';

/** Remote, HEAD and branch. The remote is `origin`, or the only one there is; its user information is left out. */
export async function describeRepository(context: GitContext): Promise<RepositoryFacts | undefined> {
  const [remotes, head] = await Promise.all([remoteSettings(context), readHead(context.repository) ?? askHead(context)]);
  const url = publicUrl(remoteUrl(remotes));
  const { commit, branch } = head;
  const facts: RepositoryFacts = { ...(url === undefined ? {} : { url }), ...(commit === undefined ? {} : { revision: commit }), ...(branch === undefined ? {} : { branch }) };
  return Object.keys(facts).length === 0 ? undefined : facts;
}

async function askHead(context: GitContext): Promise<Head> {
  const [commit, name] = await Promise.all([headCommit(context), runGit(context, ['symbolic-ref', '--quiet', 'HEAD'])]);
  const branch = name.code === 0 ? /^refs\/heads\/(.+)$/.exec(name.stdout.toString('utf8').trim())?.[1] : undefined;
  return { ...(commit === undefined ? {} : { commit }), ...(branch === undefined ? {} : { branch }) };
}

function remoteUrl(settings: readonly ConfigEntry[]): string | undefined {
  const urls = settings.filter(([key, value]) => key.toLowerCase().endsWith('.url') && value !== '');
  return (urls.find(([key]) => key.toLowerCase() === 'remote.origin.url') ?? (urls.length === 1 ? urls[0] : undefined))?.[1];
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
