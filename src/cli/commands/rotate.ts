import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'rotate',
  argument: '<name>',
  argumentHelp: 'an entry of rotations: in tokenwarden.yml',
  summary: 'replace a credential while those who use it go on; a dry run without --yes',
  description:
    'Makes a replacement that may do no more than it should, sees that it works, stores it at every consumer and reads it back, waits until the old one is quiet, switches that off, waits, and deletes it. Run it again (every hour, say) until it is finished: each run goes as far as it can, also after a crash. Where the issuer does not tell the last use, time alone is no proof: a person says so with --confirm-quiet. The old one stays alive until the new one is seen to work everywhere.',
  examples: ['tokenwarden rotate deploy', 'tokenwarden rotate deploy --yes', 'tokenwarden rotate deploy --yes --confirm-quiet'],
  exitCodes: { 0: 'finished', 1: 'waiting: run it again, or do what it says', 2: 'refused; nothing was changed that is not told' },
  run: async (call) => (await import('../run-rotate.ts')).runRotate(call),
};
