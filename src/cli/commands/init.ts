import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'init',
  summary: 'write configuration, workflow and hook for this repository',
  description:
    'Writes tokenwarden.yml with a salt of its own, a GitHub workflow with least permissions, and a git hook that scans what is staged (where pre-commit or another tool is in charge of hooks, it tells what to add there). Never writes over anything; asks nothing; touches no network.',
  examples: ['tokenwarden init'],
  exitCodes: { 0: 'written, or there already', 2: 'something cannot be written' },
  run: async (call) => (await import('../run-init.ts')).runInit(call),
};
