import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'triage',
  argument: '<organization>',
  argumentHelp: 'github:ORG, as it was audited',
  summary: 'order what an organisation\'s last run found, and decide in bulk',
  description:
    'Shows the credentials of the last run over an organisation, each once over all its repositories: those that are alive first, then by severity, scope, exposure, number of repositories and owner (of its issuer, tokens:, owners: or CODEOWNERS, else the author of the commit). With --owner, --reason and --expires it writes an entry for each that is shown into the working directory\'s .tokenwarden-waivers.yml, as "waive" does for one. Touches no network but the database of --store.',
  examples: ['tokenwarden triage github:acme --where status=active --where exposure=public', 'tokenwarden triage github:acme --where status=inactive --owner ana --reason "dead" --expires 2027-01-31'],
  exitCodes: { 0: 'shown, or written', 2: 'no finished run of this organisation, a query that cannot be read, or a waiver that may not be' },
  run: async (call) => (await import('../organization/triage.ts')).runTriage(call),
};
