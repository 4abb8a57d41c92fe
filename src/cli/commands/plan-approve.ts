import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'plan approve',
  argument: '<plan>',
  argumentHelp: 'a plan that "audit --plan FILE" wrote',
  summary: 'show a plan and sign it',
  description: 'Shows what a plan would do and signs its digest with your key (Ed25519). The signature goes to PLAN.approvals beside it, counts as long as respond.approvals.valid-for says and for this very plan only. Who requested a plan cannot approve it. With --request the requester signs that they want it, which respond.approvals.four-eyes asks for.',
  examples: ['tokenwarden plan approve plan.json --key ~/.config/tokenwarden/key.pem', 'tokenwarden plan approve plan.json --request --key key.pem'],
  exitCodes: { 0: 'signed', 2: 'the plan, the key or the signer was refused; nothing was signed' },
  run: async (call) => (await import('../run-plan-approve.ts')).runPlanApprove(call),
};
