import { mkdirSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditResult } from '../model/index.ts';
import { runRow } from './rows.ts';
import type { RunRow } from './schema.ts';

/**
 * Runs that found nothing wait in files beside the inventory until somebody opens it: most commit hooks find nothing, and
 * a database that is opened, locked and written safely to disk costs them a third of their time.
 */

const MOST_BYTES = 64 << 10;
const MOST_FILES = 64;

/** Everything but its number, which it gets when it is taken over. */
export type PendingRun = Omit<RunRow, 'number'>;

const TEXTS = ['id', 'command', 'tool_version', 'policy_digest', 'started_at', 'finished_at', 'targets', 'report'] as const;
const NUMBERS = ['findings', 'failing', 'complete'] as const;

/** Leaves a run to be taken over; false where it should be written at once: it has findings, is large, or too many wait. Throws the system's error. */
export function leaveRun(inventory: string, result: AuditResult, report: string): boolean {
  if (result.findings.length > 0 || report.length > MOST_BYTES || pendingFiles(inventory).length >= MOST_FILES) return false;
  const folder = folderOf(inventory);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { number: _, ...run } = runRow(result, report, 0);
  const name = `${run.started_at.replaceAll(/[^0-9]/g, '')}-${run.id}`;
  writeFileSync(join(folder, `${name}.tmp`), JSON.stringify(run), { flag: 'wx', mode: 0o600 });
  renameSync(join(folder, `${name}.tmp`), join(folder, `${name}.json`));
  return true;
}

/** Whether a run waits there. */
export function hasPendingRuns(inventory: string): boolean {
  return pendingFiles(inventory).length > 0;
}

/** Gives the waiting runs to `remember`, oldest first, and forgets each that it took. A file that is no run is removed. */
export async function takeRuns(inventory: string, remember: (run: PendingRun) => Promise<void>): Promise<void> {
  for (const path of pendingFiles(inventory)) {
    const run = readRun(path);
    if (run !== undefined) await remember(run);
    try {
      unlinkSync(path);
    } catch {
      // Another process took it over at the same time, which changes nothing: a run is remembered under its id.
    }
  }
}

function readRun(path: string): PendingRun | undefined {
  try {
    const run = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    return TEXTS.every((key) => typeof run[key] === 'string') && NUMBERS.every((key) => typeof run[key] === 'number') ? (run as unknown as PendingRun) : undefined;
  } catch {
    return undefined;
  }
}

function folderOf(inventory: string): string {
  return `${inventory}.pending`;
}

/** Paths, oldest first. */
function pendingFiles(inventory: string): readonly string[] {
  const folder = folderOf(inventory);
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json')).sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}
