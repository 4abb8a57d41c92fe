import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'issue sweep',
  summary: 'revoke what a killed "issue" left behind',
  description:
    'Looks in the ledger for credentials that were issued and are not known to be dead, and whose command no longer runs: revokes them, proves it, and removes their files. Where an issuer\'s answer was lost, it is searched for what it made. What cannot be ended is told with the time at which it expires; what nobody can find any more stays open until a person who looked at the issuer settles it (--confirm-lost with --reason).',
  examples: ['tokenwarden issue sweep', 'tokenwarden issue sweep --confirm-lost 3f2a9c0d11223344 --reason "no session of ours is listed"'],
  exitCodes: { 0: 'nothing is left that lives, or only what still runs, or what a person settled', 1: 'something still lives or is not known', 2: 'bad usage or configuration' },
  run: async (call) => (await import('../run-issue-sweep.ts')).runIssueSweep(call),
};
