import { join } from 'node:path';
import { makeFolder } from '../lib/make-folder.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';

/** What lies in the state directory. */
export const STATE_FILES = {
  ledger: (stateDir: string): string => join(stateDir, 'ledger.jsonl'),
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
