import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'attest',
  argument: '<finding>',
  argumentHelp: 'id of a finding, or its beginning',
  summary: 'confirm that a token is needed, for what, and what it may do',
  description:
    "Records its owner's word on a token of the last run: purpose, owner and the scopes that its issuer named. The policy check recertify-every asks for such a word again and again; scope-creep compares with it from then on. Written into the ledger and the inventory of the state directory. Touches no network. With --revoked the word is that it was revoked by hand: it counts where the issuer cannot be asked, for a token that the judged change has removed again.",
  examples: ['tokenwarden attest 3f9a1c --owner ana@example.com --purpose "nightly deploy"', 'tokenwarden attest 3f9a1c --owner ana@example.com --revoked', 'tokenwarden attest 3f9a1c --from out.json --owner ana@example.com --purpose "nightly deploy"'],
  exitCodes: { 0: 'recorded', 2: 'no such finding, no run yet, or its issuer calls it dead' },
  run: async (call) => (await import('../run-attest.ts')).runAttest(call),
};
