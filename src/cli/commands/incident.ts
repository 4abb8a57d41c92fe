import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'incident',
  argument: '<dash> [target...]',
  argumentHelp: '-, for the token on standard input; then where to look for it (default: .)',
  summary: 'a token on standard input: where it lies, what it may do, how to stop it',
  description: 'Reads a token from standard input and tells within a minute what is known of it: every place where it lies in the targets and where the last run saw it, its issuer\'s word, whom it acts as, scopes, owner, since when it could be read, what seems to use it, what was done about it, and how to contain it. Asks about this token alone. Changes nothing.',
  examples: ['pass show ci/token | tokenwarden incident -', 'pass show ci/token | tokenwarden incident - --history . --plan plan.json'],
  exitCodes: { 0: 'its issuer says that it is dead', 1: 'it lives, or nobody says whether it does', 2: 'bad usage, or no rule knows it', 3: 'not everything could be searched' },
  run: async (call) => (await import('../run-incident.ts')).runIncident(call),
};
