import { isAbsolute, join, resolve } from 'node:path';
import type { Environment } from './environment.ts';
import type { FlagValues } from './merge-values.ts';

/**
 * `$XDG_STATE_HOME/tokenwarden`, else `.local/state/tokenwarden` in the home directory (XDG base directory
 * specification: a relative path in the variable is ignored).
 */
export function stateDirectory(env: Environment, home: string): string {
  const { XDG_STATE_HOME: given } = env;
  return given !== undefined && isAbsolute(given) ? join(given, 'tokenwarden') : join(home, '.local', 'state', 'tokenwarden');
}

/** The state directory before there are settings, for what they themselves need. */
export function stateDirectoryOf(flags: FlagValues, { env, cwd, home }: { readonly env: Environment; readonly cwd: string; readonly home: string }): string {
  const given = [flags.state, env['TOKENWARDEN_STATE']].find((path): path is string => typeof path === 'string' && path.trim() !== '');
  return given === undefined ? stateDirectory(env, home) : resolve(cwd, given);
}
