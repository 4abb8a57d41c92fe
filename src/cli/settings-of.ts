import { loadSettings, stateDirectoryOf, type Settings, type SettingsRequest } from '../settings/index.ts';
import { bringExtended } from './bring-extended.ts';
import type { Call } from './command.ts';

/** The settings of a command, with all that the shell knows. Throws `CONFIG_*`, `EXTENDS_*`, `USAGE_*`. */
export function settingsOf(command: SettingsRequest['command'], { flags, io }: Pick<Call, 'flags' | 'io'>, more: Pick<SettingsRequest, 'config' | 'policy'> = {}): Promise<Settings> {
  return loadSettings({ command, flags, env: io.env, cwd: io.cwd, home: io.home, now: io.now(), bring: (source) => bringExtended(source, stateDirectoryOf(flags, io), io), ...more });
}
