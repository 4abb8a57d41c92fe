import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kindOfAddress, literalAddress } from '../../lib/http/address-guard.ts';
import type { Repository } from '../../model/index.ts';
import { commonFolder, shallowCommits } from './discover.ts';
import type { Environment } from './environment.ts';
import { findGit } from './executable.ts';
import { runGit, type GitContext } from './run.ts';

/** Where missing commits come from. The caller's own words: nothing of it is read from the repository. */
export interface FetchFrom {
  /** `https://HOST/OWNER/REPO`; http only for a server of one's own. */
  readonly url: string;
  /** `AUTHORIZATION: basic …`. Reaches git in its environment only. */
  readonly header?: string;
  /** `https_proxy` and the like, for git's transport. */
  readonly proxy?: Readonly<Record<string, string>>;
  /** For one fetch. */
  readonly timeoutMs: number;
}

export type Completed = { readonly complete: true; readonly fetched: boolean } | { readonly complete: false; readonly why: string };

/** How deep a shallow clone is made, step by step; 0 is all of it. */
const DEPTHS = [50, 1_000, 0] as const;

/**
 * Sees to it that the commits of `from..to` and their parents are here: asks the remote for an end that is missing, and deepens a
 * shallow clone until the range is whole. Writes objects and the list of shallow commits, nothing else: no ref, no
 * configuration. Gives why where that did not work, which a scan of the range then meets as its gap.
 */
export async function completeRange(repository: Repository, { from, to }: { readonly from: string; readonly to: string }, remote: FetchFrom, environment: Environment): Promise<Completed> {
  const context: GitContext = { repository, environment };
  if (await isWhole(context, from, to)) return { complete: true, fetched: false };
  const depths = shallowCommits(repository).size === 0 ? [undefined] : DEPTHS;
  let why = '';
  for (const depth of depths) {
    const result = await fetchCommits(context, [from, to], remote, depth);
    if (result !== undefined) why = result;
    if (await isWhole(context, from, to)) return { complete: true, fetched: true };
    if (result !== undefined) break;
  }
  return { complete: false, why: why === '' ? 'the server gave fewer commits than the range has' : why };
}

/** Sees to it that no parent of any commit is cut off, for a reading of all history; otherwise as `completeRange`. */
export async function completeHistory(repository: Repository, commit: string, remote: FetchFrom, environment: Environment): Promise<Completed> {
  if (shallowCommits(repository).size === 0) return { complete: true, fetched: false };
  const why = await fetchCommits({ repository, environment }, [commit], remote, 0);
  if (why === undefined && shallowCommits(repository).size === 0) return { complete: true, fetched: true };
  return { complete: false, why: why ?? 'the server gave fewer commits than there are' };
}

/** Whether a range can be judged with what is here: both ends, no commit whose parents are cut off, and a place where its ends part. */
async function isWhole(context: GitContext, from: string, to: string): Promise<boolean> {
  for (const oid of [from, to]) if ((await runGit(context, ['cat-file', '-e', `${oid}^{commit}`])).code !== 0) return false;
  const edge = shallowCommits(context.repository);
  if (edge.size === 0) return true;
  const listed = await runGit(context, ['rev-list', to, `^${from}`]);
  if (listed.code !== 0 || listed.stdout.toString('latin1').split('\n').some((oid) => edge.has(oid))) return false;
  return (await runGit(context, ['merge-base', from, to])).code === 0;
}

/** Full names only, which no configuration can bend. Gives what went wrong, in words without what git said. */
async function fetchCommits({ repository, environment }: GitContext, commits: readonly string[], remote: FetchFrom, depth: number | undefined): Promise<string | undefined> {
  const url = URL.parse(remote.url);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return 'the server\'s address is none';
  // In clear, the token would be read by whoever sits in between.
  if (url.protocol === 'http:' && kindOfAddress(literalAddress(url) ?? '') !== 'private') return 'the server\'s address is plain http';
  if (!commits.every((oid) => /^[0-9a-f]{40}$/.test(oid))) return 'a commit is not named by its full name';
  const common = commonFolder(repository.gitDir);
  // A git folder of our own around the repository's objects: its configuration (url.insteadOf, credential helpers, hooks, proxies) is never read.
  const own = await mkdtemp(join(tmpdir(), 'tokenwarden-fetch-'));
  try {
    await Promise.all([mkdir(join(own, 'objects')), mkdir(join(own, 'refs'))]);
    await writeFile(join(own, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
    await writeFile(join(own, 'HEAD'), 'ref: refs/heads/none\n');
    if (existsSync(join(common, 'shallow'))) await copyFile(join(common, 'shallow'), join(own, 'shallow'));
    const missing = await missingOf({ repository, environment }, commits);
    // What is here need not be sent again.
    const here = commits.filter((oid) => !missing.includes(oid)).map((oid, index) => `${oid} refs/heads/here${index}\n`);
    if (here.length > 0) await writeFile(join(own, 'packed-refs'), `# pack-refs with: sorted \n${here.join('')}`);
    const depthArgument = depth === undefined ? [] : depth === 0 ? (existsSync(join(own, 'shallow')) ? ['--unshallow'] : []) : [`--depth=${depth}`];
    const wanted = depth === undefined ? missing : commits;
    if (wanted.length === 0) return 'there is nothing to fetch';
    const executable = findGit(environment, repository.workTree ?? repository.gitDir);
    const config: readonly (readonly [string, string])[] = [
      ['credential.helper', ''],
      ['core.askPass', ''],
      ['core.hooksPath', '/dev/null'],
      ['http.followRedirects', 'false'],
      ['http.sslVerify', 'true'],
      ['gc.auto', '0'],
      ['maintenance.auto', 'false'],
      ['fetch.writeCommitGraph', 'false'],
      ...(remote.header === undefined ? [] : [[`http.${url.href}.extraheader`, remote.header] as const]),
    ];
    const code = await runToEnd(executable, ['--no-pager', 'fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', ...depthArgument, '--', url.href, ...wanted], {
      cwd: own,
      timeoutMs: remote.timeoutMs,
      env: {
        PATH: dirname(executable),
        LC_ALL: 'C',
        GIT_DIR: own,
        GIT_OBJECT_DIRECTORY: join(common, 'objects'),
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_TERMINAL_PROMPT: '0',
        GIT_ALLOW_PROTOCOL: url.protocol.slice(0, -1),
        GIT_NO_REPLACE_OBJECTS: '1',
        HOME: '/nonexistent',
        ...remote.proxy,
        // In the environment, where other processes of other users cannot read it, unlike an argument.
        GIT_CONFIG_COUNT: String(config.length),
        ...Object.fromEntries(config.flatMap(([key, value], index) => [[`GIT_CONFIG_KEY_${index}`, key], [`GIT_CONFIG_VALUE_${index}`, value]])),
      },
    });
    if (code === 'timeout') return `the server did not give them within ${Math.round(remote.timeoutMs / 1000)} s`;
    if (code !== 0) return 'the server did not give them (gone, or the token may not read the contents: "contents: read")';
    await takeOverShallow(own, common);
    return undefined;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

async function missingOf(context: GitContext, commits: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const oid of commits) if ((await runGit(context, ['cat-file', '-e', `${oid}^{commit}`])).code !== 0) missing.push(oid);
  return missing;
}

/** The objects are there: now fewer commits are cut off, and the repository must say so. */
async function takeOverShallow(own: string, common: string): Promise<void> {
  const after = await readFile(join(own, 'shallow'), 'latin1').catch(() => '');
  const path = join(common, 'shallow');
  if (after.trim() === '') return rm(path, { force: true });
  const beside = `${path}.${own.slice(-6)}`;
  await writeFile(beside, after);
  await rename(beside, path);
}


async function runToEnd(executable: string, args: readonly string[], { cwd, env, timeoutMs }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly timeoutMs: number }): Promise<number | 'timeout'> {
  return new Promise((resolve) => {
    const child = spawn(executable, [...args], { cwd, env, stdio: 'ignore', windowsHide: true });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve('timeout');
    }, timeoutMs);
    child.on('error', () => resolve(-1));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code ?? -1);
    });
  });
}
