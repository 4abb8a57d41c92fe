import type { ShellCommand } from '../command.ts';

export const command: ShellCommand = {
  name: 'baseline',
  argument: '[target...]',
  argumentHelp: 'as for "scan" (default: .)',
  summary: 'waive all present findings until a date, in bulk',
  description:
    "Scans as \"scan\" does and writes a waiver for every finding into the working directory's .tokenwarden-waivers.yml, so that only new ones fail from now on. A baseline never covers a credential that its issuer calls active, now or later; asked again it rewrites its own entries and leaves those that people gave alone. Touches no network.",
  examples: ['tokenwarden baseline --owner ana --reason "found when we began; TICKET-1" --expires 2027-03-31', 'tokenwarden baseline --history --owner ana --reason "old history" --expires 2027-03-31'],
  exitCodes: { 0: 'written (or nothing to write)', 2: 'bad usage, configuration or waiver file; nothing was written', 3: 'written, but something could not be scanned' },
  run: async (call) => (await import('../run-baseline.ts')).runBaseline(call),
};
