import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'feedback',
  argument: '<finding> [target]',
  argumentHelp: 'id of a finding, or its beginning\nthe target in which it was found (default: .)',
  summary: 'say that a finding is no credential',
  description:
    "Records the rule and the masked shape of what it found (kinds and numbers of characters, never the value) in the state directory, and proposes a near miss or a change of the rule. Also writes an entry of kind false-positive into the working directory's .tokenwarden-waivers.yml: once somebody else has approved it, that value is not reported as failing anywhere. Touches no network.",
  examples: ['tokenwarden feedback 3f9a1c --false-positive --reason "a build number"', 'tokenwarden feedback 3f9a1c --false-positive --approved-by bo@example.com'],
  exitCodes: { 0: 'recorded', 2: 'no such finding, no run yet, or its issuer calls it active' },
  run: async (call) => (await import('../run-feedback.ts')).runFeedback(call),
};
