import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'fix',
  argument: '[finding...]',
  argumentHelp: 'ids of findings, or their beginnings (default: all of the last run)',
  summary: 'propose edits from a literal to a reference; a preview without --write',
  description:
    'Shows for findings of the last run how their places in files could take the secret from a variable instead: source code of ten languages, shell scripts, GitHub workflows, compose files, Kubernetes, Terraform, .npmrc. Where no sound edit is known it says so, with the steps for a person. Secrets are masked; nothing is written without --write, and then only to files that are as the run saw them. An edit ends nothing: the token lives, and stands in the history, until it is revoked. There is no patch file, as its removed lines would hold the secret. Touches no network.',
  examples: ['tokenwarden fix', 'tokenwarden fix 3f9a1c --write'],
  exitCodes: { 0: 'every place has an edit (which --write has made)', 1: 'some places are left for a person', 2: 'no such finding, no run yet, or bad usage' },
  run: async (call) => (await import('../run-fix.ts')).runFix(call),
};
