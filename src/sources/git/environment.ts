import type { Repository, SourceOptions } from '../../model/index.ts';

/** What the caller's environment may contribute; see `SourceOptions.environment`. */
export type Environment = NonNullable<SourceOptions['environment']>;

/**
 * Configuration that no repository may override, because `-c` beats every file. The scanned repository is a stranger:
 * its config may name programs (fsmonitor, hooks, external diff, signature checkers), and its caches may lie (commit
 * graph, multi-pack index, reverse index, untracked cache), so programs are named away and caches are not believed.
 */
const FIXED_CONFIG: readonly string[] = [
  'protocol.allow=never',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.untrackedCache=false',
  'core.commitGraph=false',
  'core.multiPackIndex=false',
  'pack.readReverseIndex=false',
  'core.excludesFile=/dev/null',
  'core.attributesFile=/dev/null',
  'core.alternateRefsCommand=',
  'core.quotePath=false',
  'core.bigFileThreshold=32m',
  'core.pager=cat',
  'diff.external=',
  'log.showSignature=false',
  'gpg.program=/bin/false',
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
  'safe.directory=*',
  'safe.bareRepository=all',
];

/** Arguments that stand before every git command. */
export const GIT_ARGUMENTS: readonly string[] = ['--no-pager', '--no-optional-locks', ...FIXED_CONFIG.flatMap((entry) => ['-c', entry])];

/**
 * The whole environment of a git process. Nothing of the caller's `GIT_*` gets in but `GIT_INDEX_FILE`, and that only
 * where `indexFile` is given. System and user configuration are left out (`GIT_CONFIG_NOSYSTEM`, `GIT_CONFIG_GLOBAL`),
 * so that the same tree gives the same answer on every machine and a user's private ignore list hides nothing from a
 * scan. `GIT_DIR` and `GIT_WORK_TREE` are explicit, so that `core.worktree` cannot lead elsewhere. `GIT_ALLOW_PROTOCOL`
 * beats `protocol.*.allow`, which a repository could set more specifically than our `protocol.allow`; replace refs and
 * grafts would show other objects than those that are stored.
 */
export function gitEnvironment(repository: Repository, executableFolder: string, given: Environment, indexFile?: string): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: executableFolder,
    LC_ALL: 'C',
    GIT_DIR: repository.gitDir,
    GIT_WORK_TREE: repository.workTree ?? repository.gitDir,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'none',
    HOME: '/nonexistent',
  };
  if (indexFile !== undefined) environment['GIT_INDEX_FILE'] = indexFile;
  // Windows cannot start a process without these.
  for (const name of ['SystemRoot', 'TEMP']) {
    const value = given[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
