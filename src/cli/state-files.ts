import { join } from 'node:path';
import { makeFolder } from '../lib/make-folder.ts';
import { printable } from '../lib/printable.ts';
import { databaseAddress, isDatabaseUrl } from '../inventory/index.ts';
import { WardenError } from '../model/index.ts';
import { describeSource, type Settings } from '../settings/index.ts';

/** What lies in the state directory. */
export const STATE_FILES = {
  ledger: (stateDir: string): string => join(stateDir, 'ledger.jsonl'),
  /** Messages to owners and responders, JSON Lines. */
  pages: (stateDir: string): string => join(stateDir, 'pages.jsonl'),
  inventory: (stateDir: string): string => join(stateDir, 'inventory.db'),
} as const;

/** Makes the state directory, readable by its owner only. Throws `STATE_UNWRITABLE`. */
export function makeStateDirectory(stateDir: string): void {
  try {
    makeFolder(stateDir);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new WardenError('STATE_UNWRITABLE', `the state directory ${printable(stateDir)} cannot be made (${code})`, { hint: 'name another one with --state DIR' });
  }
}

/**
 * Where the inventory lives: a file of the state directory, or the database of `--store`. Throws `STORE_NOT_A_DATABASE`, and
 * `STORE_PASSWORD` where the password stands in arguments or configuration, which others read.
 */
export function inventoryPlace({ values, stateDir, sourceOf }: Pick<Settings, 'values' | 'stateDir' | 'sourceOf'>): string {
  const { store } = values;
  if (store === undefined) return STATE_FILES.inventory(stateDir);
  const source = sourceOf('store');
  if (!isDatabaseUrl(store)) throw new WardenError('STORE_NOT_A_DATABASE', `${describeSource(source)} names no PostgreSQL database`, { hint: 'write postgres://USER@HOST:5432/DATABASE; for another folder on this machine there is --state DIR' });
  if (databaseAddress(store).password !== '' && source.from !== 'environment') {
    throw new WardenError('STORE_PASSWORD', `${describeSource(source)} holds the password of the database, where others can read it`, { hint: 'leave it out of the URL and set PGPASSWORD, or give the whole URL in TOKENWARDEN_STORE' });
  }
  return store;
}
