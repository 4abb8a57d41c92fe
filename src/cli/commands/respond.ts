import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'respond',
  argument: '[target...]',
  argumentHelp: 'as for audit',
  summary: 'audit, and do what the rules of respond: allow without a person',
  description: 'Audits the targets, then revokes or switches off in the same process what an entry of respond.rules names, at issuers that respond.issuers lists, and proves it. Never what respond.protect covers, what lies in a production environment, what tokenwarden or its job uses itself, nothing during respond.freeze, and at most respond.limit. All else becomes a plan, and a page to its owners. Without --yes nothing is changed and nobody is told.',
  examples: ['tokenwarden respond --history', 'tokenwarden respond --yes --visibility public --plan plan.json'],
  exitCodes: { 0: 'nothing living is left to do', 1: 'something waits for a person, or is not proven', 2: 'bad usage or configuration, or an internal error', 3: 'coverage incomplete' },
  run: async (call) => (await import('../run-respond.ts')).runRespond(call),
};
