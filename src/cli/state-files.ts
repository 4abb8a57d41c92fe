import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';

/** What lies in the state directory. */
export const STATE_FILES = {
  ledger: (stateDir: string): string => join(stateDir, 'ledger.jsonl'),
  inventory: (stateDir: string): string => join(stateDir, 'inventory.db'),
} as const;

/** Makes the state directory, readable by its owner only. Throws `STATE_UNWRITABLE`. */
export async function makeStateDirectory(stateDir: string): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new WardenError('STATE_UNWRITABLE', `the state directory ${printable(stateDir)} cannot be made (${error.code ?? 'unknown error'})`, { hint: 'name another one with --state DIR' });
  });
}
