import { lstatSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { changedWorkflows, completeChange, completeHistoryOf, containsCommit, firstCommit } from '../assemble/index.ts';
import { fieldAt, GitHubError, gitHeader, textAt, type GitHub } from '../github/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type Secret } from '../model/index.ts';
import type { Environment } from '../settings/index.ts';
import type { Runner } from './runner.ts';

/** What a run reads, as the command's variables say it, and what people should know about it. */
export interface Reach {
  readonly env: Environment;
  /** The configuration's path in the workspace, to be read as the start of the range has it. */
  readonly configName?: string;
  /** The commit whose configuration and waivers count, where it is not the one that is read. */
  readonly base?: string;
  /** Targets in place of the workspace. */
  readonly targets?: readonly string[];
  /** `range`: only a part of the tree, whatever named it. */
  readonly kind: 'range' | 'history' | 'tree' | 'log';
  /** The commit that is checked out, where it is another than the event's. */
  readonly elsewhere?: string;
  /** Whether what is checked out may be anybody's work. */
  readonly isForeign: boolean;
  readonly notes: readonly string[];
}

export interface ReachDeps {
  readonly runner: Runner;
  readonly env: Environment;
  readonly token: Secret | undefined;
  readonly github: GitHub | undefined;
}

const FETCH_TIMEOUT_MS = 300_000;

/** Turns the event into what is read. What the workflow's author says in the inputs (range, history, staged) counts before it. */
export async function findReach({ runner, env: given, token, github }: ReachDeps): Promise<Reach> {
  const { trigger, workspace } = runner;
  const isPullRequest = trigger.pullRequest !== undefined;
  // Without a range the head's own configuration would count.
  const named = given.TOKENWARDEN_RANGE ?? '';
  if (isPullRequest && trigger.extent.kind !== 'range' && trigger.extent.kind !== 'log' && named === '') throw new WardenError('ACTION_EVENT', 'the event of this pull request does not name its commits, so that nothing tells what it adds', { hint: 'run on pull_request, or give the input range' });
  const env = isPullRequest ? { ...given, TOKENWARDEN_HISTORY: '', TOKENWARDEN_STAGED: '' } : given;
  const head = await firstCommit(workspace, ['HEAD'], { PATH: env.PATH });
  const elsewhere = head !== undefined && trigger.commit !== undefined && head !== trigger.commit ? head : undefined;
  const isForeign = isPullRequest || (elsewhere !== undefined && trigger.byAnybody && elsewhere !== trigger.trustedHead);
  const trusted = { ...trustedInputs(env, { isForeign, isElsewhere: isPullRequest || elsewhere !== undefined }, workspace), isForeign, ...(elsewhere === undefined ? {} : { elsewhere }) };
  const remote = { url: `${runner.serverUrl.replace(/\/$/, '')}/${runner.repository.owner}/${runner.repository.repo}`, timeoutMs: FETCH_TIMEOUT_MS, ...(token === undefined ? {} : { header: gitHeader(token) }), proxy: proxies(env) };
  if (isOn(env.TOKENWARDEN_HISTORY)) return history([]);
  if (named !== '') return { ...trusted, ...(trigger.extent.kind === 'range' && isPullRequest ? { base: trigger.extent.from } : {}), kind: 'range', notes: [] };
  if (isOn(env.TOKENWARDEN_STAGED)) return { ...trusted, kind: 'range', notes: [] };
  const { extent } = trigger;
  switch (extent.kind) {
    case 'nothing':
    case 'tree':
      return judgedByItsOwn({ ...trusted, kind: 'tree', notes: [] });
    case 'log':
      return judgedByItsOwn({ ...trusted, kind: 'log', targets: [`log:github:${runner.repository.owner}/${runner.repository.repo}@${extent.run}`], notes: [] });
    case 'history':
      return history([]);
    case 'new-branch': {
      return newBranch(extent, []);
    }
    case 'range':
      return range(extent);
  }

  /**
   * What is checked out is not what the event belongs to (a step before took another branch, or a pull request): it is read, and judged
   * by the configuration and the waivers of the event's own commit.
   */
  async function judgedByItsOwn(reach: Reach): Promise<Reach> {
    const { commit } = trigger;
    if (elsewhere === undefined || commit === undefined) return reach;
    const completed = await completeChange({ cwd: workspace, from: commit, to: commit, environment: { PATH: env.PATH } }, remote);
    const notes = [`${elsewhere.slice(0, 12)} is checked out, and the event belongs to ${commit.slice(0, 12)}: ${completed.complete ? 'configuration and waivers are those of the latter' : `its configuration could not be fetched (${completed.why}), and no other counts`}`];
    return { ...reach, env: { ...reach.env, TOKENWARDEN_WAIVERS_FROM: reach.env.TOKENWARDEN_WAIVERS_FROM || (completed.complete ? commit : '') }, base: commit, notes: [...reach.notes, ...notes] };
  }

  async function newBranch({ to, defaultBranch }: { readonly to: string; readonly defaultBranch: string }, before: readonly string[]): Promise<Reach> {
    const from = await defaultTip({ to, defaultBranch }, { runner, github, env });
    if (from === undefined) return history([...before, 'the tip of the default branch is not known, so that all of history was read']);
    return range({ from, to, isNew: true }, before);
  }

  async function history(before: readonly string[]): Promise<Reach> {
    const completed = trigger.commit === undefined ? undefined : await completeHistoryOf(workspace, trigger.commit, remote, { PATH: env.PATH });
    const notes = completed?.complete === false ? [...before, `the checkout is shallow, and the rest of its history could not be fetched: ${completed.why}; check out with fetch-depth: 0`] : before;
    return judgedByItsOwn({ ...trusted, env: { ...trusted.env, TOKENWARDEN_HISTORY: 'true' }, kind: 'history', notes });
  }

  async function range({ from, to, isNew = false }: { readonly from: string; readonly to: string; readonly isNew?: boolean }, before: readonly string[] = []): Promise<Reach> {
    const notes: string[] = [...before];
    const environment = { PATH: env.PATH };
    const completed = await completeChange({ cwd: workspace, from, to, environment }, remote);
    if (!completed.complete && trigger.event === 'push' && before.length === 0 && (await firstCommit(workspace, [to], environment)) !== undefined && (await firstCommit(workspace, [from], environment)) === undefined) {
      const more = [`${from.slice(0, 12)}, where the branch was before, could not be fetched (${completed.why}), so that more than this push was read`];
      return trigger.newBranchOf === undefined ? history(more) : newBranch({ to, defaultBranch: trigger.newBranchOf }, more);
    }
    if (!completed.complete) notes.push(`commits of ${from.slice(0, 12)}..${to.slice(0, 12)} are missing and could not be fetched: ${completed.why}; check out with fetch-depth: 0`);
    const workflows = trigger.pullRequest === undefined || !completed.complete ? [] : await changedWorkflows({ cwd: workspace, from, to, environment });
    if (workflows.length > 0) notes.push(`this pull request changes what workflows do (${workflows.slice(0, 5).map(printable).join(', ')}${workflows.length > 5 ? ', …' : ''}): its own version of them runs on it, so look at them before you believe this result`);
    // A tag on an old commit, a branch without a commit of its own: the default branch has it all.
    const start = isNew && (await containsCommit(workspace, { from, to }, environment)) ? to : from;
    return { ...trusted, env: { ...trusted.env, TOKENWARDEN_RANGE: `${start}..${to}` }, kind: 'range', notes };
  }
}

/** As settings read it; what is neither is theirs to refuse. */
function isOn(text: string | undefined): boolean {
  return text !== undefined && text !== '' && !/^(?:false|0|no|off)$/i.test(text);
}

/**
 * Files of the workspace are the pull request's own. So a configuration that is named there is read at the base, and what else would be
 * believed must lie elsewhere. Throws `ACTION_UNTRUSTED_FILE`.
 */
function trustedInputs(env: Environment, { isForeign, isElsewhere }: { readonly isForeign: boolean; readonly isElsewhere: boolean }, workspace: string): Pick<Reach, 'env' | 'configName'> {
  if (!isForeign && !isElsewhere) return { env };
  const inside = (text: string | undefined): string | undefined => {
    if (text === undefined || text === '') return undefined;
    const path = relative(workspace, resolve(workspace, text));
    return path === '' || path.startsWith('..') || isAbsolute(path) ? undefined : path;
  };
  const named: readonly (readonly [string, string | undefined])[] = [
    ['policy-from', /^(?:\.{0,2}[/\\])|\.ya?ml$/i.test(env.TOKENWARDEN_POLICY_FROM ?? '') ? inside(env.TOKENWARDEN_POLICY_FROM) : undefined],
    ['TOKENWARDEN_WAIVERS_FROM', /^(?:\.{0,2}[/\\])|\.ya?ml$/i.test(env.TOKENWARDEN_WAIVERS_FROM ?? '') ? inside(env.TOKENWARDEN_WAIVERS_FROM) : undefined],
    ['state', inside(env.TOKENWARDEN_STATE)],
  ];
  for (const [name, path] of isForeign ? named : []) {
    if (path !== undefined) throw new WardenError('ACTION_UNTRUSTED_FILE', `${name} names ${printable(path)} in the workspace, which a pull request can write`, { hint: 'name a revision, or a path outside of the workspace' });
  }
  const outputs = [...(env.TOKENWARDEN_REPORT ?? '').split('\n').map((line) => line.trim().replace(/^[\w-]+=/, '')), env.TOKENWARDEN_PLAN ?? ''].filter((path) => path !== '' && path !== '-');
  for (const path of isForeign ? outputs : []) if (leadsElsewhere(resolve(workspace, path), workspace)) throw new WardenError('ACTION_UNTRUSTED_FILE', `${printable(path)} is, or goes through, a link in the workspace, which a pull request can lay to any file`, { hint: 'write reports to a folder outside of the workspace, such as ${{ runner.temp }}' });
  const config = inside(env.TOKENWARDEN_CONFIG);
  return config === undefined ? { env } : { env: { ...env, TOKENWARDEN_CONFIG: '' }, configName: config.replaceAll('\\', '/') };
}

/** Whether a path in the workspace meets a link on its way. */
function leadsElsewhere(path: string, workspace: string): boolean {
  for (let at = path; at.startsWith(workspace + sep); at = dirname(at)) {
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true) return true;
  }
  return false;
}

/** The newest commit of the default branch: as the checkout has it, else as GitHub says. */
async function defaultTip({ to, defaultBranch }: { readonly to: string; readonly defaultBranch: string }, { runner, github, env }: Pick<ReachDeps, 'runner' | 'github' | 'env'>): Promise<string | undefined> {
  const here = await firstCommit(runner.workspace, [`refs/remotes/origin/${defaultBranch}`], { PATH: env.PATH });
  if (here !== undefined || github === undefined) return here;
  try {
    const { value } = await github.call('repos/compare-commits-with-basehead', { ...runner.repository, basehead: `${defaultBranch}...${to}`, per_page: 1 });
    const tip = textAt(value, 'merge_base_commit', 'sha') ?? textAt(fieldAt(value, 'base_commit'), 'sha');
    return tip !== undefined && /^[0-9a-f]{40}$/.test(tip) ? tip : undefined;
  } catch (error) {
    if (error instanceof GitHubError) return undefined;
    throw error;
  }
}

function proxies(env: Environment): Readonly<Record<string, string>> {
  const names = ['https_proxy', 'http_proxy', 'no_proxy'];
  return Object.fromEntries(names.flatMap((name) => {
    const value = env[name] ?? env[name.toUpperCase()];
    return value === undefined || value === '' ? [] : [[name, value]];
  }));
}
