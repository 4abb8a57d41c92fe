import type { SourceOptions } from '../../model/index.ts';
import { isPlainText } from './content.ts';
import { readWhole } from './file.ts';

/** Of a unit of files. */
interface Files {
  readonly root: string;
  readonly log: boolean;
}

/**
 * Reads what nearly all files are, text that fits into `target` and is scanned as it lies, with nothing to be told of it: how many bytes it has. -1 for
 * anything else: then nothing was noted, and `readUnit` has to go through it. With `stamp`, that is what the file must have at its end.
 */
export function readPlainFile({ root, log }: Files, path: string, target: Uint8Array, { maxFileBytes }: SourceOptions, stamp?: Float64Array): number {
  if (log) return -1;
  const count = readWhole(root, path, target, (head, isAll) => isPlainText(path, head, isAll), stamp);
  return maxFileBytes !== undefined && count > maxFileBytes ? -1 : count;
}
