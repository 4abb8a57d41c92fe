import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';
import { usesColor } from '../io.ts';

export const command: ShellCommand = {
  name: 'explain',
  argument: '<finding>',
  argumentHelp: 'id of a finding, or its beginning',
  summary: 'say all that is known of one finding',
  description: 'Shows a finding of the last run with every fact, its source and time, each verdict with its threshold, all places, and the nearest fix. Touches no network.',
  examples: ['tokenwarden explain 3f9a1c', 'tokenwarden explain 3f9a1c --from out.json'],
  exitCodes: { 0: 'the finding was shown', 2: 'no such finding, no run yet, or a report that cannot be read' },
  async run({ args, flags, io }) {
    const [id = ''] = args;
    const settings = await settingsOf('explain', { flags, io });
    const [{ explainFinding }, { reportedFinding }] = await Promise.all([import('../../report/index.ts'), import('../reported-finding.ts')]);
    const { report, finding } = await reportedFinding(id, settings, io);
    await io.stdout.write(explainFinding(report, finding, { color: usesColor(io.env, io.stdout), width: io.stdout.columns ?? 100 }));
    return 0;
  },
};
