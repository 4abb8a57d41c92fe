import { isAbsolute, join } from 'node:path';
import type { Environment } from './environment.ts';

/**
 * `$XDG_STATE_HOME/tokenwarden`, else `.local/state/tokenwarden` in the home directory (XDG base directory
 * specification: a relative path in the variable is ignored).
 */
export function stateDirectory(env: Environment, home: string): string {
  const { XDG_STATE_HOME: given } = env;
  return given !== undefined && isAbsolute(given) ? join(given, 'tokenwarden') : join(home, '.local', 'state', 'tokenwarden');
}
