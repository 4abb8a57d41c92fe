import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'issue',
  argument: '<store> [command...]',
  argumentHelp: 'the store that issues it, by its id under stores:\nthe command that gets it, behind --',
  summary: 'run a command with a narrow, short-lived credential of its own',
  description:
    'Obtains a credential that may do no more than --scope and lives no longer than --ttl, gives it to the command in its environment or in files (never in arguments), masks it in what the command prints, and revokes it when the command ends, however it ends. Nothing is issued unless an entry of grants: covers who asks, store, scopes, ttl and environment. Our own credentials at the stores are taken out of the command\'s environment. Each step is in the ledger before it is taken; where the issuer cannot revoke a single credential, the record says when it expires. The exit code is the command\'s.',
  examples: ['tokenwarden issue bao --scope database/creds/readonly --ttl 15m -- ./report.sh', 'tokenwarden issue github --scope repository:site --scope contents:read -- git pull', 'tokenwarden issue aws --scope s3:GetObject=arn:aws:s3:::a/* --environment staging -- aws s3 ls'],
  exitCodes: { 0: "the command's own", 1: "the command's own", 2: 'denied, refused or not issued: the command was not started', 126: 'the command cannot be run', 127: 'the command was not found', 128: 'plus the number of the signal that ended the command' },
  run: async (call) => (await import('../run-issue.ts')).runIssue(call),
};
