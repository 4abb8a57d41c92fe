import { WardenError } from '../model/index.ts';

const SQLITE_BUSY = 5;

/** What people are told of an error that SQLite threw; other errors are returned as they are. */
export function troubleWith(path: string, error: unknown): unknown {
  const { errcode, message } = (error ?? {}) as { readonly errcode?: unknown; readonly message?: unknown };
  if (typeof errcode !== 'number') return error;
  if ((errcode & 0xff) === SQLITE_BUSY) return new WardenError('INVENTORY_BUSY', `${path}: another process has been writing to the inventory for too long`, { hint: 'Wait until the other run has ended.', cause: error });
  return new WardenError('INVENTORY_DAMAGED', `${path}: the inventory cannot be used (${String(message).slice(0, 200)})`, { hint: 'Move the file away: the next run begins a new one.', cause: error });
}
