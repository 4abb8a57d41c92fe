import { WardenError } from '../model/index.ts';

const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;

/** What people are told of an error that SQLite threw; other errors are returned as they are. */
export function troubleWith(path: string, error: unknown): unknown {
  const { errcode, message } = (error ?? {}) as { readonly errcode?: unknown; readonly message?: unknown };
  if (typeof errcode !== 'number') return error;
  if ((errcode & 0xff) === SQLITE_BUSY) return new WardenError('INVENTORY_BUSY', `${path}: another process has been writing to the inventory for too long`, { hint: 'Wait until the other run has ended.', cause: error });
  // The file is sound: nobody may be told to move it away.
  if ((errcode & 0xff) === SQLITE_FULL) return new WardenError('INVENTORY_FULL', `${path}: there is no room left for the inventory on its disk`, { hint: 'Make room, or choose another folder with --state; what was remembered before is kept, and an unfinished run over an organisation goes on with the same command.', cause: error });
  if ([SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN].includes(errcode & 0xff)) return new WardenError('INVENTORY_UNWRITABLE', `${path}: the inventory cannot be written (${String(message).slice(0, 200)})`, { hint: 'Check the rights and the disk of its folder, or choose another one with --state.', cause: error });
  return new WardenError('INVENTORY_DAMAGED', `${path}: the inventory cannot be used (${String(message).slice(0, 200)})`, { hint: 'Move the file away: the next run begins a new one.', cause: error });
}
