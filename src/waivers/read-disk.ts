import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';

/** A waiver file over this is a mistake or an attack: it would hold fifty thousand entries. */
export const MAX_FILE_BYTES = 16 << 20;

/**
 * The text of a waiver file. `named`: the user gave its path, so that it must exist and may be a link; the one that is only
 * found in the working directory must be a regular file. Undefined if a file that was not named does not exist. Throws
 * `WAIVERS_NOT_FOUND`, `WAIVERS_UNREADABLE`.
 */
export async function readDisk(path: string, named: boolean, shown: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (named ? 0 : (constants.O_NOFOLLOW ?? 0))).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw unreadable(shown, error.code === 'ELOOP' ? 'is a symbolic link' : `cannot be read (${error.code ?? 'unknown error'})`);
    if (!named) return undefined;
    throw new WardenError('WAIVERS_NOT_FOUND', `the waiver file ${printable(shown)} does not exist`, { hint: 'check --waivers-from: a path begins with ./, ../ or / or ends in .yml; anything else is a git revision' });
  });
  if (file === undefined) return undefined;
  try {
    const info = await file.stat();
    if (!info.isFile()) throw unreadable(shown, 'is not a regular file');
    if (info.size > MAX_FILE_BYTES) throw unreadable(shown, 'is over 16 MiB');
    return textOf(await file.readFile(), shown);
  } finally {
    await file.close();
  }
}

/** UTF-8 or nothing. */
export function textOf(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unreadable(shown, 'is not UTF-8 text');
  }
}

function unreadable(shown: string, why: string): WardenError {
  return new WardenError('WAIVERS_UNREADABLE', `the waiver file ${printable(shown)} ${why}`, { hint: 'nothing was scanned; without the file no finding is waived' });
}
