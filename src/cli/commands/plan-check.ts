import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'plan check',
  argument: '<plan>',
  argumentHelp: 'a plan that "audit --plan FILE" wrote; it may be out of date',
  summary: 'ask whether the tokens of a plan are dead',
  description: 'Asks the issuer of every token of a plan whether it is dead, also of those that a person has to revoke by hand, and says what is left to do. With --wait it asks until all are dead. With --open-issues it opens one issue for each that lives, naming its owner and the steps, never two for the same. Changes nothing at any issuer.',
  examples: ['tokenwarden plan check plan.json --wait 1h', 'tokenwarden plan check plan.json --open-issues example/security'],
  exitCodes: { 0: 'all are dead', 1: 'one lives, or nobody says', 2: 'the plan or the configuration was refused' },
  run: async (call) => (await import('../run-plan-check.ts')).runPlanCheck(call),
};
