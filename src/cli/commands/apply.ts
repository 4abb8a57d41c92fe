import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'apply',
  argument: '<plan>',
  argumentHelp: 'a plan that "audit --plan FILE" wrote',
  summary: 'carry out a plan and prove it; a dry run without --yes',
  description:
    'Reads each secret again where the plan says it lies, asks its issuer, revokes it, and asks again: only what the issuer then calls inactive is done. A plan that was edited, is out of date or no longer fits the world is refused. Where respond.approvals wants it, only a plan with enough signed approvals (PLAN.approvals) is applied. Each step is in the ledger before it is taken. Without --yes nothing is sent. Applying twice is harmless.',
  examples: ['tokenwarden apply plan.json', 'tokenwarden apply plan.json --yes', 'pass show ci/token | tokenwarden apply plan.json --yes --secret -', 'tokenwarden apply plan.json --yes --break-glass "INC-7, nobody answers" --key key.pem'],
  exitCodes: { 0: 'all proven dead (dry run: all could be done)', 1: 'something is not proven', 2: 'the plan, its approvals or the configuration were refused; nothing was sent' },
  run: async (call) => (await import('../run-apply.ts')).runApply(call),
};
