import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'worker',
  summary: 'help other machines with the audit of an organisation',
  description:
    'Takes repositories of runs that "audit github:ORG --store postgres://…" began at the same database, scans and judges them, and writes what it found there; the audit reports. It helps runs with equal rules, policy, options and fingerprint key only. It may be stopped or killed at any moment: its repository is scanned by others after a while.',
  examples: ['tokenwarden worker --store postgres://warden@db.example/warden', 'tokenwarden worker --until-idle'],
  exitCodes: { 0: 'stopped, or --until-idle and nothing is left to do', 2: 'called or configured wrongly, or the database does not answer' },
  run: async (call) => (await import('../organization/run.ts')).runWorker(call),
};
