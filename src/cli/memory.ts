import { existsSync } from 'node:fs';
import type { AuditDeps } from '../audit.ts';
import { hasPendingRuns, isDatabaseUrl, leaveRun, openInventory, packText, type Inventory } from '../inventory/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type KeptAnswers, type AuditResult, type Finding, type RememberedToken } from '../model/index.ts';
import { reporterFor } from '../report/index.ts';
import { openAnswerCache } from './answer-cache.ts';
import type { Io } from './io.ts';
import { inventoryPlace, makeStateDirectory } from './state-files.ts';

/** What tells where the inventory lives. */
type Placed = Parameters<typeof inventoryPlace>[0];

/** What earlier runs knew, and where this one is remembered. */
export interface Memory {
  readonly lastKnown: NonNullable<AuditDeps['lastKnown']>;
  /** What earlier runs knew of findings, for judging, by id; undefined where there is no inventory. */
  readonly remembered: (ids: readonly string[]) => Promise<ReadonlyMap<string, RememberedToken> | undefined>;
  readonly remember: (result: AuditResult, quiet?: readonly Finding[]) => Promise<void>;
  /**
   * Answers of issuers that are younger than so many milliseconds, from this run on kept for as long; with 0 only those that a
   * run of the last hour left behind when it was killed, and none once this one ends. Undefined where nothing can be kept.
   */
  readonly keptAnswers: (maxAgeMs: number) => Promise<KeptAnswers | undefined>;
  readonly close: () => Promise<void>;
}

/** Findings whose report is packed, piece by piece: what is written to the disk is a tenth. */
const LONG_REPORT = 50;

/** How long after a run was killed the next one goes on with what it was answered. */
const RESUMED_MS = 3_600_000;

/**
 * The inventory of the state directory, opened once there is something to ask or to write: a run without findings leaves a
 * note beside it. A run does not fail because it cannot be remembered (a read-only home): that is said, and nothing else changes.
 */
export function openMemory(settings: Placed, io: Io, say: (text: string) => void): Memory {
  const { stateDir } = settings;
  const path = inventoryPlace(settings);
  let isExcused = false;
  let forgets = false;
  const excuse = (error: unknown): void => {
    if (!(error instanceof WardenError)) throw error;
    if (!isExcused) say(`warning: this run is not remembered: ${printable(error.message)} [${error.code}]\n`);
    isExcused = true;
  };
  let answers: Awaited<ReturnType<typeof openAnswerCache>> | undefined;
  let opening: Promise<Inventory | undefined> | undefined;
  const open = (): Promise<Inventory | undefined> => (opening ??= openOrExcuse(path, io, say, excuse));
  try {
    makeStateDirectory(stateDir);
  } catch (error) {
    excuse(error);
    opening = Promise.resolve(undefined);
  }
  return {
    async lastKnown(ids) {
      if (ids.length === 0) return new Map();
      const inventory = await open();
      return (await inventory?.lastKnown(ids).catch(excuse)) ?? new Map();
    },
    async remembered(ids) {
      if (ids.length === 0) return new Map();
      const inventory = await open();
      return (await inventory?.remembered(ids).catch(excuse)) ?? undefined;
    },
    async remember(result, quiet = []) {
      const { render, pieces } = reporterFor('json');
      const options = { color: false, width: 100 };
      const isLong = pieces !== undefined && result.findings.length > LONG_REPORT;
      const report = isLong ? await packText(pieces(result, options)) : render(result, options);
      if (opening === undefined && quiet.length === 0 && !isDatabaseUrl(path) && hasLeft(path, result, report)) return;
      const inventory = await open();
      await inventory?.remember(result, report, quiet).catch(excuse);
    },
    async keptAnswers(maxAgeMs) {
      const inventory = await open();
      forgets = maxAgeMs === 0;
      return inventory === undefined ? undefined : (answers ??= await openAnswerCache(inventory, maxAgeMs === 0 ? RESUMED_MS : maxAgeMs, io.now));
    },
    async close() {
      await answers?.flush();
      const inventory = await opening;
      if (forgets) await inventory?.forgetAnswers().catch(excuse);
      await inventory?.close();
    },
  };
}

async function openOrExcuse(path: string, io: Io, say: (text: string) => void, excuse: (error: unknown) => void): Promise<Inventory | undefined> {
  try {
    const inventory = await openInventory(path, { now: io.now, warnings: io.warnings });
    for (const notice of inventory.notices) say(`warning: ${printable(notice)}\n`);
    return inventory;
  } catch (error) {
    excuse(error);
    return undefined;
  }
}

/** Where a note cannot be left, the inventory itself will say what is wrong. */
function hasLeft(path: string, result: AuditResult, report: string): boolean {
  try {
    return leaveRun(path, result, report);
  } catch {
    return false;
  }
}

/** What issuers said before something was changed there must not be used again. Trouble with it is told, not thrown. */
export async function forgetAnswers(settings: Placed, io: Io, say: (text: string) => void): Promise<void> {
  const path = inventoryPlace(settings);
  if (!isDatabaseUrl(path) && !existsSync(path)) return;
  try {
    const inventory = await openInventory(path, { now: io.now, warnings: io.warnings });
    await inventory.forgetAnswers().finally(inventory.close);
  } catch (error) {
    if (!(error instanceof WardenError)) throw error;
    say(`warning: answers of before may be used again for a while: ${printable(error.message)} [${error.code}]\n`);
  }
}

/** The JSON report of the last run, if one is remembered. */
export async function readLastRun(settings: Placed, io: Io): Promise<string | undefined> {
  const path = inventoryPlace(settings);
  if (!isDatabaseUrl(path) && !existsSync(path) && !hasPendingRuns(path)) return undefined;
  const inventory = await openInventory(path, { now: io.now, warnings: io.warnings });
  try {
    return (await inventory.lastRun())?.report;
  } finally {
    await inventory.close();
  }
}
