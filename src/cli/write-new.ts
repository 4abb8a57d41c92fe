import { open } from 'node:fs/promises';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';

/** Writes a file that people edit and commit; never over one that is there. Throws `OUTPUT_UNWRITABLE`. */
export async function writeNew(path: string, text: string, mode = 0o666): Promise<void> {
  try {
    const file = await open(path, 'wx', mode);
    await file.writeFile(text).finally(() => file.close());
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new WardenError('OUTPUT_UNWRITABLE', code === 'EEXIST' ? `${printable(path)} is there already` : `${printable(path)} cannot be written (${code ?? 'unknown error'})`, code === 'EEXIST' ? { hint: 'name another file with --out, or remove this one first' } : {});
  }
}
