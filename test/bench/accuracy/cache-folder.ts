import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where packages and peers lie: outside the tree, which holds nothing that a registry gave; `XDG_CACHE_HOME` moves it. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tokenwarden', 'accuracy');
}
