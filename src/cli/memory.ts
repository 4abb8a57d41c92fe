import { access } from 'node:fs/promises';
import type { AuditDeps } from '../audit.ts';
import { openInventory, type Inventory } from '../inventory/index.ts';
import type { KeptAnswers } from '../issuers/ask/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type AuditResult } from '../model/index.ts';
import { reporterFor } from '../report/index.ts';
import { openAnswerCache } from './answer-cache.ts';
import type { Io } from './io.ts';
import { makeStateDirectory, STATE_FILES } from './state-files.ts';

/** What earlier runs knew, and where this one is remembered. */
export interface Memory {
  readonly lastKnown: NonNullable<AuditDeps['lastKnown']>;
  readonly remember: (result: AuditResult) => Promise<void>;
  /** Answers of issuers that are younger than so many milliseconds; undefined where nothing can be kept. */
  readonly keptAnswers: (maxAgeMs: number) => Promise<KeptAnswers | undefined>;
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
    const open = inventory;
    let answers: Awaited<ReturnType<typeof openAnswerCache>> | undefined;
    return {
      lastKnown: () => known,
      remember: async (result) => {
        await remember(result, reporterFor('json').render(result, { color: false, width: 100 })).catch(excuse);
      },
      keptAnswers: async (maxAgeMs) => (answers ??= maxAgeMs > 0 ? await openAnswerCache(open, maxAgeMs, io.now) : undefined),
      async close() {
        await answers?.flush();
        await close();
      },
    };
  } catch (error) {
    await inventory?.close().catch(() => undefined);
    excuse(error);
    return { lastKnown: () => new Map(), remember: () => Promise.resolve(), keptAnswers: () => Promise.resolve(undefined), close: () => Promise.resolve() };
  }
}

/** What issuers said before something was changed there must not be used again. Trouble with it is told, not thrown. */
export async function forgetAnswers(stateDir: string, io: Io, say: (text: string) => void): Promise<void> {
  const path = STATE_FILES.inventory(stateDir);
  try {
    await access(path);
  } catch {
    return;
  }
  try {
    const inventory = await openInventory(path, { now: io.now, warnings: io.warnings });
    await inventory.forgetAnswers().finally(inventory.close);
  } catch (error) {
    if (!(error instanceof WardenError)) throw error;
    say(`warning: answers of before may be used again for a while: ${printable(error.message)} [${error.code}]\n`);
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
