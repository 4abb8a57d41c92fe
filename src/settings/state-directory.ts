import { isAbsolute, join } from 'node:path';
import type { Environment } from './environment.ts';

/**
 * `$XDG_STATE_HOME/tokenwarden`, else `~/.local/state/tokenwarden` (XDG base directory specification: relative paths
 * are ignored); on Windows in `%LOCALAPPDATA%`. Without any home: `.tokenwarden` in the working directory.
 */
export function stateDirectory(env: Environment, cwd: string): string {
  const absolute = (path: string | undefined): path is string => path !== undefined && isAbsolute(path);
  if (absolute(env.XDG_STATE_HOME)) return join(env.XDG_STATE_HOME, 'tokenwarden');
  if (absolute(env.HOME)) return join(env.HOME, '.local', 'state', 'tokenwarden');
  if (absolute(env.LOCALAPPDATA)) return join(env.LOCALAPPDATA, 'tokenwarden');
  return join(cwd, '.tokenwarden');
}
