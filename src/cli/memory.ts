import { access } from 'node:fs/promises';
import type { AuditDeps } from '../audit.ts';
import { openInventory, type Inventory } from '../inventory/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type AuditResult } from '../model/index.ts';
import { reporterFor } from '../report/index.ts';
import type { Io } from './io.ts';
import { makeStateDirectory, STATE_FILES } from './state-files.ts';

/** What earlier runs knew, and where this one is remembered. */
export interface Memory {
  readonly lastKnown: NonNullable<AuditDeps['lastKnown']>;
  readonly remember: (result: AuditResult) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the inventory of the state directory. A run does not fail because it cannot be remembered (a read-only home):
 * that is said, and nothing else changes.
 */
export async function openMemory(stateDir: string, io: Io, say: (text: string) => void): Promise<Memory> {
  const excuse = (error: unknown): void => {
    if (!(error instanceof WardenError)) throw error;
    say(`warning: this run is not remembered: ${printable(error.message)} [${error.code}]\n`);
  };
  let inventory: Inventory | undefined;
  try {
    makeStateDirectory(stateDir);
    inventory = await openInventory(STATE_FILES.inventory(stateDir), { now: io.now, warnings: io.warnings });
    for (const notice of inventory.notices) say(`warning: ${printable(notice)}\n`);
    const known = await inventory.allLastKnown();
    const { remember, close } = inventory;
    return {
      lastKnown: () => known,
      remember: async (result) => {
        await remember(result, reporterFor('json').render(result, { color: false, width: 100 })).catch(excuse);
      },
      close,
    };
  } catch (error) {
    await inventory?.close().catch(() => undefined);
    excuse(error);
    return { lastKnown: () => new Map(), remember: () => Promise.resolve(), close: () => Promise.resolve() };
  }
}

/** The JSON report of the last run, if one is remembered. */
export async function readLastRun(stateDir: string, io: Io): Promise<string | undefined> {
  const path = STATE_FILES.inventory(stateDir);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const inventory = await openInventory(path, { now: io.now, warnings: io.warnings });
  try {
    return (await inventory.lastRun())?.report;
  } finally {
    await inventory.close();
  }
}
