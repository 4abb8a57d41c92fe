import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import type { ReportDocument, ReportedFinding } from '../report/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Io } from './io.ts';

/** A finding that a person named by (the beginning of) its id, and the report it stands in. */
export interface Named {
  readonly report: ReportDocument;
  readonly finding: ReportedFinding;
}

/** Looks in the report of `--from`, else in that of the last run. Throws `REPORT_*`, `NO_LAST_RUN`, `FINDING_*`. */
export async function reportedFinding(id: string, settings: Settings, io: Io): Promise<Named> {
  const { findFinding } = await import('../report/index.ts');
  const report = await wholeReport(settings, io);
  return { report, finding: findFinding(report, id) };
}

/** The report of `--from`, else that of the last run. Throws `REPORT_*`, `NO_LAST_RUN`. */
export async function wholeReport(settings: Settings, io: Io): Promise<ReportDocument> {
  const { readReport } = await import('../report/index.ts');
  const { from } = settings.values;
  return readReport(from === undefined ? await lastReport(settings, io) : await reportText(from, io));
}

async function reportText(from: string, io: Io): Promise<string> {
  if (from === '-') return readAll(io.stdin);
  return readFile(from, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new WardenError('REPORT_UNREADABLE', `the report ${printable(from)} cannot be read (${error.code ?? 'unknown error'})`);
  });
}

async function lastReport(settings: Settings, io: Io): Promise<string> {
  const { readLastRun } = await import('./memory.ts');
  const json = await readLastRun(settings, io);
  if (json !== undefined) return json;
  throw new WardenError('NO_LAST_RUN', `no run is remembered in ${settings.values.store === undefined ? printable(settings.stateDir) : 'the store'}`, { hint: 'run "tokenwarden scan" or "audit" first, or name a JSON report with --from FILE' });
}
