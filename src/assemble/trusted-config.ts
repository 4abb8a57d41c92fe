import { statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { WardenError, type Repository, type SourceOptions } from '../model/index.ts';
import { commitAt, fileAt, homeOf, type Home } from '../sources/index.ts';
import { commitNamed, isPath } from './revision-or-file.ts';

export interface TrustSetup {
  /** Absolute; where the configuration is looked for. */
  readonly cwd: string;
  /** What the configuration is called. */
  readonly name: string;
  /** `--range`. */
  readonly range?: string;
  /** The commit whose configuration counts in place of the range's start, or where there is no range. */
  readonly base?: string;
  /** Whether the user named a configuration, which then counts as it is. */
  readonly named: boolean;
  /** `--policy-from`: a revision, or a path. */
  readonly policyFrom?: string;
  readonly environment: NonNullable<SourceOptions['environment']>;
}

/** A configuration that does not lie on disk: its name for people, and its text; undefined where there is none. */
export interface ConfigText {
  readonly file: string;
  readonly text: string | undefined;
}

/** The configuration of a commit, and a way to what else lies there (absolute paths of the working directory). */
export interface ConfigAt extends ConfigText {
  readonly read: (path: string, shown: string) => Promise<string>;
}

export interface Trusted {
  /** Absent: the working directory's counts. */
  readonly config?: ConfigAt;
  /** What `--policy-from` names: a text, or the path of a file. */
  readonly policy?: ConfigText | { readonly path: string };
  /** The commit that a range starts from. */
  readonly base?: { readonly repository: Repository; readonly commit: string };
  readonly warnings: readonly string[];
}

const MAX_BYTES = 1 << 20;

/**
 * Where policy may come from. A change must not bring along the rules that it is judged by: with `--range` the configuration is
 * that of the range's start, unless the user names one; with `base` it is that commit's. Throws `REVISION_UNKNOWN`, `POLICY_NOT_FOUND`, `USAGE_NO_REPOSITORY`.
 */
export async function findTrusted(setup: TrustSetup): Promise<Trusted> {
  const { cwd, name, range, policyFrom, environment } = setup;
  if (range === undefined && setup.base === undefined && policyFrom === undefined) return { warnings: [] };
  const home = homeOf(cwd);
  const base = range === undefined && setup.base === undefined ? { warnings: [] } : await findBase(setup, home, setup.base ?? startOf(range ?? ''));
  if (policyFrom === undefined) return base;
  if (isPath(policyFrom)) return { ...base, policy: { path: policyFrom } };
  const commit = await commitNamed(home.repository, policyFrom, '--policy-from', environment);
  const text = commit === undefined || home.repository === undefined ? undefined : await textAt(home, home.repository, commit, setup);
  if (text === undefined) {
    const why = commit === undefined ? 'that commit is not in this clone' : `that commit has no ${name} in this folder`;
    throw new WardenError('POLICY_NOT_FOUND', `--policy-from: ${why}`, { hint: 'nothing was judged; fetch the commit (in CI: fetch-depth: 0), or name a revision or ./FILE that holds the policy' });
  }
  return { ...base, policy: { file: `${commit?.slice(0, 12)}:${name}`, text } };
}

/** Empty for a range that is none: planning refuses it. */
function startOf(range: string): string {
  const [first = '', last = ''] = range.split('..');
  return last === '' ? '' : first;
}

async function findBase({ cwd, name, named, environment, ...setup }: TrustSetup, home: Home, first: string): Promise<Trusted> {
  const { repository } = home;
  if (repository === undefined || first === '') return { warnings: [] };
  const what = setup.base === undefined ? 'the start of the range' : 'the commit to be trusted';
  const commit = await commitAt(repository, first, environment);
  if (commit === undefined) return named ? { warnings: [] } : { config: { file: name, text: undefined, read: nothing }, warnings: [`${name} does not count: ${what} is not in this clone, and a change must not bring its own configuration (--config FILE names one)`] };
  const base = { repository, commit };
  if (named) return { base, warnings: [] };
  const text = await textAt(home, repository, commit, { cwd, name, named, environment, ...setup });
  const isThere = statSync(join(cwd, name), { throwIfNoEntry: false })?.isFile() === true;
  const warnings = text === undefined && isThere ? [`${name} does not count: ${what}, ${commit.slice(0, 12)}, has none, and a change must not bring its own configuration (--config FILE names one)`] : [];
  const read = async (path: string, shown: string): Promise<string> => {
    const bytes = await fileAt(repository, commit, [home.path, ...relative(cwd, path).split(sep)].filter((part) => part !== '').join('/'), MAX_BYTES, environment);
    if (bytes === undefined) throw new WardenError('CONFIG_NOT_FOUND', `${commit.slice(0, 12)}:${shown} does not exist`, { hint: 'with --range all configuration is that of the range\'s start' });
    return decoded(bytes, `${commit.slice(0, 12)}:${shown}`);
  };
  return { base, config: { file: `${commit.slice(0, 12)}:${name}`, text, read }, warnings };
}

async function textAt(home: Home, repository: Repository, commit: string, { name, environment }: TrustSetup): Promise<string | undefined> {
  const bytes = await fileAt(repository, commit, home.path === '' ? name : `${home.path}/${name}`, MAX_BYTES, environment);
  return bytes === undefined ? undefined : decoded(bytes, `${commit.slice(0, 12)}:${name}`);
}

function decoded(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new WardenError('CONFIG_NOT_UTF8', `${shown} is not UTF-8 text`, { hint: 'nothing was scanned; save it as UTF-8' });
  }
}

/** Of a commit that is not here. */
const nothing = (): Promise<string> => Promise.reject(new WardenError('CONFIG_NOT_FOUND', 'the start of the range is not in this clone'));
