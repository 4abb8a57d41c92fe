import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'settings show',
  argument: '[name]',
  argumentHelp: 'the command whose settings are shown (default: audit)',
  summary: 'show what holds, and who said it',
  description: 'Shows every setting of a command that is not secret, and where it was said: the default, a line of tokenwarden.yml or of the file that it extends, a variable of the environment. Nothing is scanned. What the file of the organisation leaves to this one (delegates:) is marked.',
  examples: ['tokenwarden settings show', 'tokenwarden settings show scan'],
  exitCodes: { 0: 'shown', 2: 'the configuration is wrong, or loosens what it extends' },
  run: async (call) => (await import('../run-settings-show.ts')).runSettingsShow(call),
};
