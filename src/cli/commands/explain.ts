import { text as readAll } from 'node:stream/consumers';
import { readFile } from 'node:fs/promises';
import { WardenError } from '../../model/index.ts';
import { printable } from '../../lib/printable.ts';
import { loadSettings } from '../../settings/index.ts';
import type { Call, ShellCommand } from '../command.ts';
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
    const settings = await loadSettings({ command: 'explain', flags, env: io.env, cwd: io.cwd, home: io.home, now: io.now() });
    const { explainFinding, findFinding, readReport } = await import('../../report/index.ts');
    const { from } = settings.values;
    const json = from === undefined ? await lastReport(settings.stateDir, io) : await reportText(from, io);
    const report = await readReport(json);
    await io.stdout.write(explainFinding(report, findFinding(report, id), { color: usesColor(io.env, io.stdout), width: io.stdout.columns ?? 100 }));
    return 0;
  },
};

async function reportText(from: string, io: Call['io']): Promise<string> {
  if (from === '-') return readAll(io.stdin);
  return readFile(from, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new WardenError('REPORT_UNREADABLE', `the report ${printable(from)} cannot be read (${error.code ?? 'unknown error'})`);
  });
}

async function lastReport(stateDir: string, io: Call['io']): Promise<string> {
  const { readLastRun } = await import('../memory.ts');
  const json = await readLastRun(stateDir, io);
  if (json !== undefined) return json;
  throw new WardenError('NO_LAST_RUN', `no run is remembered in ${printable(stateDir)}`, { hint: 'run "tokenwarden scan" or "audit" first, or name a JSON report with --from FILE' });
}
